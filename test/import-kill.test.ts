/** kill -9 in the middle of an import: started again it goes on, and comes to what it would have come to in one piece. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../src/ledger/database.ts';
import { done, ended, plainConfig, put, scratch, start } from './run.ts';

const BANS = 9_000;
const KILLS = 4;
const folder = scratch();
const config = plainConfig(folder);
const database = join(folder, 'fail2ban.sqlite3');
const log = join(folder, 'fail2ban.log');
const whole = join(folder, 'whole.db');
let durationMs = 0;

const importInto = (ledger: string): string[] => {
  return ['import', '-c', config, '--host', 'web1', '--ledger', ledger, '--quiet', database, log];
};

beforeAll(async () => {
  writeDatabase(database);
  put(log, logLines().join(''));
  const began = Date.now();
  await done(importInto(whole));
  durationMs = Date.now() - began;
}, 180_000);

it('has recorded none, some or all of it, whole, wherever it was killed, and the next run the rest', async () => {
  let kills = 0;
  for (let run = 0; kills < KILLS && run < 3 * KILLS; run++) {
    const ledger = join(folder, `killed-${run}.db`);
    // The second half is when it records; the first when it reads.
    const moment = durationMs * (0.2 + (0.75 * (run % KILLS)) / KILLS);
    if (await killed(importInto(ledger), moment)) kills++;
    // Half a ban is never there: each has its lines.
    if (rowsOf(ledger, 'ban') > 0) expect(looseBans(ledger)).toBe(0);
    await done(importInto(ledger));
    expectSame(ledger, whole);
    rmSync(ledger, { force: true });
  }
  expect(kills).toBe(KILLS);
}, 300_000);

it('killed again and again it goes on every time', async () => {
  const ledger = join(folder, 'again.db');
  let last = 0;
  for (let run = 0; run < 6 && last < rowsOf(whole, 'ban'); run++) {
    // Right after it has recorded something more.
    await killedWhen(importInto(ledger), () => rowsOf(ledger, 'ban') > last);
    const now = rowsOf(ledger, 'ban');
    expect(now).toBeGreaterThanOrEqual(last);
    if (now > 0) expect(looseBans(ledger)).toBe(0);
    last = now;
  }
  expect(last).toBeGreaterThan(0);
  await done(importInto(ledger));
  expectSame(ledger, whole);
}, 300_000);

it('has left nothing behind: no temporary database, no lock', async () => {
  const ledger = join(folder, 'left.db');
  const temporary = join(folder, 'tmp');
  put(join(temporary, 'keep'), '');
  await killed(importInto(ledger), durationMs * 0.6, { TMPDIR: temporary, SQLITE_TMPDIR: temporary });
  expect(readdirSync(temporary)).toEqual(['keep']);
  await done(importInto(ledger));
  expectSame(ledger, whole);
});

/** Whether it was still there to be killed. */
async function killed(given: readonly string[], afterMs: number, env: Record<string, string> = {}): Promise<boolean> {
  const began = Date.now();
  return killedWhen(given, () => Date.now() - began >= afterMs, env);
}

async function killedWhen(
  given: readonly string[],
  isTime: () => boolean,
  env: Record<string, string> = {},
): Promise<boolean> {
  const program = start(given, { env });
  program.stdin.end();
  const end = ended(program);
  while (program.exitCode === null && !isTime()) await new Promise((resolve) => setTimeout(resolve, 5));
  program.kill('SIGKILL');
  return (await end).status === null;
}

function rowsOf(ledger: string, table: string): number {
  if ((statSync(ledger, { throwIfNoEntry: false })?.size ?? 0) === 0) return 0;
  // Killed while it was made: whoever only reads may not undo that.
  if (existsSync(`${ledger}-journal`)) return 0;
  const opened = openDatabase(ledger, 'read');
  try {
    const made = opened.query("SELECT 1 AS made FROM sqlite_schema WHERE name = 'memory'").row();
    return made ? (opened.query(`SELECT count(*) AS rows FROM ${table}`).row()?.number('rows') ?? 0) : 0;
  } finally {
    opened.close();
  }
}

/** Bans of the database without a line. */
function looseBans(ledger: string): number {
  const opened = openDatabase(ledger, 'read');
  try {
    const sql =
      'SELECT count(*) AS bans FROM ban WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.ban = ban.id)';
    return opened.query(sql).row()?.number('bans') ?? 0;
  } finally {
    opened.close();
  }
}

/** All that is recorded, but when the ledger was made and which run wrote last. */
function expectSame(ledger: string, expected: string): void {
  for (const table of ['ban', 'evidence', 'release', 'tally', 'user_tally', 'series', 'reason', 'origin', 'name']) {
    const [found, wanted] = [contentOf(ledger, table), contentOf(expected, table)];
    const first = wanted.findIndex((row, index) => row !== found[index]);
    expect([table, found.length, found[first]]).toEqual([table, wanted.length, wanted[first]]);
  }
}

/** Rows in the words of people: the numbers that stand for names are another matter. */
function contentOf(ledger: string, table: string): string[] {
  const opened = openDatabase(ledger, 'read');
  try {
    const columns = opened
      .query('SELECT name FROM pragma_table_info(?)')
      .rows(table)
      .map((row) => row.text('name'));
    const named = new Set(['host', 'jail', 'service', 'kind', 'filter', 'path']);
    const cells = columns
      .filter((column) => !(column === 'id' && ['name', 'series', 'reason', 'origin'].includes(table)))
      .map((column) => {
        if (named.has(column)) return `(SELECT quote(content) FROM name WHERE name.id = "${table}"."${column}")`;
        if (column === 'series')
          return `(SELECT day || quote(host) || kind FROM series WHERE series.id = "${table}".series)`;
        if (column === 'reason' || column === 'origin')
          return `(SELECT content FROM ${column} WHERE ${column}.id = "${table}"."${column}")`;
        return `quote("${column}")`;
      });
    const rows = opened.query(`SELECT ${cells.join(" || ',' || ")} AS line FROM "${table}" ORDER BY 1`).rows();
    return rows.map((row) => row.text('line'));
  } finally {
    opened.close();
  }
}

function writeDatabase(path: string): void {
  const opened = openDatabase(path, 'write');
  opened.exec(`CREATE TABLE fail2banDb (version INTEGER); INSERT INTO fail2banDb VALUES (4);
    CREATE TABLE jails (name TEXT); CREATE TABLE bans (jail TEXT, ip TEXT, timeofban INTEGER, bantime INTEGER,
      bancount INTEGER, data JSON); BEGIN`);
  const insert = opened.query('INSERT INTO bans VALUES (?, ?, ?, 600, 1, ?)');
  for (let n = 0; n < BANS; n++) {
    const ip = addressOf(n);
    const line = `Failed password for invalid user admin${n % 7} from ${ip} port ${n} ssh2`;
    const data = JSON.stringify({ matches: [line, line], failures: 5, user: `admin${n % 7}` });
    insert.run(n % 3 === 0 ? 'dovecot' : 'sshd', ip, 1_700_000_000 + n * 60, Buffer.from(data));
  }
  opened.exec('COMMIT');
  opened.close();
}

/** Half of it tells of the same bans. */
function logLines(): string[] {
  return Array.from({ length: BANS / 4 }, (_, n) => {
    const time = new Date((1_700_000_000 + n * 60 + (n % 2 === 0 ? 1 : 86_400 * 200)) * 1_000);
    const stamp = time
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, '');
    const jail = n % 3 === 0 ? 'dovecot' : 'sshd';
    const found = `${stamp},000 fail2ban.filter [1]: INFO [${jail}] Found ${addressOf(n)}\n`;
    return `${found}${stamp},100 fail2ban.actions [1]: NOTICE [${jail}] Ban ${addressOf(n)}\n`;
  });
}

function addressOf(n: number): string {
  return `198.${18 + (n % 2)}.${(n >> 6) % 250}.${n % 64}`;
}
