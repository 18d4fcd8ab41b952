/** The whole output of `rapsheet regex` beside that of the installed `fail2ban-regex`, on its filters and sample lines. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { printable } from '../base/text.ts';
import { INSTALLED, installedVersion } from '../fail2ban/testing/original.ts';
import { askRegex, canAskRegex, SAMPLES } from '../fail2ban/testing/original-regex.ts';
import { regexCommand } from './regex.ts';
import { runCommand } from './testing.ts';

const canAsk = canAskRegex();
if (!canAsk) console.warn('src/cli/regex-original.test.ts: no fail2ban is installed, skipped');
const isOld = installedVersion()?.startsWith('1.0.') ?? false;

const FILTERS = (canAsk ? readdirSync(SAMPLES) : []).filter((name) => existsSync(filterPath(name))).sort();

/** Copies whose last lines end: the original waits for the end of one that does not, and never reads it. */
const logs = mkdtempSync(join(tmpdir(), 'rsre-'));
for (const name of FILTERS) writeFileSync(join(logs, name), `${readFileSync(join(SAMPLES, name), 'utf8').trimEnd()}\n`);
afterAll(() => rmSync(logs, { recursive: true }));

function filterPath(name: string): string {
  return `${INSTALLED}/filter.d/${name}.conf`;
}

/** What has to differ: how long it took, what an older release words otherwise, the moment of what has no date. */
function normalized(out: string): string[] {
  const year = String(new Date().getFullYear());
  return (
    out
      .replace(/^Use {3}failregex (filter )?file :/gm, 'Use      filter file :')
      .replace(/^\[processed in .*\]$/m, '[processed]')
      .split('\n')
      // Characters that act on a terminal are shown, not passed on.
      .map((line) => line.split('\t').map(printable).join('\t'))
      .filter((line) => !(isOld && /ExYearExMonthExDay\(\?:/.test(line) && line.startsWith('|  [0]')))
      .map(rowOf)
      // Whole seconds are a number with a fraction or without, by how the original came to know them.
      .map((line) => line.replace(/\b(\d{9,10})\.0\b/, '$1'))
      .map((line) =>
        line.replace(/\b\d{10}(?:\.\d+)?\b/g, (seconds) => (isOfThisHour(Number(seconds)) ? 'now' : seconds)),
      )
      .map((line) =>
        line.startsWith('|      ') && line.includes(year) ? line.replace(/\S+ \S+ \d\d \d\d:\d\d:\d\d/, 'now') : line,
      )
  );
}

/** A time of now may be of whole seconds, too. */
function isOfThisHour(seconds: number): boolean {
  return Math.abs(seconds - Date.now() / 1_000) < 3_600;
}

/** Each writes tags of addresses out in its own way. */
function withoutPrefix(lines: readonly string[]): string[] {
  const at = lines.findIndex((line) => line.startsWith('Prefregex:'));
  return lines.filter((line, i) => at < 0 || i !== at + 1 || !line.includes('(?P<ip4>'));
}

/** The order of the fields of a row, and those that took nothing, are no one's concern. */
function rowOf(line: string): string {
  const [, id, time, fields] = /^\[(.*),\t(\S+),\t(.*)\],$/.exec(line) ?? [];
  if (fields === undefined) return line;
  const entries = [...fields.matchAll(/'([\w-]+)': ((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\{[^}]*\}|[^,'"{}]+))/g)];
  const taken = entries.filter(([, name, value]) => value !== 'None' && name !== 'users');
  return JSON.stringify([id, time, taken.map(([, name, value]) => `${name}: ${value}`).sort()]);
}

const HAVE_MODES = ['dovecot', 'exim', 'freeswitch', 'postfix', 'sendmail-reject', 'sshd'];

const OPTIONS: readonly (readonly string[])[] = [
  [],
  ['-v'],
  ['-vv', '--print-all-matched', '--print-all-missed', '--print-all-ignored'],
  ['-r', '-v', '--no-check-all', '--print-no-missed', '--print-no-ignored'],
  ['--usedns', 'no', '--verbosity', '1', '--print-all-missed'],
  ['-L', '5', '--print-all-matched', '--print-all-missed'],
  ['-d', '{^LN-BEG}', '--TZ', 'UTC+0200', '-v'],
  ['-o', 'row'],
  ['-o', 'row', '-r'],
  ['-o', 'id', '-r'],
  ['-o', 'ip'],
  ['-o', 'msg'],
  ['-o', 'user'],
  ['-o', '<ip> <fid> <F-USER> <time> <family> <ip-rev><br><sp>| <msg> <unknown>', '-r'],
];

describe.skipIf(!canAsk)(`${canAsk ? '' : 'SKIPPED, fail2ban is not installed: '}rapsheet regex`, () => {
  it.each(OPTIONS.map((options) => ({ options })))(
    'prints what the original prints: $options',
    async ({ options }) => {
      const { lines, wrong } = await compared(FILTERS.map((name) => [...options, join(logs, name), filterPath(name)]));

      expect(lines).toBeGreaterThan(500);
      expect(wrong).toEqual([]);
    },
    120_000,
  );

  it.skipIf(isOld)(
    'prints what the original prints of jails, with options of their filters',
    async () => {
      const jails = FILTERS.map((name) => ['-c', INSTALLED, '-vv', join(logs, name), name]);
      const modes = HAVE_MODES.map((name) => ['-c', INSTALLED, '-v', join(logs, name), `${name}[mode=aggressive]`]);

      const { lines, wrong } = await compared([...jails, ...modes]);

      expect(lines).toBeGreaterThan(500);
      expect(wrong).toEqual([]);
    },
    120_000,
  );
});

async function compared(
  requests: readonly (readonly string[])[],
): Promise<{ readonly lines: number; readonly wrong: readonly unknown[] }> {
  const theirs = askRegex(requests);
  const wrong: unknown[] = [];
  let lines = 0;
  for (const [i, words] of requests.entries()) {
    const said = await runCommand(regexCommand(), words);
    const answer = theirs[i];
    const [ours, other] = [normalized(said.out), normalized(answer?.out ?? '')].map(withoutPrefix);
    expect(answer?.status === 0, words.join(' ')).toBe(said.status === 0);
    if (answer?.status === 0) lines += other?.length ?? 0;
    const first = ours?.findIndex((line, at) => line !== other?.[at]) ?? -1;
    if (answer?.status !== 0 || first < 0) continue;
    wrong.push({ words: words.join(' '), ours: ours?.[first], theirs: other?.[first], err: said.err });
  }
  return { lines, wrong };
}
