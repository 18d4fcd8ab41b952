import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { lockForDaemon } from './daemon-lock.ts';
import { openLedger } from './ledger.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapsheet-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function refusal(path: string): unknown {
  try {
    lockForDaemon(path).release();
  } catch (error) {
    return error;
  }
  return undefined;
}

it('is had by one at a time, and free again when it is released', () => {
  const path = join(folder, 'made', 'ledger.db');
  const lock = lockForDaemon(path);
  const error = refusal(path);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({
    status: EXIT.unavailable,
    problems: [{ where: path, what: 'another rapsheet runs on this ledger' }],
  });
  expect(refusal(join(folder, 'other.db'))).toBe(undefined);
  lock.release();
  lock.release();
  expect(refusal(path)).toBe(undefined);
});

it('holds up nobody else who uses the ledger', async () => {
  const path = join(folder, 'ledger.db');
  const lock = lockForDaemon(path);
  const ledger = await openLedger({ path, mode: 'write', clock: systemClock, patienceMs: 0 });
  ledger.begin();
  ledger.commit();
  ledger.close();
  lock.release();
});

it('is no obstacle where it cannot be made: what is wrong is told when the ledger is opened', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(refusal(join(file, 'ledger.db'))).toBe(undefined);
  writeFileSync(join(folder, 'torn.db.lock'), 'not a database, and long enough to be none'.repeat(100));
  expect(refusal(join(folder, 'torn.db'))).toBe(undefined);
  expect(refusal(':memory:')).toBe(undefined);
});
