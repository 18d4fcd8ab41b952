/** Databases of others: read while they are written, and whatever they hold. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../ledger/database.ts';
import { openLedger } from '../ledger/ledger.ts';
import { crowdSecDatabase } from './crowdsec-database.ts';
import { columnsOf, openForeign, PAGE_ROWS, wholeOf } from './foreign.ts';
import { recognize } from './recognize.ts';
import { bansIn, fail2ban, importFiles, NOW, put, scratch } from './testing.ts';

const IP = '203.0.113.7';
const BANS = [{ ip: IP, time: '2024-10-03T10:00:00Z' }];

it('a database in the middle of a write of its owner is read as it was before it', async () => {
  const path = fail2ban(join(scratch(), 'db'), { bans: BANS });
  const owner = openDatabase(path, 'write');
  onTestFinished(() => owner.close());
  // As fail2ban does it.
  owner.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
  owner.exec(
    "INSERT INTO bans (jail, ip, timeofban, bantime, data) VALUES ('sshd', '198.51.100.1', 1727949600, 600, NULL)",
  );
  const { ledger } = await importFiles([path]);
  expect(bansIn(ledger).map(({ subject }) => subject)).toEqual([IP]);
  owner.exec('COMMIT');
  const later = await importFiles([path]);
  expect(bansIn(later.ledger)).toHaveLength(2);
});

it('a database that stays locked is told after some seconds, and its owner is never held up', async () => {
  const path = fail2ban(join(scratch(), 'db'), { bans: BANS });
  const owner = openDatabase(path, 'write', 0);
  onTestFinished(() => owner.close());
  owner.exec('BEGIN EXCLUSIVE');
  await expect(importFiles([path])).rejects.toThrow(/the database cannot be read now: database is locked/);
  owner.exec('COMMIT');
  const reader = openForeign(path);
  onTestFinished(() => reader.close());
  expect(reader.query('SELECT count(*) AS bans FROM bans').row()?.number('bans')).toBe(1);
  owner.exec('BEGIN EXCLUSIVE; COMMIT');
});

it('a database with a log beside it is read with what is in the log; alone it leaves no files behind', async () => {
  const folder = scratch();
  const path = fail2ban(join(folder, 'db'), { bans: BANS });
  const owner = openDatabase(path, 'write');
  owner.exec('PRAGMA journal_mode = WAL');
  owner.exec(
    "INSERT INTO bans (jail, ip, timeofban, bantime, data) VALUES ('sshd', '198.51.100.1', 1727949600, 600, NULL)",
  );
  expect(existsSync(`${path}-wal`)).toBe(true);
  const { ledger } = await importFiles([path]);
  expect(bansIn(ledger)).toHaveLength(2);
  owner.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  owner.close();
  const alone = join(folder, 'alone');
  mkdirSync(alone);
  copyFileSync(path, join(alone, 'db'));
  const copied = await importFiles([join(alone, 'db')]);
  expect(bansIn(copied.ledger)).toHaveLength(2);
  expect(readdirSync(alone)).toEqual(['db']);
});

it('a database whose last write was interrupted is told so, and left as it is', async () => {
  const path = fail2ban(join(scratch(), 'db'), { bans: BANS });
  put('', `${path}-journal`, 'x');
  await expect(importFiles([path])).rejects.toThrow(/a write to it was interrupted/);
  expect(existsSync(`${path}-journal`)).toBe(true);
});

it('views, triggers and strange types of a database do nothing', async () => {
  const folder = scratch();
  const path = join(folder, 'db');
  const database = openDatabase(path, 'write');
  database.exec(`CREATE TABLE fail2banDb (version); CREATE TABLE jails (name);
    CREATE TABLE bans (jail BLOB, ip REAL, timeofban TEXT, bantime BLOB, bancount TEXT, data INTEGER);
    CREATE VIEW bips AS WITH RECURSIVE endless (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless)
      SELECT 'x' AS ip, 'x' AS jail, n AS timeofban FROM endless;
    INSERT INTO bans VALUES (x'73736864', '${IP}', '1727949600', '600', 'x', 7), (NULL, NULL, NULL, NULL, NULL, NULL),
      (1.5, '198.51.100.1', 1.7279496e9, '1e3', 1, x'00'), ('a', '198.51.100.2', '1727949600 OR 1', 1, 1, '{}');`);
  database.close();
  const { ledger, outcome } = await importFiles([path]);
  expect(bansIn(ledger).map(({ subject, jail, from }) => [subject, jail, from])).toEqual([
    [IP, 'sshd', 1727949600_000],
    ['198.51.100.1', '1.5', 1727949600_000],
    ['198.51.100.2', 'a', 1727949600_000],
  ]);
  expect(outcome.sources[0]?.leftOut).toMatchObject([{ why: 'address', count: 1 }]);
});

it('wholeOf() and columnsOf() take only what they name', () => {
  const database = openDatabase(':memory:', 'write');
  onTestFinished(() => database.close());
  database.exec(
    "CREATE TABLE t (v); INSERT INTO t VALUES (7), ('8'), (9.9), ('x'), (NULL), (x'31'), (9223372036854775807)",
  );
  const rows = database.query(`SELECT ${wholeOf('v')} FROM t`).rows();
  const numbers = rows.map((row) => (row.has('v') ? row.number('v') : null));
  expect(numbers.slice(0, 5)).toEqual([7, 8, 9, null, null]);
  expect(numbers.at(-1)).toBe(null);
  expect([...columnsOf(database, 't')]).toEqual(['v']);
  expect([...columnsOf(database, 'sqlite_schema')]).toEqual([]);
});

it('what is no history is told, and read no further', async () => {
  const folder = scratch();
  const other = join(folder, 'other.db');
  const database = openDatabase(other, 'write');
  database.exec('CREATE TABLE bookmarks (url)');
  database.close();
  const ledger = await openLedger({ path: join(folder, 'ledger.db'), mode: 'write', clock: () => NOW });
  ledger.close();
  const packed = gzipSync('2024-10-03 12:00:01,500 fail2ban.actions: WARNING [ssh] Ban 203.0.113.7\n');
  const cases: ReadonlyArray<readonly [string, RegExp]> = [
    [other, /this is the database of another program/],
    [join(folder, 'ledger.db'), /this is a ledger of rapsheet itself/],
    [put(folder, 'empty', ''), /the file is empty/],
    [
      put(folder, 'auth.log', 'Oct  3 10:00:00 web1 sshd[1]: Failed password\n'),
      /^\S+\/auth\.log: this is no history that can be read/,
    ],
    [put(folder, 'other.csv', 'name,size\na,1\n'), /^\S+\/other\.csv: this is no history that can be read/],
    [
      put(folder, 'cut.db', 'SQLite format 3\0'),
      /the database (?:is damaged|cannot be read|may not be read)|no history/,
    ],
    [put(folder, 'packed.gz', gzipSync(readFileSync(other))), /a database must be unpacked first \(gzip -dc/],
    [put(folder, 'none.gz', packed.subarray(0, 25)), /none\.gz: the gzip data is damaged: it ends too early/],
    [put(folder, 'half.gz', packed.subarray(0, 60)), /half\.gz: the gzip data is damaged: it ends too early/],
    [
      put(
        folder,
        'wrong.gz',
        packed.map((byte, at) => (at === 30 ? byte ^ 255 : byte)),
      ),
      /the gzip data is damaged: /,
    ],
    [join(folder, 'missing'), /there is no such file/],
    ['-', /what comes by standard input/],
    [folder, /there is no history in this folder/],
  ];
  for (const [path, words] of cases) await expect(recognize([path], undefined), path).rejects.toThrow(words);
});

it('a folder is what fail2ban and CrowdSec call theirs in it', async () => {
  const folder = scratch();
  fail2ban(join(folder, 'fail2ban.sqlite3'), {});
  put(folder, 'fail2ban.sqlite3-shm', '');
  put(folder, 'fail2ban.sqlite3.bak', '');
  put(folder, 'fail2ban.log', '2024-10-03 12:00:01,500 fail2ban.actions: WARNING [ssh] Ban 203.0.113.7\n');
  put(folder, 'fail2ban.log.1', '2024-10-02 12:00:01,500 fail2ban.actions: WARNING [ssh] Ban 203.0.113.7\n');
  put(folder, 'syslog', 'x');
  const found = await recognize([folder], undefined);
  expect(found.map(({ path, form }) => [path.slice(folder.length + 1), form])).toEqual([
    ['fail2ban.log', 'fail2ban-log'],
    ['fail2ban.log.1', 'fail2ban-log'],
    ['fail2ban.sqlite3', 'fail2ban-db'],
  ]);
});

if (process.getuid?.() === 0)
  console.warn('SKIPPED: root may read every file, so that one may not be read is not tested');
it.skipIf(process.getuid?.() === 0)('a file that may not be read is told so', async () => {
  const path = fail2ban(join(scratch(), 'db'), { bans: BANS });
  chmodSync(path, 0);
  await expect(importFiles([path])).rejects.toThrow(/no permission to read it/);
  chmodSync(path, 0o600);
});

it('CrowdSec’s database without what is needed of it is told', () => {
  const path = join(scratch(), 'db');
  const database = openDatabase(path, 'write');
  database.exec('CREATE TABLE decisions (id); CREATE TABLE alerts (id)');
  database.close();
  expect(() => crowdSecDatabase(path)).toThrow(/the database is damaged: no such column/);
  rmSync(path);
  expect(() => crowdSecDatabase(path)).toThrow(/there is no such file/);
});

it('a database that ends within its last page is damaged: SQLite would read zeros as rows of nobody', async () => {
  const folder = scratch();
  const many = Array.from({ length: 300 }, (_, n) => ({ ip: `198.51.100.${n % 250}`, time: 1_727_949_600 + n }));
  const bytes = readFileSync(fail2ban(join(folder, 'db'), { bans: many }));
  for (const lost of [1, 100, 4_095]) {
    const path = put(folder, 'cut', bytes.subarray(0, -lost));
    await expect(importFiles([path]), String(lost)).rejects.toThrow(/the database is damaged: it ends within a page/);
  }
});

it('a damaged database whose rows go in circles is told, and not read for ever', async () => {
  const folder = scratch();
  const many = Array.from({ length: PAGE_ROWS }, (_, n) => ({ ip: IP, time: 1_727_949_600 + n, jail: `jail${n}` }));
  const bytes = readFileSync(fail2ban(join(folder, 'db'), { bans: many }));
  const last = bytes.indexOf(`jail${PAGE_ROWS - 1}`);
  const number = bytes.lastIndexOf(Buffer.from([0x83, 0x74]), last);
  expect(last - number).toBeLessThan(16);
  // Row 1 once more, in the place of row 500.
  bytes.set([0x80, 0x01], number);
  await expect(importFiles([put(folder, 'circle', bytes)])).rejects.toThrow(/its rows are out of order/);
});

it('a database without a table of bans has none to tell of, and is no history', async () => {
  const folder = scratch();
  const database = openDatabase(join(folder, 'db'), 'write');
  database.exec('CREATE TABLE fail2banDb (version); CREATE TABLE jails (name)');
  database.close();
  const words = /there is no table of bans in it/;
  await expect(importFiles([join(folder, 'db')])).rejects.toThrow(words);
  await expect(importFiles([put(folder, 'empty', '')], { form: 'fail2ban-db' })).rejects.toThrow(words);
});
