/**
 * What breaks around the daemon: disk and ledger. Each time a line in `status` says so, a new attacker is blocked all the same
 * where that is possible, and once it is mended all is as if nothing had been, without a restart.
 */
import { appendFileSync, existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT, ProblemError } from '../base/problem.ts';
import { runProgram } from '../base/program.ts';
import { openLedger } from '../ledger/ledger.ts';
import { blocked } from './testing/record.ts';
import { fill, full, hasProblem, isBlocked, isMended, said, scribble, Trouble } from './testing/trouble.ts';
import { failure, until } from './testing.ts';
import { handle } from './verbs.ts';

let mounted: string | undefined;
let trouble: Trouble | undefined;
afterEach(async () => {
  if (mounted !== undefined) await runProgram('umount', ['-l', mounted]);
  mounted = undefined;
  await trouble?.bench.end();
  trouble = undefined;
});

function begin(): Trouble {
  trouble = new Trouble();
  return trouble;
}

describe('the ledger', () => {
  it('that cannot be written for a while: attackers are blocked, and recorded afterwards', async () => {
    const on = begin();
    let broken: ProblemError | undefined;
    const daemon = await on.startFragile(() => broken);
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    broken = full(on.ledgerPath);
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    await hasProblem(daemon, /ledger\.db: nothing is recorded: the disk is full/);
    expect(daemon.status().ledger.pending).toBeGreaterThan(0);
    broken = undefined;
    await isMended(daemon);
    on.attack('203.0.113.3');
    await isBlocked(daemon, '203.0.113.3');
    await on.isWhole(daemon);
  });

  it('that cannot be written: who is banned can be let in all the same', async () => {
    const on = begin();
    let broken: ProblemError | undefined;
    const daemon = await on.startFragile(() => broken);
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    broken = full(on.ledgerPath);
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    const one = { verb: 'unban', subject: '203.0.113.2', by: 'alice' } as const;
    expect(await handle(daemon, one)).toMatchObject({ released: 1 });
    expect(await blocked(on)).toEqual(['203.0.113.1']);
    expect(await handle(daemon, { verb: 'unban-all', by: 'alice' })).toMatchObject({ released: 1 });
    expect(await blocked(on)).toEqual([]);
    broken = undefined;
    await isMended(daemon);
    daemon.enforcer.reconcile('a test');
    await daemon.enforcer.settled();
    expect(await blocked(on)).toEqual([]);
  });

  it('that cannot be written for so long that not all can be kept: it is read again then', async () => {
    const on = begin();
    let broken: ProblemError | undefined;
    const daemon = await on.startFragile(() => broken);
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    broken = full(on.ledgerPath);
    // More than are kept (pending.ts), of few who are banned by then.
    for (let i = 0; i < 205; i++) {
      const lines: string[] = [];
      for (let j = 0; j < 500; j++) {
        on.last = Math.max(on.last + 1, on.now);
        lines.push(failure(on.last, `198.51.100.${1 + (j % 200)}`, 10_000 + on.written.length + j));
      }
      on.written.push(...lines);
      appendFileSync(join(on.folder, 'log', 'auth.log'), lines.join(''));
      // What is written is written now: else it would be dated ahead of the clock.
      on.ahead = Math.max(on.ahead, on.last - Date.now());
    }
    await until(() => daemon.live?.pending.overflowed ?? false, 'too many attempts');
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    broken = undefined;
    await isMended(daemon);
    await until(() => daemon.status().phase === 'following' && !daemon.live?.pending.overflowed, 'the logs');
    await isMended(daemon);
    expect((await blocked(on)).length).toBe(202);
    await on.isWhole(daemon);
  });

  it('that can be neither read nor written: blocks stay, reload, unban and all else work', async () => {
    const on = begin();
    let broken: ProblemError | undefined;
    const verbs = ['begin', 'inForce', 'unanswered', 'priorBans', 'bansOf', 'state'] as const;
    const daemon = await on.startFragile(() => broken, verbs);
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    broken = full(on.ledgerPath);
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    on.firewall.flush('somebody');
    await until(() => daemon.enforcer.state.queued === 0, 'the repair');
    daemon.enforcer.reconcile('a test');
    await daemon.enforcer.settled();
    expect(await blocked(on)).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(await handle(daemon, { verb: 'reload', confirmed: false })).toMatchObject({ applied: true });
    expect(await handle(daemon, { verb: 'unban', subject: '203.0.113.1', by: 'alice' })).toMatchObject({ released: 1 });
    expect(await blocked(on)).toEqual(['203.0.113.2']);
    broken = undefined;
    await isMended(daemon);
    on.attack('203.0.113.3');
    await isBlocked(daemon, '203.0.113.3');
    expect(await blocked(on)).toEqual(['203.0.113.2', '203.0.113.3']);
  });

  it('that cannot be opened at the start: bans are made, and recorded as soon as it can', async () => {
    const on = begin();
    let broken: ProblemError | undefined = full(on.ledgerPath);
    let opened = 0;
    const daemon = await on.start(
      {},
      {
        openLedger: async (path) => {
          opened++;
          if (broken && path !== ':memory:') throw broken;
          return openLedger({ path, mode: 'write', clock: () => on.now });
        },
      },
    );
    await hasProblem(daemon, /nothing is recorded: the disk is full/);
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    const { lines } = daemon.status().counts;
    for (let i = 0; i < 4; i++) {
      on.ahead += 6_000;
      const before = opened;
      daemon.tick();
      await until(() => i === 0 || opened > before, 'another try');
      // Each try leaves what is known alone: nothing is read anew.
      expect(daemon.status().counts.lines).toBeGreaterThanOrEqual(lines);
    }
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    broken = undefined;
    on.ahead += 6_000;
    daemon.tick();
    await isMended(daemon);
    expect(await blocked(on)).toEqual(['203.0.113.1', '203.0.113.2']);
    await until(() => daemon.status().phase === 'following', 'the logs');
    await on.isWhole(daemon);
  });

  it.each([
    ['which nobody may write', EXIT.notPermitted],
    ['which is another sort of file', EXIT.noInput],
  ])('%s at the start: bans are made', async (_, status) => {
    const on = begin();
    const daemon = await on.start(
      {},
      {
        openLedger: async (path) => {
          if (path !== ':memory:') throw new ProblemError(status, { what: 'permission denied' });
          return openLedger({ path, mode: 'write', clock: () => on.now });
        },
      },
    );
    await hasProblem(daemon, /nothing is recorded: permission denied/);
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
  });

  it('that another process writes to: nobody waits for it', async () => {
    const on = begin();
    const patient = { mode: 'write', clock: () => on.now, patienceMs: 50 } as const;
    const daemon = await on.start({}, { openLedger: (path) => openLedger({ ...patient, path }) });
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    const other = await openLedger({ path: on.ledgerPath, mode: 'write', clock: () => on.now });
    other.begin();
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    await hasProblem(daemon, /nothing is recorded: another process is writing to the ledger/);
    other.rollback();
    other.close();
    await isMended(daemon);
    await on.isWhole(daemon);
  });

  it.each<[string, (path: string) => void]>([
    [
      'random bytes',
      (path) => writeFileSync(path, Buffer.from(Array.from({ length: 9_000 }, (_, i) => (i * 7919) % 251))),
    ],
    ['random bytes behind its head', (path) => scribble(path)],
    ['no bytes', (path) => truncateSync(path, 0)],
    [
      'a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])('that is %s at the start: the blocks stay, and new ones are made', async (_, damage) => {
    const on = begin();
    const first = await on.start();
    on.attack('203.0.113.1');
    await isBlocked(first, '203.0.113.1');
    await first.stop();
    for (const side of ['-wal', '-shm']) rmSync(on.ledgerPath + side, { force: true });
    damage(on.ledgerPath);
    // Its log is gone as well: only the kernel knows of the ban.
    const log = join(on.folder, 'log', 'auth.log');
    writeFileSync(log, '');
    const daemon = await on.start();
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    expect(await blocked(on)).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(said(daemon).length).toBeGreaterThan(0);
    // Whoever is blocked by the kernel alone can be let in.
    expect(await handle(daemon, { verb: 'unban-all', by: 'alice' })).toMatchObject({ released: 2 });
    expect(await blocked(on)).toEqual([]);
  });

  it('that is found damaged while the daemon runs: it is moved aside, and a new one begun', async () => {
    const on = begin();
    let broken: ProblemError | undefined;
    const daemon = await on.startFragile(() => broken);
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    broken = new ProblemError(EXIT.badData, { where: on.ledgerPath, what: 'the ledger is damaged: a test' });
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    await until(() => existsSync(`${on.ledgerPath}.damaged`), 'the old one aside');
    broken = undefined;
    await hasProblem(daemon, /moved to .*damaged; a new one was begun/);
    on.attack('203.0.113.3');
    await isBlocked(daemon, '203.0.113.3');
    daemon.enforcer.reconcile('a test');
    await daemon.enforcer.settled();
    expect(await blocked(on)).toEqual(['203.0.113.1', '203.0.113.2', '203.0.113.3']);
    await until(() => daemon.status().phase === 'following', 'the logs');
    await on.isWhole(daemon);
  });

  it('on a disk that is full (needs root, for a small one)', async (context) => {
    const on = begin();
    const disk = join(on.folder, 'disk');
    mkdirSync(disk);
    const { status } = await runProgram('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    if (status !== 0) {
      console.warn('\nSKIPPED: no daemon on a full disk, because this user may not mount a small one\n');
      context.skip();
    }
    mounted = disk;
    const ledgerPath = join(disk, 'ledger.db');
    const daemon = await on.start({ ledgerPath });
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    fill(join(disk, 'filler'));
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    for (let i = 10; i < 60; i++) on.attack(`203.0.113.${i}`);
    await isBlocked(daemon, '203.0.113.59');
    await hasProblem(daemon, /nothing is recorded: .*disk/);
    rmSync(join(disk, 'filler'));
    await isMended(daemon);
    await on.isWhole(daemon, ledgerPath);
  });
});
