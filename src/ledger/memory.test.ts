import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Reason } from '../model.ts';
import { openDatabase } from './database.ts';
import { openLedger } from './ledger.ts';
import { copyOf } from './migration.ts';
import { ban, origin, WITHOUT_FIFTH } from './testing/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapsheet-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(name: string, mode: 'read' | 'write' = 'write') {
  return openLedger({ path: join(folder, name), mode, clock: () => 0 });
}

it('memory() gives all rows, the newest of each key, until they go or do not matter any more', async () => {
  const ledger = await open('memory.db');
  ledger.begin();
  const rows = Array.from({ length: 1_200 }, (_, i) => ({ key: `["slow","é",${i}]`, until: i, content: `{"n":${i}}` }));
  ledger.saveMemory(rows);
  ledger.commit();
  expect(new Map([...ledger.memory()].map((row) => [row.key, row]))).toEqual(
    new Map(rows.map((row) => [row.key, row])),
  );
  ledger.begin();
  ledger.saveMemory([
    { key: '["slow","é",1199]', until: 5_000, content: 'new' },
    { key: '["slow","é",1198]', until: 0, content: undefined },
  ]);
  ledger.forgetMemory(1_197);
  ledger.commit();
  expect([...ledger.memory()]).toEqual([
    { key: '["slow","é",1197]', until: 1_197, content: '{"n":1197}' },
    { key: '["slow","é",1199]', until: 5_000, content: 'new' },
  ]);
  ledger.begin();
  ledger.saveMemory([{ key: 'undone', until: 9_999, content: 'x' }]);
  ledger.rollback();
  expect([...ledger.memory()]).toHaveLength(2);
  ledger.close();
});

it.each<Reason>([
  { rule: 'slow', score: 100, limit: 100, findTime: 1, since: 2 },
  { rule: 'wide', banned: 10, limit: 10, findTime: 1, size: 256, attacked: 12, members: ['192.0.2.1'] },
  { rule: 'campaign', user: 'Ren\xc3\xa9e', service: 'ssh', addresses: 500, findTime: 1, since: 2 },
])('keeps the reason of a ban by rule $rule', async (reason) => {
  const ledger = await open(`${reason.rule}.db`);
  ledger.begin();
  const id = ledger.ban({ ...ban('192.0.2.1'), reason }, origin());
  ledger.commit();
  expect(ledger.reasonOf(id)).toEqual(reason);
  ledger.close();
});

it('a ledger of version 2 is brought up to date, beside a copy, with its rows', async () => {
  const made = await open('second.db');
  made.begin();
  const id = made.ban(ban('192.0.2.1'), origin());
  made.keepRecent(5, 'kept');
  made.commit();
  made.close();
  const path = join(folder, 'second.db');
  const database = openDatabase(path, 'write');
  for (const statement of [
    ...WITHOUT_FIFTH,
    'DROP TABLE finding',
    'DROP TABLE answer',
    'DROP TABLE memory',
    'PRAGMA user_version = 2',
  ])
    database.exec(statement);
  database.close();
  const ledger = await open('second.db');
  expect([ledger.reasonOf(id) !== undefined, [...ledger.recent(0)], [...ledger.memory()]]).toEqual([
    true,
    ['kept'],
    [],
  ]);
  ledger.close();
  const copy = openDatabase(copyOf(path, 2), 'read');
  expect(copy.query('SELECT user_version AS version FROM pragma_user_version').row()?.number('version')).toBe(2);
  copy.close();
});
