import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT, type ExitStatus, ProblemError } from '../base/problem.ts';
import { openLedger } from '../ledger/ledger.ts';
import { canWrite, openOrSubstitute, unwritten } from './record-keeping.ts';

function place(status?: ExitStatus, what = 'it is so') {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-keeping-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'ledger.db');
  const opened: string[] = [];
  const open = async (name: string) => {
    opened.push(name);
    if (name === path && status !== undefined) throw new ProblemError(status, { where: path, what });
    return openLedger({ path: name, mode: 'write', clock: () => 0 });
  };
  return { path, open, opened };
}

describe('openOrSubstitute()', () => {
  it('opens the ledger where there is nothing against it', async () => {
    const { path, open } = place();
    const { ledger, isSubstitute, problem } = await openOrSubstitute({ path, open });
    ledger.close();
    expect([isSubstitute, problem, existsSync(path)]).toEqual([false, undefined, true]);
  });

  it.each([
    ['busy', EXIT.unavailable, 'the disk is full'],
    ['not permitted', EXIT.notPermitted, 'permission denied'],
    ['a folder', EXIT.badData, 'this is a folder, not a ledger'],
  ] as const)('keeps bans in memory where it is %s', async (_, status, what) => {
    const { path, open, opened } = place(status, what);
    const { ledger, isSubstitute, problem } = await openOrSubstitute({ path, open });
    ledger.close();
    expect([isSubstitute, opened]).toEqual([true, [path, ':memory:']]);
    expect(problem).toMatchObject({ where: path, what: `nothing is recorded: ${what}` });
  });

  it.each([
    'this is an SQLite file of another program, not a ledger',
    'this ledger has version 9, and this program reads and writes version 2',
  ])('stops at the start where somebody’s mistake is the reason, and only there: %s', async (what) => {
    const { path, open } = place(EXIT.badData, what);
    await expect(openOrSubstitute({ path, open })).rejects.toThrow(what);
    const { ledger, isSubstitute } = await openOrSubstitute({ path, open, mustGoOn: true });
    ledger.close();
    expect(isSubstitute).toBe(true);
  });

  it('moves a damaged one aside, once, with what belongs to it', async () => {
    const { path, open } = place();
    writeFileSync(path, 'no SQLite file');
    writeFileSync(`${path}-wal`, 'its log');
    const first = await openOrSubstitute({ path, open });
    first.ledger.close();
    expect([first.isSubstitute, first.problem?.hint]).toEqual([
      false,
      `it was moved to ${path}.damaged; a new one was begun`,
    ]);
    expect(readFileSync(`${path}.damaged`, 'latin1')).toBe('no SQLite file');
    expect(readFileSync(`${path}.damaged-wal`, 'latin1')).toBe('its log');
    writeFileSync(path, 'again');
    const second = await openOrSubstitute({ path, open });
    second.ledger.close();
    expect([second.isSubstitute, readFileSync(path, 'latin1')]).toEqual([true, 'again']);
    expect(second.problem?.hint).toMatch(/of an earlier time: look at the disk/);
  });

  it('moves one aside that is damaged inside, though it may be opened', async () => {
    const { path, open } = place();
    (await open(path)).close();
    const damage = new ProblemError(EXIT.badData, { where: path, what: 'the ledger is damaged: a page' });
    const { ledger, isSubstitute, problem } = await openOrSubstitute({ path, open, damage });
    ledger.close();
    expect([isSubstitute, problem?.what, existsSync(`${path}.damaged`)]).toEqual([
      false,
      damage.problems[0]?.what,
      true,
    ]);
  });
});

it('canWrite() tells, and leaves nothing open', async () => {
  expect(await canWrite(async () => Promise.reject(new ProblemError(EXIT.unavailable, { what: 'full' })))).toBe(false);
  const { path, open } = place();
  expect([await canWrite(() => open(path)), await canWrite(() => open(path))]).toEqual([true, true]);
});

it('unwritten() says why, as far as is known', () => {
  const failure = new ProblemError(EXIT.unavailable, { what: 'the disk is full', hint: 'make room' });
  expect(unwritten('/l', failure)).toEqual({
    where: '/l',
    what: 'nothing is recorded: the disk is full',
    hint: 'make room',
  });
  expect(unwritten('/l', undefined)).toEqual({ where: '/l', what: 'nothing is recorded: it cannot be written' });
});
