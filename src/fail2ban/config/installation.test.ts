/** All jails of an installed fail2ban, as its own reader reads them. */
import { describe, expect, it } from 'vitest';
import { type Command, dumpJails, INSTALLED } from '../testing/original.ts';
import { diskTree, type FileTree } from './file-tree.ts';
import { readJails } from './installation.ts';
import type { JailFile } from './jail-file.ts';

const dump = dumpJails();
const commands = dump?.commands ?? [];
if (!dump) console.warn('src/fail2ban/config/installation.test.ts: no fail2ban is installed, its tests are skipped');

/** The installed files, and every jail enabled. */
const tree: FileTree = {
  read: (path) =>
    path === `${INSTALLED}/jail.local`
      ? { text: '[DEFAULT]\nenabled = true\n[sshd]\nenabled = true' }
      : diskTree.read(path),
  list: diskTree.list,
  stamp: diskTree.stamp,
};

interface Facts {
  readonly [name: string]: unknown;
}

const SINGLE = ['usedns', 'prefregex', 'maxlines', 'datepattern', 'maxretry', 'findtime', 'bantime', 'logencoding'];

/** What the original is told about one jail, as a table. */
function theirs(jail: string, all: readonly Command[]): Facts {
  const facts: Record<string, unknown> = { failregex: [], ignoreregex: [], journalmatch: [], actions: {} };
  const actions: Record<string, Record<string, unknown>> = {};
  for (const command of all.filter((one) => one[1] === jail)) {
    const [verb, , option, value, ...rest] = command;
    if (verb === 'add') facts.backend = option;
    else if (option === 'addfailregex') facts.failregex = [value].flat();
    else if (option === 'addignoreregex') facts.ignoreregex = [value].flat();
    else if (option === 'addignoreip') facts.ignoreip = command.slice(3);
    else if (option === 'addjournalmatch')
      facts.journalmatch = [...[facts.journalmatch].flat(), command.slice(3).join(' ')];
    else if (option === 'addaction') actions[String(value)] = {};
    else if (option === 'action') actions[String(value)] = propertiesOf(rest);
    else if (SINGLE.includes(String(option))) facts[String(option)] = String(value);
  }
  return { ...facts, actions };
}

function propertiesOf(rest: readonly unknown[]): Record<string, unknown> {
  const pairs: unknown = Array.isArray(rest[0]) ? rest[0] : [rest];
  return Object.fromEntries(Array.isArray(pairs) ? pairs.map(([name, value]) => [name, textOf(value)]) : []);
}

function textOf(value: unknown): unknown {
  return typeof value === 'boolean' ? value : String(value);
}

const BOOLEANS = ['actionstart_on_demand', 'actionrepair_on_unban', 'norestored'];

function ours({ filter, actions, options, backend, ignoreIp }: JailFile): Facts {
  const text = (name: string): Facts => (options.has(name) ? { [name]: options.get(name) } : {});
  return {
    backend,
    failregex: filter?.failRegex,
    ignoreregex: filter?.ignoreRegex,
    journalmatch: filter?.journalMatch.map((words) => words.join(' ')),
    actions: Object.fromEntries(
      actions.map(({ name, properties }) => [
        name,
        Object.fromEntries(
          [...properties].map(([key, value]) => [
            key,
            BOOLEANS.includes(key) ? /^(1|on|true|yes)$/i.test(value) : value,
          ]),
        ),
      ]),
    ),
    ...(ignoreIp.length > 0 ? { ignoreip: ignoreIp } : {}),
    ...Object.assign({}, ...['maxretry', 'findtime', 'bantime', 'logencoding'].map(text)),
    ...(filter?.useDns === undefined ? {} : { usedns: filter.useDns }),
    ...(filter?.prefRegex === undefined ? {} : { prefregex: filter.prefRegex }),
    ...(filter?.maxLines === undefined ? {} : { maxlines: String(filter.maxLines) }),
    ...(filter?.datePattern === undefined ? {} : { datepattern: filter.datePattern }),
  };
}

/**
 * Until 1.1, what a call gives (`blocktype=RETURN`) covered `[Init]` but not `[Init?family=inet6]`, so that IPv6 was still
 * rejected. We do as the newer ones.
 */
function comparable(facts: Facts): Facts {
  if (!dump?.version.startsWith('1.0')) return facts;
  const text = JSON.stringify(facts);
  return JSON.parse(text.replace(/"blocktype\?family=inet6":"[^"]*",?/g, ''));
}

describe.skipIf(!dump)(`${dump ? '' : 'SKIPPED, fail2ban is not installed: '}the installed jails`, () => {
  it('are read as the original reads them', () => {
    const { jails, problems } = readJails({ tree, root: INSTALLED }, dump?.version ?? '');
    const names = commands.flatMap((command) => (command[0] === 'add' ? String(command[1]) : []));
    expect(problems).toEqual([]);
    expect(jails.map((jail) => jail.name)).toEqual(names);
    expect(names.length).toBeGreaterThan(50);
    for (const jail of jails) {
      const [mine, original] = [ours(jail), theirs(jail.name, commands)].map(comparable);
      expect({ [jail.name]: mine }).toEqual({ [jail.name]: original });
    }
  });
});
