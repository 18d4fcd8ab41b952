/**
 * A full disk: one sentence, status 69, nothing half-written; what was recorded before can still be read; and when there
 * is room again, the same command does its work as if nothing had been. Needs root, for a small disk of its own.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeBusyLogs } from './busy-logs.ts';
import { done, linesOf, plainConfig, put, type Run, rapsheet, scratch } from './run.ts';

const folder = scratch();
const disk = join(folder, 'disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status === 0;
if (!mounted) {
  console.warn('\nSKIPPED: test/disk.test.ts tests nothing, because it may not mount a small disk\n');
  rmSync(folder, { recursive: true }); // Nothing else runs where all is skipped.
}
afterAll(() => mounted && spawnSync('umount', [disk]));

describe.skipIf(!mounted)(mounted ? 'a full disk' : 'a full disk (SKIPPED: not permitted to mount one)', () => {
  const config = mounted ? plainConfig(folder) : '';
  const ledger = join(disk, 'ledger.db');
  const filler = join(disk, 'filler');
  const small = mounted ? put(join(folder, 'auth.log'), failures(6)) : '';
  let busy: string[] = [];

  beforeAll(() => {
    busy = writeBusyLogs(join(folder, 'busy'), 600);
  });
  beforeEach(() => {
    for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
  });

  const replay = (path: string, logs: readonly string[]): string[] => [
    'replay',
    '-c',
    config,
    '-q',
    '--ledger',
    path,
    ...logs,
  ];
  const report = (path: string): string[] => ['report', '-c', config, '--ledger', path, '--json', '--top', 'all'];

  it('in the middle of a replay: nothing of it is recorded, what was there can be read, and the next run records all', async () => {
    const elsewhere = join(folder, 'elsewhere.db');
    for (const path of [ledger, elsewhere]) await done(replay(path, ['--host', `delta=${small}`]));
    const before = await done(report(ledger));
    fill(200_000);
    for (let again = 0; again < 2; again++) {
      expectFull(await rapsheet(replay(ledger, busy)), ledger);
      expect(await done(report(ledger))).toBe(before);
    }
    rmSync(filler);
    await done(replay(elsewhere, busy));
    await done(replay(ledger, busy));
    expect(await done(report(ledger))).toBe(await done(report(elsewhere)));
  });

  it('before a ledger is made', async () => {
    fill(0);
    expectFull(await rapsheet(replay(ledger, [small])), ledger);
    rmSync(filler);
    await done(replay(ledger, [small]));
    expect(await done(report(ledger))).toContain('"bans":1');
  });

  it('without a single byte left: the ledger can still be read', async () => {
    await done(replay(ledger, [small]));
    const before = await done(report(ledger));
    fill(0);
    expectFull(await rapsheet(replay(ledger, busy)), ledger);
    expect(await done(report(ledger))).toBe(before);
    expect((await rapsheet(['show', '203.0.113.7', '-c', config, '--ledger', ledger])).status).toBe(0);
  });

  it('under a report: the old one stays, and no half of a new one', async () => {
    const source = join(folder, 'elsewhere-too.db');
    await done(replay(source, busy));
    const target = join(disk, 'report.json');
    put(target, 'the old one\n');
    fill(2_000);
    expectFull(await rapsheet([...report(source), '-o', target]), target);
    expect(readdirSync(disk).sort()).toEqual(['filler', 'report.json']);
    rmSync(filler);
    await done([...report(source), '-o', target]);
    expect(readdirSync(disk)).toEqual(['report.json']);
  });

  it('under a folder of tables: the old ones stay, all of them', async () => {
    const source = join(folder, 'of-tables.db');
    await done(replay(source, busy));
    const target = join(disk, 'tables');
    const given = ['report', '-c', config, '--ledger', source, '--top', 'all', '--format', 'csv', '-o', target];
    put(join(target, 'totals.csv'), 'the old one\n');
    fill(20_000);
    const full = await rapsheet(given);
    expectFull(full, target);
    expect(full.err).toContain('; nothing was written');
    expect(readdirSync(target)).toEqual(['totals.csv']);
    expect(readFileSync(join(target, 'totals.csv'), 'utf8')).toBe('the old one\n');
    rmSync(filler);
    await done(given);
  });

  function expectFull({ status, out, err }: Run, path: string): void {
    expect([status, err]).toEqual([69, expect.stringMatching(/ (?:disk is full|no space)/)]);
    expect(err).toContain(path);
    expect(linesOf(err)).toHaveLength(1);
    expect(out).toBe('');
  }

  /** Takes all the room but so many bytes. */
  function fill(left: number): void {
    const file = openSync(filler, 'w');
    let size = 0;
    try {
      for (;;) size += writeSync(file, Buffer.alloc(4096));
    } catch {
      truncateSync(filler, size - left);
    } finally {
      closeSync(file);
    }
  }
});

function failures(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const message = 'Failed password for root from 203.0.113.7 port 22 ssh2';
    return `2024-10-03T12:00:0${index}.000000+00:00 host sshd[${index}]: ${message}\n`;
  });
  return lines.join('');
}
