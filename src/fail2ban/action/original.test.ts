/** Our actions beside those of an installed fail2ban: the commands, what they print, and which are run when. */
import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runShell } from '../../base/program.ts';
import type { ActionFile } from '../config/action-file.ts';
import { readAction } from '../config/action-file.ts';
import { diskTree } from '../config/file-tree.ts';
import { AROUND, BAN, factsOf, NOW } from '../testing/facts.ts';
import { INSTALLED, installedVersion } from '../testing/original.ts';
import {
  askCourses,
  askPrinted,
  askTexts,
  type Course,
  type Ran,
  type Step,
  type TestBan,
  type TextRequest,
} from '../testing/original-actions.ts';
import { ActionCommands } from './action-commands.ts';
import { valuesOf } from './ban-facts.ts';
import { JailActions } from './jail-actions.ts';
import { type Command, fillIn, tagsIn } from './shell-text.ts';

const version = installedVersion();
if (version === undefined) console.warn('src/fail2ban/action/original.test.ts: no fail2ban is installed, skipped');

const OPERATIONS = [
  ...(['actionstart', 'actionstop', 'actionflush', 'actioncheck', 'actionrepair'] as const),
  ...(['actionban', 'actionunban', 'actionprolong', 'actionreban'] as const),
];
const PLAIN: TestBan = {
  ...BAN,
  matches: ['Failed password for root'],
  fields: { user: 'root', rcpt: 'me@example.org' },
};

/** A command as it would be if what others wrote were text in it. */
function asText({ text, variables }: Command | { text: string; variables: Readonly<Record<string, string>> }): string {
  let written = text;
  for (const [name, value] of Object.entries(variables)) {
    for (const reference of [`'"$${name}"'`, `\${${name}}`, `$${name}`])
      written = written.replaceAll(reference, () => value);
  }
  return written;
}

describe.skipIf(version === undefined)(`beside fail2ban ${version ?? '(SKIPPED: not installed)'}`, () => {
  it('shipped actions have the same commands', async () => {
    const names = readdirSync(`${INSTALLED}/action.d`).flatMap(
      (file) => /^(.*(?<!-common))\.conf$/.exec(file)?.[1] ?? [],
    );
    const calls = names.flatMap((name) =>
      [{}, { name: 'web', port: 'http,https', protocol: 'tcp,udp', chain: 'FORWARD' }].map((options) => ({
        name,
        options,
      })),
    );
    const requests = calls.flatMap(({ name, options }): TextRequest[] =>
      ['192.0.2.7', '2001:db8::7'].map((ip) => ({ name, options, ban: { ...PLAIN, ip } })),
    );
    const answers = askTexts(requests);
    const different: unknown[] = [];
    let compared = 0;
    for (const [index, request] of requests.entries()) {
      const theirs = answers[index];
      const ours = await textsOf(request);
      const family = request.ban.ip.includes(':') ? 'inet6' : 'inet4';
      for (const key of Object.keys(theirs ?? {}).filter((each) => each.endsWith(family))) {
        const [text, variables] = theirs?.[key] ?? ['', {}];
        const wanted = asText({ text, variables }).replaceAll(hostname(), AROUND.names.full);
        compared++;
        if (ours[key] !== wanted) different.push([request.name, request.options, key, ours[key], wanted]);
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(1_000);
  });

  it('commands print the same, whatever an attacker wrote, and nothing of it is run', async () => {
    const requests = HOSTILE.flatMap((hostile) => {
      const ban = { ...BAN, matches: [hostile, 'second line'], fields: { user: hostile } };
      return TEXTS.map((text) => ({ text, ban }));
    });
    const theirs = askPrinted(requests);
    const ours = await Promise.all(requests.map(({ text, ban }) => printedBy(text, ban)));
    for (const [index, { text, ban }] of requests.entries()) {
      expect.soft(ours[index], `${text} with ${JSON.stringify(ban.fields.user)}`).toBe(theirs[index]);
    }
    expect([...ours, ...theirs].join('')).not.toContain('INJECTED');
  });

  it('commands are run in the same order, whichever of them fail', async () => {
    const courses = fc.sample(course, { numRuns: 400, seed: 8 });
    const theirs = askCourses(courses);
    let ran = 0;
    for (const [index, each] of courses.entries()) {
      const ours = await runCourse(each);
      const wanted = theirs[index];
      if (!wanted) continue;
      expect(ours, JSON.stringify(each, null, 1)).toEqual(wanted.map(asCommand).map(asText));
      ran += ours.length;
    }
    expect(ran).toBeGreaterThan(2_000);
  });
});

/** Names and lines as an attacker may choose them. The output of `echo INJECTED` must never be seen. */
const HOSTILE = [
  ...['root', 'a b', 'a=b', '-n', 'x'.repeat(300), 'ünïcödé', 'me@example.org'],
  ...["$(echo INJECT''ED)", '`echo INJECT""ED`', '; echo INJECT""ED', '"; echo INJECT""ED; "', "'; echo INJECT''ED; '"],
  ...[
    'a\nb; echo INJECT""ED',
    '$PATH $f2bV_matches $IFS',
    '| cat',
    '&& echo INJECT""ED',
    '\\',
    '#',
    '!x',
    '%s%n',
    '\r\t',
  ],
];
const TEXTS = [
  'printf "%s|" "<matches>"',
  'printf "%s|" "<F-USER>"',
  'printf "%s|" x <F-USER> y',
  'printf \'%s|\' "$(printf %s "<F-USER>")"',
  'printf "%s|" "`printf %s \'-\'`<F-USER>"',
  'v="<F-USER>"; case "$v" in root) echo yes;; *) echo no;; esac',
  'printf "%s|" <ip> <family> <failures> <F-NONE> "<ip-rev>"',
  '# it is a comment\nprintf "%s|" "<F-USER>"',
];

async function printedBy(text: string, ban: TestBan): Promise<string> {
  const command = fillIn(text, await valuesOf(tagsIn(text), factsOf(ban), AROUND));
  return (await runShell({ ...command, timeoutMs: 10_000 })).out;
}

const action = fc.record(
  {
    actionstart: fc.constantFrom('', 'start <family>', 'start'),
    actionstop: fc.constantFrom('', 'stop <family>', 'stop'),
    actionflush: fc.constantFrom('', 'flush <family>', 'flush'),
    actioncheck: fc.constantFrom('', 'check <family>', 'check'),
    actionrepair: fc.constantFrom('', 'repair <family>', 'repair'),
    actionban: fc.constantFrom('ban <ip> <family>', 'ban <ip> <restored> <bancount>', '<blocktype> <ip>'),
    actionunban: fc.constantFrom('', 'unban <ip> <family>'),
    actionreban: fc.constantFrom('', 'reban <ip>'),
    'blocktype?family=inet6': fc.constant('six'),
    blocktype: fc.constantFrom('four'),
    norestored: fc.constantFrom('1', '0'),
    actionstart_on_demand: fc.constantFrom('true', 'false'),
    actionrepair_on_unban: fc.constantFrom('true', 'false'),
  },
  { requiredKeys: ['actionban', 'blocktype'] },
);
const IPS = ['192.0.2.7', '192.0.2.8', '2001:db8::7'];
const ban = fc
  .record({ ip: fc.constantFrom(...IPS), restored: fc.boolean() })
  .map((of): TestBan => ({ ...BAN, ...of }));
const later = fc.constantFrom(...IPS).map((ip): TestBan => ({ ...BAN, ip, time: BAN.time + 10 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: ban.map((of) => ['ban', of] as const) },
  { weight: 3, arbitrary: fc.constantFrom(...IPS).map((ip) => ['unban', ip] as const) },
  { weight: 2, arbitrary: later.map((of) => ['seen', of] as const) },
);
const course: fc.Arbitrary<Course> = fc
  .record({
    actions: fc.array(action, { minLength: 1, maxLength: 2 }),
    steps: fc.array(step, { maxLength: 8 }),
    failing: fc.oneof(fc.constant([]), fc.uniqueArray(fc.nat(25), { maxLength: 8 })),
  })
  .map(({ actions, steps, failing }) => ({
    actions: Object.fromEntries(actions.map((options, index) => [`action${index}`, { name: 'web', ...options }])),
    steps: [['start'], ...steps, ['stop']],
    failing,
  }));

function asCommand([text, variables]: Ran): Command {
  return { text, variables };
}

/** What our actions run. */
async function runCourse({ actions, steps, failing }: Course): Promise<string[]> {
  const ran: string[] = [];
  const execute = async (command: Command): Promise<boolean> => {
    ran.push(asText(command));
    return !failing.includes(ran.length - 1);
  };
  const files = Object.entries(actions).map(([name, options]): ActionFile => {
    return { name, file: name, properties: new Map(Object.entries(options)), files: [], problems: [] };
  });
  const commands = files.map((file) => new ActionCommands(file, { hasIPv6: true }));
  const fault = (_: string, error: unknown): never => expect.fail(String(error));
  const jail = new JailActions('jail', commands, {
    contextOf: () => ({ around: AROUND, execute }),
    clock: () => NOW,
    onFault: fault,
  });
  for (const each of steps) {
    take(jail, each);
    await jail.settled();
  }
  await jail.stop();
  return ran;
}

function take(jail: JailActions, each: Step): void {
  if (each[0] === 'start') jail.start();
  else if (each[0] === 'unban') jail.unban(each[1]);
  else if (each[0] !== 'stop' && !jail.knows(each[1].ip))
    jail.ban({ key: each[1].ip, until: NOW * 2, facts: factsOf(each[1]) });
  else if (each[0] !== 'stop') jail.seen(each[1].ip, each[1].time * 1_000);
}

async function textsOf({ name, options, ban }: TextRequest): Promise<Record<string, string>> {
  const call = new Map(Object.entries(options));
  const file = readAction({ tree: diskTree, root: INSTALLED }, { name, jailName: 'jail', call, jail: new Map() });
  const commands = new ActionCommands(file, { hasIPv6: true });
  const facts = factsOf(ban);
  const texts: Record<string, string> = {};
  for (const operation of OPERATIONS) {
    for (const family of ['inet4', 'inet6'] as const) {
      const text = commands.text(operation, family);
      const isBare = operation === 'actioncheck' || operation === 'actionrepair';
      const isOfBan = ['actionban', 'actionunban', 'actionprolong', 'actionreban'].includes(operation);
      const command = isBare
        ? commands.bare(text, AROUND)
        : await commands.filled(text, isOfBan ? facts : { family }, AROUND);
      texts[`${operation} ${family}`] = asText(command);
    }
  }
  return texts;
}
