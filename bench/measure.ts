/** Runs a command as a whole process and tells its CPU time and peak memory, read from /proc while it runs. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measure {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMiB: number;
}

/** Linux counts CPU time in hundredths of a second; every run should last many of them. */
const TICKS_PER_SECOND = 100;
const LOOK_EVERY_MS = 5;

/** Undefined when the command cannot be started or fails otherwise than by finding nothing (status 1). */
export function measure(command: string, args: readonly string[]): Promise<Measure | undefined> {
  return new Promise((resolve) => {
    const started = process.hrtime.bigint();
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    let seen = { ticks: 0, peakKiB: 0 };
    const look = setInterval(() => {
      const now = lookAt(child.pid);
      // A process that has ended and was not yet waited for still tells its time, but no memory.
      if (now) seen = { ticks: now.ticks, peakKiB: Math.max(now.peakKiB, seen.peakKiB) };
    }, LOOK_EVERY_MS);
    const finish = (status: number | null): void => {
      clearInterval(look);
      const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
      const cpuSeconds = seen.ticks / TICKS_PER_SECOND;
      resolve(status === 0 || status === 1 ? { cpuSeconds, wallSeconds, peakMiB: seen.peakKiB / 1024 } : undefined);
    };
    child.on('error', () => finish(null));
    child.on('exit', finish);
  });
}

/** User and system time of a process with the children that it waited for, and the peak of its resident memory. */
function lookAt(pid: number | undefined): { ticks: number; peakKiB: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { ticks: user + system + childUser + childSystem, peakKiB: Number(peak ?? 0) };
  } catch {
    return undefined; // It has ended since; what was seen last stands.
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
