/** What the figures were measured on, without its name. */
import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { milliseconds } from './live-process.ts';
import { percentile } from './live-section.ts';

const SYNCS = 200;
const PAGE = Buffer.alloc(4_096);

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly linux: string;
  readonly node: string;
  readonly nft: string;
  /** How long the disk takes to keep a page, in milliseconds: a ban waits for that, by whatever else the machine does. */
  readonly sync: { readonly p50: number; readonly p99: number };
}

export function machine(): Machine {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    linux: release().replace(/^(\d+\.\d+).*/, '$1'),
    node: process.versions.node,
    nft: /v([\d.]+)/.exec(spawnSync('nft', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 'none',
    sync: syncTimes(),
  };
}

function syncTimes(): { p50: number; p99: number } {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-bench-'));
  const file = openSync(join(folder, 'page'), 'w');
  try {
    const times = Array.from({ length: SYNCS }, () => {
      const from = milliseconds();
      writeSync(file, PAGE);
      fsyncSync(file);
      return milliseconds() - from;
    });
    return { p50: percentile(times, 50) ?? 0, p99: percentile(times, 99) ?? 0 };
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}
