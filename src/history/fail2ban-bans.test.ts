/** The database of a fail2ban, asked while somebody else writes to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '../ledger/database.ts';
import { ServerBans } from './fail2ban-bans.ts';

const BANS =
  'jail TEXT NOT NULL, ip TEXT, timeofban INTEGER NOT NULL, bantime INTEGER NOT NULL, bancount INTEGER, data JSON';
const NOW = 1_727_956_800_000;
const ADDRESS = '203.0.113.7';

let folder: string;
let path: string;
let owner: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapsheet-test-'));
  path = join(folder, 'fail2ban.sqlite3');
  owner = openDatabase(path, 'write');
  owner.exec(
    `CREATE TABLE fail2banDb (version INTEGER); CREATE TABLE bans (${BANS}); CREATE TABLE bips (${BANS}, PRIMARY KEY (ip, jail));`,
  );
});

afterEach(() => {
  owner.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As fail2ban writes a ban: `before` and `length` in seconds. */
function ban(jail: string, ip: string, before: number, length: number, count = 1, data = '{}'): void {
  const cells = [jail, ip, NOW / 1_000 - before, length, count, data];
  owner.query('INSERT INTO bans VALUES (?, ?, ?, ?, ?, ?)').run(...cells);
  owner.query('INSERT OR REPLACE INTO bips VALUES (?, ?, ?, ?, ?, ?)').run(...cells);
}

it('tells who is banned, and for how long', () => {
  ban('sshd', ADDRESS, 100, 600);
  ban('sshd', '203.0.113.8', 900, 600);
  ban('shop', '2001:DB8::7', 9_000_000, -1);
  ban('shop', 'some.id', 1, 600);
  const bans = new ServerBans(path);
  expect([...bans.inForce(NOW)]).toEqual([
    { jail: 'sshd', subject: ADDRESS, from: NOW - 100_000, until: NOW + 500_000, count: 1 },
    { jail: 'shop', subject: '2001:db8::7', from: NOW - 9_000_000_000, until: Number.POSITIVE_INFINITY, count: 1 },
    { jail: 'shop', subject: 'some.id', from: NOW - 1_000, until: NOW + 599_000, count: 1 },
  ]);
  bans.close();
});

it('tells every new ban once, also when one was lifted meanwhile', () => {
  ban('sshd', ADDRESS, 100, 600);
  const bans = new ServerBans(path);
  expect(bans.fresh()).toEqual([]);
  ban('sshd', '203.0.113.8', 1, 600);
  ban('shop', '203.0.113.8', 1, 600);
  expect(bans.fresh().map(({ jail, subject }) => `${jail} ${subject}`)).toEqual([
    'sshd 203.0.113.8',
    'shop 203.0.113.8',
  ]);
  expect(bans.fresh()).toEqual([]);
  owner.exec("DELETE FROM bans WHERE ip = '203.0.113.8'");
  expect(bans.fresh()).toEqual([]);
  ban('sshd', '203.0.113.9', 0, 600);
  expect(bans.fresh().map(({ subject }) => subject)).toEqual(['203.0.113.9']);
  bans.close();
});

it('knows which logs a jail ever read, where that is noted', () => {
  const before = new ServerBans(path);
  expect(before.reads('sshd', '/var/log/auth.log')).toBeUndefined();
  before.close();
  owner.exec('CREATE TABLE logs(jail TEXT, path TEXT, firstlinemd5 TEXT, lastfilepos INTEGER)');
  owner.exec("INSERT INTO logs VALUES('sshd', '/var/log/auth.log', '', 0)");
  const bans = new ServerBans(path);
  expect([bans.reads('sshd', '/var/log/auth.log'), bans.reads('sshd', '/var/log/new.log')]).toEqual([true, false]);
  bans.close();
});

it('of an empty database tells the first ban', () => {
  const bans = new ServerBans(path);
  expect([...bans.inForce(NOW)]).toEqual([]);
  ban('sshd', ADDRESS, 0, 600);
  expect(bans.fresh()).toHaveLength(1);
  bans.close();
});

it('tells what came before: of one that is replaced by its next ban, too', () => {
  ban('sshd', ADDRESS, 7_200, 600, 1);
  ban('sshd', ADDRESS, 60, 1_200, 2, JSON.stringify({ matches: ['refused root', ['a ', 'b', ' c']], failures: 5 }));
  ban('shop', ADDRESS, 30, 600, 4);
  ban('shop', '203.0.113.70', 30, 600, 9);
  const bans = new ServerBans(path);
  const known = bans.of(ADDRESS).map(({ jail, from, count }) => [jail, (NOW - from) / 1_000, count]);
  expect(known.filter(([jail]) => jail === 'sshd')).toEqual([
    ['sshd', 7_200, 1],
    ['sshd', 60, 2],
    ['sshd', 60, 2],
  ]);
  expect(known.at(-1)).toEqual(['shop', 30, 4]);
  expect(bans.newest('sshd', ADDRESS)).toMatchObject({ count: 2, failures: 5, matches: ['refused root', 'a b c'] });
  expect(bans.newest('sshd', '203.0.113.70')).toBe(undefined);
  bans.close();
});

it('reads an old format, and what is no number there is not known', () => {
  owner.exec(`DROP TABLE bips; DROP TABLE bans; CREATE TABLE bans (jail TEXT, ip TEXT, timeofban INTEGER, data JSON)`);
  owner.query('INSERT INTO bans VALUES (?, ?, ?, ?)').run('sshd', ADDRESS, NOW / 1_000, '{}');
  owner.query('INSERT INTO bans VALUES (?, ?, ?, ?)').run('sshd', ADDRESS, 'soon', '{}');
  const bans = new ServerBans(path);
  expect([...bans.inForce(NOW)]).toEqual([]);
  expect(bans.of(ADDRESS)).toEqual([{ jail: 'sshd', subject: ADDRESS, from: NOW, until: undefined, count: 1 }]);
  bans.close();
});

it('that is not fail2ban’s is refused', () => {
  owner.exec('DROP TABLE bans');
  expect(() => new ServerBans(path)).toThrow(/no database of fail2ban/);
  expect(() => new ServerBans(join(folder, 'none'))).toThrow(/no such file/);
});
