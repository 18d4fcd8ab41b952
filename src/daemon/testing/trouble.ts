/** For tests of what breaks around the daemon: an attacker who writes into a log, and what must be whole in the end. */
import { appendFileSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { EXIT, ProblemError } from '../../base/problem.ts';
import { type Ledger, openLedger } from '../../ledger/ledger.ts';
import type { Daemon } from '../daemon.ts';
import { failure, openBench, type TestBench, until } from '../testing.ts';
import { network, recordOf, replayed } from './record.ts';

export class Trouble {
  readonly bench: TestBench;
  /** All lines that were written. */
  readonly written: string[] = [];
  /** Added to the time of day. */
  ahead = 0;
  /** When the last line was written. */
  last = 0;

  constructor() {
    this.bench = openBench(['log/auth.log'], () => this.now);
    mkdirSync(join(this.folder, 'log'));
    writeFileSync(this.log, '');
  }

  get now(): number {
    return Date.now() + this.ahead;
  }

  get folder(): string {
    return this.bench.folder;
  }

  get log(): string {
    return join(this.folder, 'log', 'auth.log');
  }

  get ledgerPath(): string {
    return this.bench.ledgerPath;
  }

  get firewall(): TestBench['firewall'] {
    return this.bench.firewall;
  }

  start(...given: Parameters<TestBench['start']>): Promise<Daemon> {
    return this.bench.start(...given);
  }

  /** With a ledger that fails while `isBroken` says so. */
  startFragile(isBroken: () => ProblemError | undefined, verbs?: readonly (keyof Ledger)[]): Promise<Daemon> {
    const open = (path: string) => openLedger({ path, mode: 'write', clock: () => this.now });
    return this.start({}, { openLedger: async (path) => fragile(await open(path), isBroken, verbs) });
  }

  /** Enough failures for a ban. */
  attack(address: string): void {
    for (let i = 0; i < 5; i++) {
      this.last = Math.max(this.last + 1, this.now);
      const line = failure(this.last, address, 1_000 + this.written.length);
      this.written.push(line);
      appendFileSync(this.log, line);
    }
  }

  /** Nothing is missing, nothing is there twice. */
  async isWhole(daemon: Daemon, path = this.ledgerPath): Promise<void> {
    await daemon.enforcer.settled();
    await daemon.stop();
    expect(await recordOf(path)).toEqual(await replayed(this.bench.config, this.written));
  }
}

export async function isBlocked(daemon: Daemon, address: string): Promise<void> {
  await until(() => daemon.enforcer.held(network(address)) !== undefined, `the block of ${address}`);
}

/** What `status` says, in sentences. For a moment nothing, while it begins again. */
export function said(daemon: Daemon): string[] {
  if (!daemon.live) return ['it is starting'];
  return daemon.status().problems.map(({ where, what, hint }) => `${where}: ${what} (${hint})`);
}

export async function hasProblem(daemon: Daemon, pattern: RegExp): Promise<void> {
  await until(() => said(daemon).some((each) => pattern.test(each)), `${pattern}`);
}

export async function isMended(daemon: Daemon): Promise<void> {
  try {
    await until(() => said(daemon).length === 0 && daemon.status().firewall.queued === 0, 'no problem');
  } catch {
    throw new Error(`not mended: ${said(daemon).join('; ')}`);
  }
}

export function full(path: string): ProblemError {
  return new ProblemError(EXIT.unavailable, { where: path, what: 'the disk is full' });
}

/** A ledger that fails while `isBroken` says so, at these verbs. */
function fragile(
  ledger: Ledger,
  isBroken: () => ProblemError | undefined,
  verbs: readonly (keyof Ledger)[] = ['begin'],
): Ledger {
  return new Proxy(ledger, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: readonly unknown[]): unknown => {
        const error = isBroken();
        if (error && verbs.some((verb) => verb === name)) throw error;
        return Reflect.apply(value, target, given);
      };
    },
  });
}

/** Spoils a file behind its first bytes. */
export function scribble(path: string): void {
  const file = openSync(path, 'r+');
  for (let at = 100; at < 60_000; at += 2) writeSync(file, Buffer.from([at % 253]), 0, 1, at);
  closeSync(file);
}

/** Takes all room that is left on a disk. */
export function fill(path: string): void {
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
