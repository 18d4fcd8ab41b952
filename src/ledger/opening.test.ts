import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../base/problem.ts';
import { openDatabase } from './database.ts';
import { openLedger } from './ledger.ts';
import { createSchema } from './schema.ts';
import { bundle, outcomeOf, start } from './testing/child.ts';
import {
  attempt,
  ban,
  EVERYTHING,
  makeFifth,
  NOON,
  open,
  origin,
  problemOf,
  record,
  scratch,
} from './testing/sample.ts';

const clock = (): number => NOON;

/** Makes a file by SQL, as another program would. */
function makeFile(path: string, sql: string): void {
  const database = openDatabase(path, 'write');
  database.exec(sql);
  database.close();
}

test('openLedger makes a missing ledger and its folders, for the owner and the group', async () => {
  const path = join(scratch(), 'var', 'rapsheet', 'ledger.db');
  const before = process.umask(0o022);
  try {
    record(await open({ path }), () => {});
  } finally {
    process.umask(before);
  }
  const modeOf = (name: string): number => statSync(name).mode & 0o777;
  expect([modeOf(path), modeOf(join(path, '..')), modeOf(join(path, '..', '..'))]).toEqual([0o640, 0o750, 0o750]);
  expect(modeOf(`${path}-wal`)).toBe(0o640);
});

test('openLedger keeps what was committed, and the zone that it was made with', async () => {
  const path = join(scratch(), 'ledger.db');
  const first = await open({ path, zone: 'Asia/Tokyo' });
  record(first, () => first.ban(ban(), origin()));
  first.close();
  for (const mode of ['read', 'write'] as const) {
    const again = await open({ path, mode, zone: 'Europe/Zurich' });
    expect([again.zone.name, [...again.bans(EVERYTHING)].length]).toEqual(['Asia/Tokyo', 1]);
    again.close();
  }
});

test('openLedger goes on where its making was interrupted', async () => {
  const path = join(scratch(), 'ledger.db');
  writeFileSync(path, '');
  const ledger = await open({ path });
  record(ledger, () => ledger.tally(attempt(), 1));
  expect([...ledger.tallies(EVERYTHING)]).toHaveLength(1);
});

test('openLedger of an unknown zone names it', async () => {
  expect(await problemOf(() => open({ zone: 'Mars/Olympus' }))).toMatchObject({
    status: EXIT.usage,
    message: 'there is no time zone Mars/Olympus',
  });
});

const NEWER = 'PRAGMA user_version = 7';
const CASES: readonly (readonly [
  what: string,
  make: (path: string) => unknown,
  mode: 'read' | 'write',
  status: number,
  text: RegExp,
])[] = [
  ['a missing file', () => {}, 'read', EXIT.noInput, /there is no ledger here .*rapsheet replay/],
  [
    'a path through a file',
    (path) => writeFileSync(join(path, '..'), ''),
    'write',
    EXIT.noInput,
    /is a file, not a folder/,
  ],
  ['a folder', (path) => mkdirSync(path), 'read', EXIT.badData, /this is a folder/],
  ['a folder', (path) => mkdirSync(path), 'write', EXIT.badData, /this is a folder/],
  ['an empty file', (path) => writeFileSync(path, ''), 'read', EXIT.badData, /it is empty/],
  ['text', (path) => writeFileSync(path, 'ban 203.0.113.7'), 'read', EXIT.badData, /nor any SQLite file/],
  ['text', (path) => writeFileSync(path, 'ban 203.0.113.7'), 'write', EXIT.badData, /nor any SQLite file/],
  [
    'only the magic',
    (path) => writeFileSync(path, 'SQLite format 3\0 and no more'),
    'write',
    EXIT.badData,
    /damaged: file is not a/,
  ],
  [
    "another program's file",
    (path) => makeFile(path, 'CREATE TABLE ban (id)'),
    'write',
    EXIT.badData,
    /another program/,
  ],
  [
    "another program's file",
    (path) => makeFile(path, 'CREATE TABLE ban (id)'),
    'read',
    EXIT.badData,
    /another program/,
  ],
  ['another version', (path) => makeLedger(path, NEWER), 'write', EXIT.badData, /has version 7, .* writes version 6/],
  ['another version', (path) => makeLedger(path, NEWER), 'read', EXIT.badData, /has version 7, .* writes version 6/],
  [
    'a changed table',
    (path) => makeLedger(path, 'DROP TRIGGER ban_refuses_update'),
    'write',
    EXIT.badData,
    /lacks "CREATE TRIGGER/,
  ],
  [
    'an unknown zone',
    (path) => makeLedger(path, "UPDATE meta SET value = 'Mars/Olympus'"),
    'write',
    EXIT.badData,
    /Mars/,
  ],
];

function makeLedger(path: string, sql: string): void {
  const database = openDatabase(path, 'write');
  createSchema(database, { zone: { name: 'UTC', offsetAt: () => 0, fromLocal: (local) => local }, clock });
  database.exec(sql);
  database.close();
}

test.each(CASES)('openLedger of %s tells the problem (%#)', async (what, make, mode, status, text) => {
  const folder = scratch();
  const path = join(folder, what === 'a path through a file' ? 'x/ledger.db' : 'ledger.db');
  make(path);
  const before = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : undefined;
  const names = readdirSync(folder);
  const problem = await problemOf(() => openLedger({ path, mode, clock }));
  expect(problem.status).toBe(status);
  expect(problem.message).toMatch(text);
  expect(problem.problems[0]?.where).toBe(path);
  if (before) expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder)).toEqual(names);
});

test("openLedger leaves another program's unfinished business alone", async () => {
  const path = join(scratch(), 'theirs.db');
  const theirs = openDatabase(path, 'write');
  theirs.exec('PRAGMA journal_mode = WAL; CREATE TABLE theirs (id)');
  // What they wrote last is only in the log beside the file.
  const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
  await problemOf(() => openLedger({ path, mode: 'write', clock }));
  expect([readFileSync(path), readFileSync(`${path}-wal`)]).toEqual([file, log]);
  theirs.close();
});

const OPEN = `
  import { openLedger } from '../ledger.ts';
  const [path = '', mode] = process.argv.slice(2);
  try {
    const ledger = await openLedger({ path, mode: mode === 'write' ? 'write' : 'read', clock: () => 0 });
    const period = { from: 0, until: Infinity, name: '' };
    console.log([...ledger.bans({ period, host: undefined })].length, 'bans');
    ledger.close();
  } catch (error) {
    console.log(error.status, error.message);
  }`;

test('openLedger without permission says so, and reads what only others may write', async () => {
  const folder = scratch();
  const program = await bundle(folder, OPEN);
  const locked = join(folder, 'locked');
  const path = join(locked, 'ledger.db');
  const ledger = await open({ path });
  record(ledger, () => ledger.ban(ban(), origin()));
  ledger.close();
  const ask = async (given: { file: number; folder: number; mode: string; path?: string }): Promise<string> => {
    chmodSync(path, given.file);
    chmodSync(locked, given.folder);
    const { out } = await outcomeOf(start(program, [given.path ?? path, given.mode], 'nobody'));
    chmodSync(locked, 0o755);
    return out.trim();
  };
  const denied = /^77 .*permission denied/;
  expect(await ask({ file: 0o000, folder: 0o555, mode: 'read' })).toMatch(denied);
  expect(await ask({ file: 0o444, folder: 0o000, mode: 'read' })).toMatch(denied);
  expect(await ask({ file: 0o444, folder: 0o555, mode: 'write' })).toMatch(denied);
  expect(await ask({ file: 0o444, folder: 0o555, mode: 'write', path: join(locked, 'new.db') })).toMatch(denied);
  expect(await ask({ file: 0o444, folder: 0o555, mode: 'read' })).toBe('1 bans');
  makeFifth(path);
  expect(await ask({ file: 0o444, folder: 0o555, mode: 'read' })).toMatch(/^77 .*earlier version/);
});

test('openDatabase loads SQLite from a bundle without a word', async () => {
  const folder = scratch();
  const program = await bundle(folder, OPEN);
  const path = join(folder, 'ledger.db');
  expect(await outcomeOf(start(program, [path, 'write']))).toEqual({ out: '0 bans\n', err: '', status: 0 });
});

test('openDatabase keeps warnings of others', async () => {
  const program = await bundle(
    scratch(),
    `import { openDatabase } from '../database.ts';
     openDatabase(':memory:', 'write').close();
     process.emitWarning('mind the gap', 'ExperimentalWarning');`,
  );
  expect((await outcomeOf(start(program, []))).err).toMatch(/ExperimentalWarning: mind the gap/);
});
