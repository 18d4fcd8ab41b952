import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../base/problem.ts';
import { UTC } from '../base/zone.ts';
import { BanPages } from './ban-pages.ts';
import { openDatabase } from './database.ts';
import { FROZEN_TABLES } from './schema.ts';
import { SqliteLedger } from './sqlite-ledger.ts';
import {
  abuseReport,
  attempt,
  ban,
  EVERYTHING,
  finding,
  NOON,
  network,
  open,
  origin,
  problemOf,
  record,
  scratch,
} from './testing/sample.ts';

const POSITION = {
  host: 'web1',
  path: '/var/log/auth.log',
  headLength: 4096,
  headHash: 'a5'.repeat(32),
  position: 1,
  lastTime: NOON,
};

test('Ledger.rollback takes back everything since begin, and what comes after it is whole', async () => {
  const ledger = await open();
  const write = (): void => {
    const id = ledger.ban(ban(), origin());
    ledger.block(id, { state: 'dry-run' });
    ledger.tally(attempt({ user: 'root' }), 3);
    ledger.release('203.0.113.7', { host: 'web1', at: NOON, why: '' });
    ledger.savePosition(POSITION);
    ledger.saveState('windows', '[]');
    // What was tallied is in the file now, and must leave it again.
    expect([...ledger.tallies(EVERYTHING)]).toHaveLength(1);
    ledger.tally(attempt({ user: 'root' }), 3);
  };
  ledger.begin();
  write();
  ledger.rollback();
  expect([...ledger.bans(EVERYTHING), ...ledger.tallies(EVERYTHING), ...ledger.users(EVERYTHING)]).toEqual([]);
  expect([ledger.hosts(EVERYTHING), ledger.positions('web1'), ledger.releasesOf(network('0.0.0.0/0'))]).toEqual([
    [],
    [],
    [],
  ]);
  expect(ledger.state('windows')).toBeUndefined();
  record(ledger, write);
  expect([...ledger.bans(EVERYTHING)]).toMatchObject([{ id: 1, host: 'web1', origin: { country: 'NL' } }]);
  expect([...ledger.tallies(EVERYTHING)]).toMatchObject([{ count: 6 }]);
  expect([...ledger.users(EVERYTHING)]).toMatchObject([{ user: 'root', count: 6 }]);
});

test('Ledger writes only within a transaction, and begins no second one', async () => {
  const ledger = await open();
  expect(() => ledger.ban(ban(), origin())).toThrow('no transaction is open');
  expect(() => ledger.tally(attempt(), 1)).toThrow('no transaction is open');
  expect(() => ledger.commit()).toThrow('no transaction is open');
  ledger.rollback();
  ledger.begin();
  expect(() => ledger.begin()).toThrow('open already');
});

test('Ledger undoes the whole transaction when one write fails', async () => {
  const ledger = await open();
  ledger.begin();
  ledger.ban(ban(), origin());
  expect(() => ledger.block(99, { state: 'dry-run' })).toThrow('FOREIGN KEY');
  expect(() => ledger.commit()).toThrow('no transaction is open');
  expect([...ledger.bans(EVERYTHING)]).toEqual([]);
});

test('Ledger.release refuses what is no address', async () => {
  const ledger = await open();
  ledger.begin();
  expect(() => ledger.release('localhost', { host: 'web1', at: NOON, why: '' })).toThrow('localhost');
});

test('Ledger.savePosition adds a position, or moves the one that it is given', async () => {
  const ledger = await open();
  const [first, second] = record(ledger, () => [ledger.savePosition(POSITION), ledger.savePosition(POSITION)]);
  const moved = { ...POSITION, path: '/var/log/auth.log.2.gz', headLength: 12, headHash: '00ff', position: 2 ** 40 };
  expect(record(ledger, () => ledger.savePosition(moved, first))).toBe(first);
  record(ledger, () => ledger.savePosition({ ...POSITION, host: 'mail' }));
  expect(ledger.positions('web1')).toEqual([
    { ...moved, id: first },
    { ...POSITION, id: second },
  ]);
  expect(ledger.positions('nobody')).toEqual([]);
  ledger.begin();
  expect(() => ledger.savePosition(POSITION, 99)).toThrow('no position 99');
});

test('Ledger.saveState replaces what was saved under the name', async () => {
  const ledger = await open();
  const text = JSON.stringify({ line: '\0é☃' });
  record(ledger, () => ledger.saveState('windows', 'old'));
  record(ledger, () => ledger.saveState('windows', text));
  expect(ledger.state('windows')).toBe(text);
  expect(ledger.state('other')).toBeUndefined();
});

test('Ledger.begin of a reader holds one state, whatever is written meanwhile', async () => {
  const path = join(scratch(), 'ledger.db');
  const writer = await open({ path });
  record(writer, () => writer.ban(ban(), origin()));
  const reader = await open({ path, mode: 'read' });
  reader.begin();
  expect([...reader.bans(EVERYTHING)]).toHaveLength(1);
  record(writer, () => writer.ban(ban(), origin()));
  expect([...reader.bans(EVERYTHING)]).toHaveLength(1);
  reader.commit();
  expect([...reader.bans(EVERYTHING)]).toHaveLength(2);
});

test('Ledger opened for reading writes nothing', async () => {
  const path = join(scratch(), 'ledger.db');
  (await open({ path })).close();
  const reader = await open({ path, mode: 'read' });
  reader.begin();
  const problem = await problemOf(() => reader.ban(ban(), origin()));
  expect(problem).toMatchObject({ status: EXIT.notPermitted });
});

test.each(FROZEN_TABLES)('the table %s takes no change and no deletion, from nobody', async (table) => {
  const path = join(scratch(), 'ledger.db');
  const ledger = await open({ path });
  record(ledger, () => {
    const id = ledger.ban(ban(), origin());
    while (!BanPages.isFull(ledger.ban(ban(), origin())));
    ledger.block(id, { state: 'blocked', at: NOON });
    ledger.finding(id, finding());
    ledger.release('203.0.113.7', { host: 'web1', at: NOON, why: '' });
    ledger.abuse.step(ledger.abuse.add(abuseReport()), { state: 'approved', at: NOON, note: '' });
  });
  ledger.close();
  const database = openDatabase(path, 'write');
  const [column] = database
    .query(`SELECT name FROM pragma_table_info(?) LIMIT 1`)
    .rows(table)
    .map((row) => row.text('name'));
  const count = (): number | undefined => database.query(`SELECT count(*) AS n FROM ${table}`).row()?.number('n');
  const before = count();
  expect(before).toBeGreaterThan(0);
  expect(() => database.exec(`DELETE FROM ${table}`)).toThrow(`append-only: ${table}`);
  expect(() => database.exec(`UPDATE ${table} SET ${column} = ${column} + 1`)).toThrow(`append-only: ${table}`);
  expect(count()).toBe(before);
  database.close();
});

test('Ledger.begin says so when another process is writing', async () => {
  const path = join(scratch(), 'ledger.db');
  const first = await open({ path });
  const database = openDatabase(path, 'write');
  // Another ledger would wait for seconds.
  database.exec('PRAGMA busy_timeout = 0');
  const second = new SqliteLedger(database, { zone: UTC, mode: 'write' });
  first.begin();
  const problem = await problemOf(() => second.begin());
  expect(problem.status).toBe(EXIT.unavailable);
  expect(problem.message).toMatch(/another process is writing to the ledger.*twice/);
  first.rollback();
  record(second, () => second.tally(attempt(), 1));
  second.close();
});

test('Ledger.close leaves all in one file', async () => {
  const folder = scratch();
  const ledger = await open({ path: join(folder, 'ledger.db') });
  record(ledger, () => ledger.ban(ban(), origin()));
  ledger.close();
  ledger.close();
  copyFileSync(join(folder, 'ledger.db'), join(folder, 'copy.db'));
  const copy = await open({ path: join(folder, 'copy.db'), mode: 'read' });
  expect([...copy.bans(EVERYTHING)]).toHaveLength(1);
});
