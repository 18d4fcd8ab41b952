import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { openLedger } from './ledger.ts';
import { copyOf } from './migration.ts';
import { ban, origin, WITHOUT_FIFTH } from './testing/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapsheet-recent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(name: string, mode: 'read' | 'write' = 'write') {
  return openLedger({ path: join(folder, name), mode, clock: () => 0 });
}

it('recent() gives what was kept since a time, in the order of keeping, until it is forgotten', async () => {
  const ledger = await open('recent.db');
  ledger.begin();
  for (const [last, text] of [
    [10, 'one'],
    [30, 'two\0'],
    [20, 'drei ü'],
  ] as const)
    ledger.keepRecent(last, text);
  ledger.commit();
  expect([...ledger.recent(0)]).toEqual(['one', 'two\0', 'drei ü']);
  expect(ledger.newestRecent()).toBe(30);
  // What follows the first that is young enough is needed, whatever its own time: it was judged later.
  expect([...ledger.recent(25)]).toEqual(['two\0', 'drei ü']);
  expect([...ledger.recent(31)]).toEqual([]);
  ledger.begin();
  ledger.forgetRecent(20);
  ledger.commit();
  expect([...ledger.recent(0)]).toEqual(['two\0', 'drei ü']);
  ledger.begin();
  ledger.keepRecent(40, 'undone');
  ledger.rollback();
  expect([...ledger.recent(35)]).toEqual([]);
  ledger.close();
});

it('unanswered() names the bans in force that have no block', async () => {
  const ledger = await open('unanswered.db');
  ledger.begin();
  const ids = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((subject) => ledger.ban(ban(subject), origin()));
  ledger.block(ids[0] ?? 0, { state: 'blocked', at: 1 });
  ledger.block(ids[2] ?? 0, { state: 'ineffective', at: 1, why: 'no \0 effect' });
  ledger.commit();
  const { host, from, until } = ban('192.0.2.1');
  expect(ledger.unanswered(host, from)).toEqual([ids[1]]);
  expect(ledger.unanswered(host, until)).toEqual([]);
  expect(ledger.unanswered('nowhere', from)).toEqual([]);
  expect(ledger.blocksOf(ids[2] ?? 0)).toEqual([{ state: 'ineffective', at: 1, why: 'no \0 effect' }]);
  ledger.close();
});

it('a manual ban keeps who wanted it and why', async () => {
  const ledger = await open('manual.db');
  ledger.begin();
  const reason = { rule: 'manual', by: 'root', why: 'enough' } as const;
  const id = ledger.ban({ ...ban('192.0.2.1'), reason }, origin());
  ledger.commit();
  expect(ledger.reasonOf(id)).toEqual(reason);
  ledger.close();
});

it.each(['read', 'write'] as const)(
  'a ledger of version 1 is brought up to date by %s, beside a copy',
  async (mode) => {
    const name = `old-${mode}.db`;
    const path = join(folder, name);
    const made = await open(name);
    made.begin();
    const id = made.ban(ban('192.0.2.1'), origin());
    made.block(id, { state: 'refused', at: 5, why: 'so' });
    made.commit();
    made.close();
    // What version 1 was: no table `recent`, and a table `block` that knows three states.
    const database = openDatabase(path, 'write');
    for (const statement of FIRST_VERSION) database.exec(statement);
    database.close();
    const ledger = await open(name, mode);
    expect(ledger.blocksOf(id)).toEqual([{ state: 'refused', at: 5, why: 'so' }]);
    expect([...ledger.bansOf(ban('192.0.2.1').subject)]).toHaveLength(1);
    expect([...ledger.recent(0)]).toEqual([]);
    ledger.close();
    const copy = openDatabase(copyOf(path, 1), 'read');
    expect(copy.query('SELECT user_version AS version FROM pragma_user_version').row()?.number('version')).toBe(1);
    copy.close();
  },
);

const FIRST_VERSION = [
  ...WITHOUT_FIFTH,
  'DROP TABLE finding',
  'DROP TABLE answer',
  'DROP TABLE memory',
  'DROP TABLE recent',
  'DROP TRIGGER block_refuses_update',
  'DROP TRIGGER block_refuses_delete',
  'DROP INDEX block_by_ban',
  'ALTER TABLE block RENAME TO newer',
  `CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    ban INTEGER NOT NULL REFERENCES ban (id),
    state TEXT NOT NULL CHECK (state IN ('blocked', 'refused', 'dry-run')),
    at INTEGER,
    why BLOB
  ) STRICT`,
  'CREATE INDEX block_by_ban ON block (ban)',
  'INSERT INTO block SELECT * FROM newer',
  'DROP TABLE newer',
  ...['update', 'delete'].map(
    (change) =>
      `CREATE TRIGGER block_refuses_${change} BEFORE ${change.toUpperCase()} ON block ` +
      `BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: block'); END`,
  ),
  'PRAGMA user_version = 1',
];
