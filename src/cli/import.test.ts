/** `rapsheet import` at the command line: what it says, what it refuses, what it leaves. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../ledger/database.ts';
import { importCommand } from './import.ts';
import { reportCommand } from './report.ts';
import { runCommand, type Said, scratch } from './testing.ts';

const LOG = `2024-10-03 10:00:00,000 fail2ban.filter         [812]: INFO    [shop] Found 203.0.113.7
2024-10-03 10:00:01,000 fail2ban.actions        [812]: NOTICE  [shop] Ban 203.0.113.7
2024-10-03 10:10:01,000 fail2ban.actions        [812]: NOTICE  [shop] Unban 203.0.113.7
2024-10-03 11:00:00,000 fail2ban.actions        [812]: NOTICE  [sshd] Ban some\u001b[31mbody
`;

interface Place {
  readonly folder: string;
  readonly ledger: string;
  readonly log: string;
  run(...given: readonly string[]): Promise<Said>;
}

function place(): Place {
  const folder = scratch();
  const ledger = join(folder, 'ledger.db');
  const config = join(folder, 'rapsheet.toml');
  writeFileSync(config, '[general]\nzone = "UTC"\n[origin]\ndiscover = false\n');
  const log = join(folder, 'fail2ban.log');
  writeFileSync(log, LOG);
  const common = ['-c', config, '--ledger', ledger, '--host', 'web1'];
  return { folder, ledger, log, run: (...given) => runCommand(importCommand(), [...common, ...given]) };
}

it('says what it recorded, what it left out and why, and what it was about', async () => {
  const { run, log, ledger } = place();
  const { status, out, err } = await run(log);
  expect([status, out]).toEqual([0, '']);
  expect(err.replace(/in \d+\.\d s/, 'in 0.1 s').split('\n')).toEqual([
    `${log} (fail2ban's log): 1 ban.`,
    '  1 left out, without an address that can be banned: some\\x1b[31mbody (sshd)',
    'Recorded 1 ban of 2024-10-03 to 2024-10-03 with 1 line of evidence, and 1 attempt, on web1, in 0.1 s.',
    '  shop → other.shop: 1 ban  (--map shop=KIND says what it was about)',
    `Next: rapsheet report --ledger ${ledger}`,
    '',
  ]);
  const again = await run(log);
  expect(again.err).toContain('1 ban, 0 new.\n  1 is in the ledger already.');
  const report = await runCommand(reportCommand(), ['--ledger', ledger, '--table', 'method']);
  expect(report.out).toContain("1 ban from fail2ban's log, by its rules and no other.");
});

it('prints one object with --json, and nothing with --quiet', async () => {
  const { run, log } = place();
  const dry = await run('--json', '--dry-run', log);
  expect(JSON.parse(dry.out)).toMatchObject({ recorded: null, jails: [{ jail: 'shop', kind: 'other.shop', bans: 1 }] });
  const { out } = await run('--json', '--map', 'shop=web.login', log);
  expect(JSON.parse(out)).toMatchObject({
    sources: [
      {
        path: log,
        form: 'fail2ban-log',
        bans: 1,
        fresh: 1,
        known: 0,
        merged: 0,
        leftOut: [{ why: 'address', count: 1 }],
      },
    ],
    jails: [{ jail: 'shop', kind: 'web.login', bans: 1 }],
    ...{ first: '2024-10-03T10:00:01.000Z', last: '2024-10-03T10:00:01.000Z', restored: 0, attempts: 1, problems: [] },
    recorded: { bans: 1, evidence: 1, attempts: 1, releases: 0, enforced: 0, notEnforced: 0, endsLost: 0 },
  });
  expect(out).not.toContain('\u001b');
  expect(await run('--quiet', log)).toEqual({ status: 0, out: '', err: '' });
});

it('a dry run makes no ledger', async () => {
  const { run, log, ledger } = place();
  const { err, status } = await run('--dry-run', log);
  expect(status).toBe(0);
  expect(err).toMatch(/Would record 1 ban of 2024-10-03 to 2024-10-03, and 1 attempt of logs, on web1/);
  expect(existsSync(ledger)).toBe(false);
});

it('bad lines of a table are told, the others imported, and the exit status says so', async () => {
  const { run, folder, ledger } = place();
  const table = join(folder, 'bans.csv');
  writeFileSync(table, 'address,time\n203.0.113.7,2024-10-03 10:00:00\nnobody,2024-10-03 10:00:00\n');
  const { status, err } = await run(table);
  expect(status).toBe(65);
  expect(err).toContain(`rapsheet: ${table}:3: "nobody" is not an address that can be banned`);
  const opened = openDatabase(ledger, 'read');
  expect(opened.query('SELECT count(*) AS bans FROM ban').row()?.number('bans')).toBe(1);
  opened.close();
  const json = await run('--json', table);
  expect(JSON.parse(json.out).problems).toEqual([
    { where: `${table}:3`, what: '"nobody" is not an address that can be banned' },
  ]);
});

describe('what cannot be', () => {
  it.each([
    [64, [], /which files\? \(rapsheet import \//],
    [64, ['--from', 'fail2ban', 'x'], /--from fail2ban: there is no such form/],
    [64, ['--map', 'shop', 'LOG'], /--map shop: not a jail and a kind/],
    [64, ['--map', 'shop=web.logn', 'LOG'], /did you mean "web\.login"\?/],
    [64, ['--bantime', 'long', 'LOG'], /--bantime long: not a duration/],
    [64, ['--host', 'a b', 'LOG'], /--host a b: not the name of a host/],
    [64, ['--zone', 'Nowhere', 'LOG'], /there is no time zone "Nowhere"/],
    [64, ['--since', '2024-13', 'LOG'], /"2024-13" is not a month or a day/],
    [64, ['-'], /what comes by standard input\? \(say it with --from/],
    [65, ['EMPTY'], /the file is empty/],
    [65, ['CUT'], /CUT: (?:the database|this is the database|CUT is no)/],
    [66, ['/nonexistent/fail2ban.sqlite3'], /there is no such file/],
  ])('ends with status %i for %j, and leaves no ledger', async (expected, given, words) => {
    const { run, folder, log, ledger } = place();
    const files = { LOG: log, EMPTY: join(folder, 'EMPTY'), CUT: join(folder, 'CUT') };
    writeFileSync(files.EMPTY, '');
    writeFileSync(files.CUT, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(84, 1)]));
    const names: ReadonlyMap<string, string> = new Map(Object.entries(files));
    const { status, err } = await run(...given.map((word) => names.get(word) ?? word));
    expect([status, err]).toEqual([expected, expect.stringMatching(words)]);
    expect(existsSync(ledger)).toBe(false);
  });

  it('a database that is damaged further on leaves no ledger either', async () => {
    const { run, folder, ledger } = place();
    const path = join(folder, 'fail2ban.sqlite3');
    const opened = openDatabase(path, 'write');
    opened.exec(`CREATE TABLE fail2banDb (version); CREATE TABLE jails (name); CREATE TABLE bans (jail, ip, timeofban, bantime, data);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
      INSERT INTO bans SELECT 'sshd', '203.0.113.' || (i % 200 + 1), 1700000000 + i, 600, printf('%0200d', i) FROM n`);
    opened.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, bytes.length - 65_536, bytes.length - 4_096);
    writeFileSync(path, bytes);
    const { status, err } = await run(path);
    expect([status, err]).toEqual([65, expect.stringMatching(/the database is damaged/)]);
    expect(existsSync(ledger)).toBe(false);
  });

  it('a database that is damaged where a ban’s lines are kept leaves no ledger either', async () => {
    const { run, folder, ledger } = place();
    const path = join(folder, 'fail2ban.sqlite3');
    const opened = openDatabase(path, 'write');
    opened.exec(`CREATE TABLE fail2banDb (version); CREATE TABLE jails (name); CREATE TABLE bans (jail, ip, timeofban, bantime, data);
      INSERT INTO bans VALUES ('sshd', '203.0.113.7', 1700000000, 600, printf('%0.20000d', 7))`);
    opened.close();
    const bytes = readFileSync(path);
    // Of a text of many pages, those in its middle hold nothing else.
    const page = bytes.indexOf('0'.repeat(4_092), 8_192) - 4;
    bytes.fill(0, page, page + 4_096);
    writeFileSync(path, bytes);
    const { status, err } = await run(path);
    expect([status, err]).toEqual([65, expect.stringMatching(/the database is damaged: .* \(nothing was imported/)]);
    expect(existsSync(ledger)).toBe(false);
  });
});
