/**
 * What people meet at the command line when something is wrong: one clear sentence on standard error, the right exit
 * status, and nothing half-written. What a full disk and hostile logs do has files of its own.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/ledger/database.ts';
import { done, linesOf, PROJECT, plainConfig, put, type Run, rapsheet, readReport, scratch, tableOf } from './run.ts';

const folder = scratch();
const config = plainConfig(folder);
const at = (...names: string[]): string => join(folder, ...names);

const ADDRESS = '203.0.113.7';
const failed = (second: number, address = ADDRESS): string =>
  `2024-10-03T12:00:0${second}.000000+00:00 web1 sshd[${second}]: Failed password for root from ${address} port 22 ssh2\n`;
const FIVE = [1, 2, 3, 4, 5].map((second) => failed(second)).join('');
const NOISE = '2024-10-03T12:00:09.000000+00:00 web1 systemd[1]: Started a service.\n';
const log = put(at('auth.log'), FIVE + NOISE);
/** A ledger with one ban; whoever writes copies it. */
const ledger = at('ledger.db');

beforeAll(async () => {
  await done(['replay', '-c', config, '--ledger', ledger, '--host', `web1=${log}`]);
});

/** One sentence a problem, for people: no stack, no trace of how the program works. */
function expectSentence({ status, out, err }: Run, expected: number, says: RegExp): void {
  expect([status, err]).toEqual([expected, expect.stringMatching(says)]);
  expect(out).toBe('');
  expect(linesOf(err)).toHaveLength(1);
  expect(err).toMatch(/^rapsheet: .*\n$/);
  expect(err).not.toMatch(/fault of the program|node:|\.js:\d/);
}

describe('replay of what cannot be read', () => {
  put(at('plain-file'), 'not a folder\n');
  mkdirSync(at('no-logs', 'deeper'), { recursive: true });
  const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 167) & 0xff));
  put(at('core'), bytes);

  it.each([
    ['a missing file', at('auht.log'), 66, /auht\.log: there is no such file.*auth\.log/],
    // Root may read everything, so that a path below a file stands for one that cannot be opened.
    ['a path below a file', at('plain-file', 'auth.log'), 66, /plain-file\/auth\.log: .*file, not a directory/],
    ['a folder without logs', at('no-logs'), 66, /no-logs: there is no log/],
    ['a pattern that fits nothing', at('*.nothing'), 66, /\*\.nothing: there is no log/],
    ['a binary file', at('core'), 65, /core: .*binary/],
  ])('%s: a sentence, the status, and no ledger is made or changed', async (_, path, status, says) => {
    const fresh = at(`fresh-${status}-${says.source.length}.db`);
    expectSentence(await rapsheet(['replay', '-c', config, '--ledger', fresh, path]), status, says);
    expect(existsSync(fresh)).toBe(false);
    const before = readFileSync(ledger);
    expectSentence(await rapsheet(['replay', '-c', config, '--ledger', ledger, path]), status, says);
    expect(readFileSync(ledger).equals(before)).toBe(true);
  });

  it('one bad path among good ones: nothing is recorded', async () => {
    const before = readFileSync(ledger);
    const run = await rapsheet(['replay', '-c', config, '--ledger', ledger, log, at('missing.log')]);
    expectSentence(run, 66, /missing\.log/);
    expect(readFileSync(ledger).equals(before)).toBe(true);
  });

  it('a log without permission: 77', async () => {
    const root = process.getuid?.() === 0;
    const secret = put(at('secret.log'), FIVE);
    chmodSync(secret, 0o000);
    chmodSync(folder, 0o755);
    const nobody = root ? { uid: 65_534 } : {};
    if ((await rapsheet(['--version'], nobody)).status !== 0) {
      console.warn('\nSKIPPED: nobody but root may read this checkout, so nobody else can be refused a log\n');
      return;
    }
    const run = await rapsheet(['replay', '-c', config, '--dry-run', secret], nobody);
    expectSentence(run, 77, /secret\.log: no permission/);
  });

  it('an empty log is no problem: 0 lines', async () => {
    const { status, err } = await rapsheet(['replay', '-c', config, '-n', put(at('empty.log'), '')]);
    expect([status, err]).toEqual([0, expect.stringMatching(/Read 0 lines in 1 files?\b/)]);
  });

  it('a log in an unknown format is no problem, and said', async () => {
    const odd = put(at('odd.log'), 'one\ntwo\nthree\n');
    const { status, err } = await rapsheet(['replay', '-c', config, '-n', odd]);
    expect([status, err]).toEqual([0, expect.stringMatching(/3 lines are in no known format, in .*odd\.log/)]);
  });

  it('nothing to read: 64', async () => {
    expectSentence(await rapsheet(['replay', '-c', config]), 64, /which logs\?/);
  });
});

describe('a broken configuration', () => {
  const jail = '[jail.ssh]\n';
  it.each([
    ['an unknown key', `${jail}maxretri = 3\n`, /key\.toml:2: unknown key "jail\.ssh\.maxretri" .*"maxretry"/, 'key'],
    ['a wrong type', `${jail}maxretry = "three"\n`, /type\.toml:2: jail\.ssh\.maxretry: must be a number/, 'type'],
    ['a wrong duration', `${jail}\nfindtime = "10x"\n`, /time\.toml:3: jail\.ssh\.findtime: .*"10m".*10x/, 'time'],
    [
      'a network with host bits',
      '[[allow]]\naddress = "192.0.2.1/24"\nreason = "x"\n',
      /net\.toml:2: .*192\.0\.2\.1/,
      'net',
    ],
    ['broken syntax', `${jail}maxretry = \n`, /syntax\.toml:2:1\d: /, 'syntax'],
    [
      'an unknown zone',
      '[general]\nzone = "Europe/Zuerich"\n',
      /zone\.toml:2: .*no time zone "Europe\/Zuerich"/,
      'zone',
    ],
    ['an unknown kind', `${jail}kinds = ["ssh.logn"]\n`, /kind\.toml:2: .*"ssh\.logn" .*"ssh\.login"/, 'kind'],
  ])('%s: file, line, and what was meant', async (_, text, says, name) => {
    const file = put(at(`${name}.toml`), text);
    const fresh = at(`${name}.db`);
    expectSentence(await rapsheet(['replay', '-c', file, '--ledger', fresh, log]), 78, says);
    expect(existsSync(fresh)).toBe(false);
    expectSentence(await rapsheet(['check', '-c', file]), 78, says);
  });

  it('tells every mistake, not only the first', async () => {
    const file = put(at('several.toml'), `${jail}maxretri = 3\nbantime = 5\n[repport]\n`);
    const { status, err } = await rapsheet(['check', '-c', file]);
    expect(status).toBe(78);
    expect(linesOf(err).sort()).toEqual([
      expect.stringContaining('several.toml:2: '),
      expect.stringContaining('several.toml:3: '),
      expect.stringMatching(/several\.toml:4: .*"report"/),
    ]);
  });

  it('that is missing: 66, and it is not taken for an empty one', async () => {
    expectSentence(await rapsheet(['check', '-c', at('none.toml')]), 66, /none\.toml: there is no such file/);
    expectSentence(await rapsheet(['check', '-c', at('no-logs')]), 66, /no-logs: .*(?:folder|directory)/);
  });
});

describe('a broken filter of the user’s own, in filters/ beside the configuration', () => {
  const head = 'about = "mine"\nservice = "ssh"\nformat = "syslog"\n';
  it.each([
    ['syntax', `${head}[[pattern]]\nkind = "ssh.login\n`, /filters\/mine\.toml:5:\d+: /],
    [
      'an expression that does not end',
      `${head}[[pattern]]\nkind = "ssh.login"\nmatch = "(no <address>"\n`,
      /filters\/mine\.toml:6:(?:\d+: |.*column \d).*unclosed/,
    ],
    [
      'a look-ahead',
      `${head}[[pattern]]\nkind = "ssh.login"\nmatch = "no (?=x)<address>"\n`,
      /filters\/mine\.toml:6:(?:\d+: |.*column \d)/,
    ],
    [
      'a kind that there is not',
      `${head}[[pattern]]\nkind = "ssh.logn"\nmatch = "no <address>"\n`,
      /filters\/mine\.toml:5.*"ssh\.logn".*"ssh\.login"/,
    ],
    [
      'a misspelled key',
      `${head}[[patern]]\nkind = "ssh.login"\n`,
      /filters\/mine\.toml:4: unknown key "patern" .*"pattern"/,
    ],
  ])('%s: file, line, column, and what was expected', async (name, text, says) => {
    const own = at('filters-of', name.replaceAll(' ', '-'));
    const file = plainConfig(own);
    put(join(own, 'filters', 'mine.toml'), text);
    const fresh = join(own, 'ledger.db');
    const run = await rapsheet(['replay', '-c', file, '--ledger', fresh, log]);
    expect([run.status, linesOf(run.err)]).toEqual([78, expect.arrayContaining([expect.stringMatching(says)])]);
    expect(existsSync(fresh)).toBe(false);
  });

  it('a sample that does not hold: check says which, and 1', async () => {
    const own = at('filters-of', 'samples');
    const file = plainConfig(own);
    const pattern = '[[pattern]]\nkind = "ssh.login"\nmatch = "No entry for <address>"\n';
    const hit = `[[hit]]\nline = "Oct  3 12:00:00 h sshd[1]: Entry for ${ADDRESS}"\nattempt = { kind = "ssh.login", address = "${ADDRESS}" }\n`;
    put(join(own, 'filters', 'mine.toml'), head + pattern + hit);
    const { status, out, err } = await rapsheet(['check', '-c', file]);
    expect(status).toBe(1);
    expect(out).toMatch(/^FAIL +mine/m);
    expect(err).toMatch(/mine.*hit/);
  });
});

describe('a ledger', () => {
  it.each([
    ['that is a text file', 'text.db', 65, /text\.db: .*not a ledger/],
    ['of another program', 'other.db', 65, /other\.db: .*another program/],
    ['of another version', 'version.db', 65, /version\.db: .*version 99/],
    ['that is a folder', 'no-logs', 65, /no-logs: .*folder, not a ledger/],
    ['below a file', join('plain-file', 'ledger.db'), 66, /plain-file\/ledger\.db: .*a file, not a folder/],
  ])('%s is refused and left as it is', async (_, name, status, says) => {
    put(at('text.db'), 'This is no database, but a text that is longer than a header.\n');
    const other = openDatabase(at('other.db'), 'write');
    other.exec('CREATE TABLE IF NOT EXISTS t (x)');
    other.close();
    copyFileSync(ledger, at('version.db'));
    const version = openDatabase(at('version.db'), 'write');
    version.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)');
    version.close();
    const path = at(name);
    const bytes = (): Buffer | undefined =>
      name.endsWith('s.db') || !existsSync(path) || name === 'no-logs' ? undefined : readFileSync(path);
    const before = bytes();
    for (const given of [['replay', log], ['report'], ['show', ADDRESS], ['explain', ADDRESS]]) {
      expectSentence(await rapsheet([...given, '-c', config, '--ledger', path]), status, says);
    }
    expect(bytes()).toEqual(before);
  });

  it('that is missing is made with its folder by replay, and by nobody else', async () => {
    const path = at('new', 'folder', 'ledger.db');
    for (const given of [['report'], ['show', ADDRESS], ['explain', ADDRESS]]) {
      expectSentence(await rapsheet([...given, '-c', config, '--ledger', path]), 66, /ledger\.db: there is no ledger/);
      expect(existsSync(path)).toBe(false);
    }
    await done(['replay', '-c', config, '--ledger', path, log]);
    const report = readReport(await done(['report', '-c', config, '--ledger', path, '--json']));
    expect(tableOf(report, 'totals').total).toMatchObject({ bans: 1 });
  });

  it('is not touched by --dry-run', async () => {
    const path = at('dry.db');
    await done(['replay', '-c', config, '--dry-run', '--ledger', path, log]);
    expect(existsSync(path)).toBe(false);
  });
});

/** A node of our own: as root, a mistake with /dev/full would be one for the whole machine. */
const full = at('full');
const isMade = spawnSync('mknod', [full, 'c', '1', '7']).status === 0;

describe.skipIf(!isMade)('a full disk behind standard output', () => {
  it.each([
    [['report', '-c', config, '--ledger', ledger]],
    [['report', '-c', config, '--ledger', ledger, '--json']],
    [['replay', '-c', config, '--dry-run', '-q', '--print', 'attempts', log]],
    [['--help']],
  ])('rapsheet %j: 69, and that it is full', (given) => {
    const output = openSync(full, 'w');
    const { status, stderr } = spawnSync(process.execPath, [join(PROJECT, 'bin', 'rapsheet'), ...given], {
      ...{ stdio: ['ignore', output, 'pipe'], encoding: 'utf8', timeout: 50_000 },
    });
    closeSync(output);
    expect([status, stderr]).toEqual([69, 'rapsheet: standard output: the disk is full\n']);
  });
});

describe('report -o', () => {
  const report = (...given: string[]): Promise<string> => done(['report', '-c', config, '--ledger', ledger, ...given]);

  it.each([
    ['october.html', /^<!DOCTYPE html>/],
    ['october.md', /^# Bans of all time/],
    ['october.json', /^\{\n {2}"title"/],
    ['october.txt', /^Bans of all time\n/],
  ])('writes %s in the form that its name says', async (name, says) => {
    expect(await report('-o', at(name))).toBe('');
    expect(readFileSync(at(name), 'utf8')).toMatch(says);
    expect(readdirSync(folder).filter((each) => each.startsWith('.'))).toEqual([]);
  });

  it('writes a folder of figures, or one figure', async () => {
    await report('--format', 'svg', '-o', at('figures'));
    await report('--table', 'days-bans', '-o', at('days.svg'));
    expect(readdirSync(at('figures'))).toEqual(expect.arrayContaining(['hours.svg', 'days-bans.svg', 'totals.svg']));
    expect(readFileSync(at('days.svg'), 'utf8')).toBe(readFileSync(at('figures', 'days-bans.svg'), 'utf8'));
  });

  it.each(['-', '/dev/stdout'])('prints to %s what it prints without', async (output) => {
    expect(await report('-o', output)).toBe(await report());
    expect(await report('--table', 'totals', '--format', 'csv', '-o', output)).toMatch(/^"service"/);
    expect(existsSync(join(PROJECT, output))).toBe(false);
  });

  it('speaks the language that is asked for', async () => {
    await report('--language', 'de', '-o', at('oktober.html'));
    expect(readFileSync(at('oktober.html'), 'utf8')).toContain('Sperren: gesamter Zeitraum');
  });
});

it('show of a name that only a user has says how to ask for it', async () => {
  const show = (subject: string): Promise<Run> => rapsheet(['show', '-c', config, '--ledger', ledger, subject]);
  expect(await show('root')).toMatchObject({
    ...{ status: 1, err: 'rapsheet: root was tried as a user name: rapsheet show user:root\n' },
  });
  expect(await show('nobody-here')).toMatchObject({ status: 1, err: '' });
  expect(await show('user:root')).toMatchObject({ status: 0, err: '' });
});

describe('usage', () => {
  const read = ['-c', config, '--ledger', ledger];
  it.each([
    [['reprot'], /unknown command 'reprot' .*report/],
    [['help', 'reprot'], /unknown command 'reprot' .*report/],
    [['report', '--fromat', 'json'], /unknown option '--fromat' .*--format/],
    [['report', ...read, '--table', 'totls'], /--table totls: .*totals/],
    [['report', ...read, '--format', 'svg', '--table', 'map-moon'], /--table map-moon: .*figure.*days-bans/],
    [['report', ...read, '--language', 'no_such'], /no_such.*is no language/],
    [['report', ...read, '--format', 'xml'], /--format xml: .*text, markdown, json, csv/],
    [['report', ...read, '--format', 'csv', '--json'], /--json and --format csv: which/],
    [['report', ...read, '--format', 'csv'], /--format csv: \d+ tables .*-o tables\/, or --table totals/],
    [['report', ...read, '-o', at('all.csv')], /all\.csv: \d+ tables .*-o \S+\/all\/, or --table totals/],
    [['report', ...read, '-o', at('all.pdf')], /all\.pdf: no format is called \.pdf .*\.html.*--format/],
    [['report', ...read, '-o', ''], /-o: no name is given .*-o - for/],
    [['report', ...read, '-o', at('auth.log', 'x.html')], /auth\.log\/x\.html: \S+auth\.log is a file, not a folder/],
    [['report', ...read, '--table', 'days', '-o', at('days.svg')], /2 figures .*--table days-bans/],
    [['show', ...read, ADDRESS, '--format', 'csv'], /--format csv: \d+ tables .*\(-o tables\/\)/],
    [['report', ...read, '2024-13'], /"2024-13" is not a month or a day .*2024-10/],
    [['report', ...read, '--until', '2024-02-30'], /"2024-02-30" is not a month or a day/],
    [['report', ...read, '--since', '2024-12', '--until', '2024-11'], /--since 2024-12 is not before --until 2024-11/],
    [['report', ...read, '2024-10', '--until', '2024-11'], /2024-10.*--until/],
    [['report', ...read, '--top', 'ten'], /--top ten: not a number .*--top 50/],
    [['replay', '--host', 'web1', '-n'], /--host web1: .*--host web1=/],
    [['replay', '--print', 'attacks', '-n', log], /--print attacks: .*attempts or bans/],
    [['replay', '--zone', 'Zurich', '-n', log], /no time zone "Zurich" .*Europe\/Zurich/],
    [['show', ...read], /missing required argument/],
    [
      ['show', ...read, '203.0.113.7/24'],
      /"203\.0\.113\.7\/24" is not a network: host bits .*mean 203\.0\.113\.0\/24\?/,
    ],
    [['show', ...read, '::ffff:203.0.113.0/120'], /113\.0\/120" is not a network as .*mean 203\.0\.113\.0\/24\?/],
    [['show', ...read, '::ffff:203.0.113.7/120'], /host bits are set .*mean 203\.0\.113\.0\/24\?/],
    [['show', ...read, '2001:db8::1/64'], /host bits are set .*mean 2001:db8::\/64\?/],
    [['show', ...read, '203.0.113.0/024'], /"203\.0\.113\.0\/024" is not a network as .*mean 203\.0\.113\.0\/24\?/],
    [['show', ...read, '2001:db8::/129'], /2001:db8::\/129.*org/],
    [['show', ...read, 'AS0'], /"AS0" is not.*AS64500/],
    [['show', ...read, '203.0.113.7', '--format', 'xml'], /--format xml: .*html/],
    [['explain'], /missing required argument/],
  ])('rapsheet %j: 64, and what was meant', async (given, says) => {
    expectSentence(await rapsheet(given), 64, says);
  });

  it.each([[[]], [['report']], [['replay']], [['show']], [['explain']], [['check']], [['demo']]])(
    'rapsheet %j --help has an example that is a command of ours',
    async (command) => {
      const help = await done([...command, '--help']);
      expect(help).toMatch(/^Usage: rapsheet/);
      expect(help).toMatch(/^ {2}rapsheet \w+/m);
    },
  );
});
