/**
 * What breaks around the daemon: disk, ledger, firewall, logs. Each time a line in `status` says so, a new attacker is
 * blocked all the same where that is possible, and once it is mended all is as if nothing had been, without a restart.
 */
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { EXIT, ProblemError } from '../base/problem.ts';
import { runProgram } from '../base/program.ts';
import { FirewallError } from '../firewall/firewall.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import type { Daemon } from './daemon.ts';
import { blocked, network, recordOf, replayed } from './testing/record.ts';
import { failure, HOST, openBench, type TestBench, until } from './testing.ts';
import { handle } from './verbs.ts';

let bench: TestBench | undefined;
let written: string[] = [];
let clock = Date.now();
let last = 0;
/** Added to the time of day. */
let ahead = 0;
let mounted: string | undefined;
afterEach(async () => {
  if (mounted !== undefined) await runProgram('umount', ['-l', mounted]);
  mounted = undefined;
  await bench?.end();
  bench = undefined;
  written = [];
  ahead = 0;
});

function begin(): TestBench {
  bench = openBench(['log/auth.log'], () => {
    clock = Date.now() + ahead;
    return clock;
  });
  mkdirSync(join(bench.folder, 'log'));
  writeFileSync(join(bench.folder, 'log', 'auth.log'), '');
  return bench;
}

/** Enough failures for a ban. */
function attack({ folder }: TestBench, address: string): void {
  for (let i = 0; i < 5; i++) {
    last = Math.max(last + 1, Date.now() + ahead);
    const line = failure(last, address, 1_000 + written.length);
    written.push(line);
    appendFileSync(join(folder, 'log', 'auth.log'), line);
  }
}

async function isBlocked(daemon: Daemon, address: string): Promise<void> {
  await until(() => daemon.enforcer.held(network(address)) !== undefined, `the block of ${address}`);
}

/** Nothing, for a moment, while it begins again. */
function said(daemon: Daemon): string[] {
  if (!daemon.live) return ['it is starting'];
  return daemon.status().problems.map(({ where, what, hint }) => `${where}: ${what} (${hint})`);
}

async function hasProblem(daemon: Daemon, pattern: RegExp): Promise<void> {
  await until(
    () => said(daemon).some((each) => pattern.test(each)),
    `${pattern}, there is: ${said(daemon).join('; ')}`,
  );
}

async function isMended(daemon: Daemon): Promise<void> {
  try {
    await until(() => said(daemon).length === 0 && daemon.status().firewall.queued === 0, 'no problem');
  } catch {
    throw new Error(`not mended: ${said(daemon).join('; ')}`);
  }
}

/** Nothing is missing, nothing is there twice. */
async function isWhole(on: TestBench, daemon: Daemon, path = on.ledgerPath): Promise<void> {
  await daemon.enforcer.settled();
  await daemon.stop();
  expect(await recordOf(path)).toEqual(await replayed(on.config, written));
}

function full(path: string): ProblemError {
  return new ProblemError(EXIT.unavailable, { where: path, what: 'the disk is full' });
}

/** A ledger whose every write fails while `isBroken` says so. */
function fragile(ledger: Ledger, isBroken: () => ProblemError | undefined): Ledger {
  return new Proxy(ledger, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: readonly unknown[]): unknown => {
        const error = isBroken();
        if (error && name === 'begin') throw error;
        return Reflect.apply(value, target, given);
      };
    },
  });
}

describe('the ledger', () => {
  it('that cannot be written for a while: attackers are blocked, and recorded afterwards', async () => {
    const on = begin();
    let broken: ProblemError | undefined;
    const open = (path: string) => openLedger({ path, mode: 'write', clock: () => clock });
    const daemon = await on.start({}, { openLedger: async (path) => fragile(await open(path), () => broken) });
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    broken = full(on.ledgerPath);
    attack(on, '203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    await hasProblem(daemon, /ledger\.db: nothing is recorded: the disk is full/);
    expect(daemon.status().ledger.pending).toBeGreaterThan(0);
    broken = undefined;
    await isMended(daemon);
    attack(on, '203.0.113.3');
    await isBlocked(daemon, '203.0.113.3');
    await isWhole(on, daemon);
  });

  it('that cannot be written: who is banned can be let in all the same', async () => {
    const on = begin();
    let broken: ProblemError | undefined;
    const open = (path: string) => openLedger({ path, mode: 'write', clock: () => clock });
    const daemon = await on.start({}, { openLedger: async (path) => fragile(await open(path), () => broken) });
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    broken = full(on.ledgerPath);
    attack(on, '203.0.113.2');
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
          return openLedger({ path, mode: 'write', clock: () => clock });
        },
      },
    );
    await hasProblem(daemon, /nothing is recorded: the disk is full/);
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    const { lines } = daemon.status().counts;
    for (let i = 0; i < 4; i++) {
      ahead += 6_000;
      const before = opened;
      daemon.tick();
      await until(() => i === 0 || opened > before, 'another try');
      // Each try leaves what is known alone: nothing is read anew.
      expect(daemon.status().counts.lines).toBeGreaterThanOrEqual(lines);
    }
    attack(on, '203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    broken = undefined;
    ahead += 6_000;
    daemon.tick();
    await isMended(daemon);
    expect(await blocked(on)).toEqual(['203.0.113.1', '203.0.113.2']);
    await until(() => daemon.status().phase === 'following', 'the logs');
    await isWhole(on, daemon);
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
          return openLedger({ path, mode: 'write', clock: () => clock });
        },
      },
    );
    await hasProblem(daemon, /nothing is recorded: permission denied/);
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
  });

  it('that another process writes to: nobody waits for it', async () => {
    const on = begin();
    const patient = { mode: 'write', clock: () => clock, patienceMs: 50 } as const;
    const daemon = await on.start({}, { openLedger: (path) => openLedger({ ...patient, path }) });
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    const other = await openLedger({ path: on.ledgerPath, mode: 'write', clock: () => clock });
    other.begin();
    attack(on, '203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    await hasProblem(daemon, /nothing is recorded: another process is writing to the ledger/);
    other.rollback();
    other.close();
    await isMended(daemon);
    await isWhole(on, daemon);
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
    attack(on, '203.0.113.1');
    await isBlocked(first, '203.0.113.1');
    await first.stop();
    for (const side of ['-wal', '-shm']) rmSync(on.ledgerPath + side, { force: true });
    damage(on.ledgerPath);
    // Its log is gone as well: only the kernel knows of the ban.
    const log = join(on.folder, 'log', 'auth.log');
    writeFileSync(log, '');
    const daemon = await on.start();
    attack(on, '203.0.113.2');
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
    const open = (path: string) => openLedger({ path, mode: 'write', clock: () => clock });
    const daemon = await on.start({}, { openLedger: async (path) => fragile(await open(path), () => broken) });
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    broken = new ProblemError(EXIT.badData, { where: on.ledgerPath, what: 'the ledger is damaged: a test' });
    attack(on, '203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    await until(() => existsSync(`${on.ledgerPath}.damaged`), 'the old one aside');
    broken = undefined;
    await hasProblem(daemon, /moved to .*damaged; a new one was begun/);
    attack(on, '203.0.113.3');
    await isBlocked(daemon, '203.0.113.3');
    daemon.enforcer.reconcile('a test');
    await daemon.enforcer.settled();
    expect(await blocked(on)).toEqual(['203.0.113.1', '203.0.113.2', '203.0.113.3']);
    await until(() => daemon.status().phase === 'following', 'the logs');
    await isWhole(on, daemon);
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
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    fill(join(disk, 'filler'));
    attack(on, '203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    for (let i = 10; i < 60; i++) attack(on, `203.0.113.${i}`);
    await isBlocked(daemon, '203.0.113.59');
    await hasProblem(daemon, /nothing is recorded: .*disk/);
    rmSync(join(disk, 'filler'));
    await isMended(daemon);
    await isWhole(on, daemon, ledgerPath);
  });
});

function scribble(path: string): void {
  const file = openSync(path, 'r+');
  for (let at = 100; at < 60_000; at += 2) writeSync(file, Buffer.from([at % 253]), 0, 1, at);
  closeSync(file);
}

function fill(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (const size of [65_536, 4_096, 1]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch {
        // It is full for pieces of this size.
      }
    }
  } finally {
    closeSync(file);
  }
}

describe('the firewall', () => {
  it('that is missing at the start: bans wait for it', async () => {
    const on = begin();
    let tries = 0;
    const daemon = await on.start(
      {},
      {
        openFirewall: async () => {
          if (++tries <= 2) throw new FirewallError('nft is not installed', { hint: 'apt install nftables' });
          return on.firewall;
        },
      },
    );
    attack(on, '203.0.113.1');
    await hasProblem(daemon, /firewall: bans are not in effect: nft is not installed \(apt install nftables\)/);
    await until(() => daemon.status().counts.bans === 1, 'the ban');
    await isBlocked(daemon, '203.0.113.1');
    await isMended(daemon);
    expect(await blocked(on)).toEqual(['203.0.113.1']);
    await isWhole(on, daemon);
  });

  it('that fails in between: what it lost and what it missed is put into it', async () => {
    const on = begin();
    const daemon = await on.start();
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    on.firewall.fail(new FirewallError('netlink: permission denied'));
    attack(on, '203.0.113.2');
    await hasProblem(daemon, /bans are not in effect: netlink: permission denied/);
    expect(daemon.status().firewall.queued).toBe(1);
    on.firewall.fail(undefined);
    on.firewall.flush('somebody');
    await isMended(daemon);
    expect(await blocked(on)).toEqual(['203.0.113.1', '203.0.113.2']);
    await isWhole(on, daemon);
  });

  it('that fails at an unban: it is made up for', async () => {
    const on = begin();
    const daemon = await on.start();
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    on.firewall.fail(new FirewallError('nft hangs'));
    await handle(daemon, { verb: 'unban', subject: '203.0.113.1', by: 'alice' });
    on.firewall.fail(undefined);
    await isMended(daemon);
    expect(await blocked(on)).toEqual([]);
  });

  it('that refuses one: the others are blocked, and the record says why', async () => {
    const on = begin();
    const daemon = await on.start();
    on.firewall.refuse('203.0.113.1', 'the set is full');
    attack(on, '203.0.113.1');
    attack(on, '203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    expect(await blocked(on)).toEqual(['203.0.113.2']);
    await daemon.stop();
    const ledger = await openLedger({ path: on.ledgerPath, mode: 'read', clock: () => clock });
    const states = [...ledger.inForce(HOST, clock)].map(({ id }) => ledger.blocksOf(id).map(({ state }) => state));
    ledger.close();
    expect(states).toEqual([['refused'], ['blocked']]);
  });
});

describe('the logs', () => {
  it('whose folder vanishes and returns', async () => {
    const on = begin();
    const daemon = await on.start();
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    renameSync(join(on.folder, 'log'), join(on.folder, 'away'));
    await until(() => daemon.status().logs.every(({ state }) => state !== 'followed'), 'the loss');
    mkdirSync(join(on.folder, 'log'));
    attack(on, '203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    await isMended(daemon);
    await isWhole(on, daemon);
  });

  it('that cannot be read, until it can (as nobody)', async (context) => {
    const { seteuid, setegid, getuid } = process;
    const on = begin();
    const log = join(on.folder, 'log', 'auth.log');
    chmodSync(log, 0o000);
    if (getuid?.() === 0) {
      if (!seteuid || !setegid) return context.skip();
      for (const path of [on.folder, join(on.folder, 'log')]) chmodSync(path, 0o777);
      seteuid(65_534);
      onTestFinished(() => seteuid(0));
    }
    const daemon = await on.start();
    await hasProblem(daemon, /auth\.log: .*permission/i);
    expect(daemon.status().logs).toMatchObject([{ state: 'unreadable' }]);
    if (getuid?.() === 0) seteuid?.(0);
    chmodSync(log, 0o666);
    attack(on, '203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    await isMended(daemon);
    expect(readFileSync(log, 'latin1')).toBe(written.join(''));
    await isWhole(on, daemon);
  });
});
