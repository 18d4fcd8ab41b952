/** A program that runs for the bench: started in a group of its own, listened to, looked at through /proc, ended by its id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { monotonicClock } from '../src/base/clock.ts';

/** What it said last, for the message of a failure; a log of a whole run is of no use there. */
const HEARD_MAX = 65_536;
const LOOK_EVERY_MS = 50;
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Milliseconds of a clock that nobody sets. */
export function milliseconds(): number {
  return monotonicClock() / 1_000;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks until the answer is yes. Whether it ever was. */
export async function until(yes: () => boolean | Promise<boolean>, withinMs: number, everyMs = 50): Promise<boolean> {
  const end = milliseconds() + withinMs;
  while (!(await yes())) {
    if (milliseconds() >= end) return false;
    await pause(everyMs);
  }
  return true;
}

export interface Started {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Told every piece of standard output, instead of it being kept. */
  readonly onOut?: (text: string) => void;
}

export class Running {
  /** When it was started, in `milliseconds`. */
  readonly since: number;
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #heard = '';
  #heardAt = 0;
  #onHeard: (() => void) | undefined;
  #isOver = false;

  constructor({ name, command, args, onOut }: Started) {
    this.#name = name;
    this.since = milliseconds();
    this.#child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#ended = new Promise((resolve) => {
      const over = (): void => {
        this.#isOver = true;
        resolve();
      };
      this.#child.on('error', (error) => {
        this.#hear(`${error.message}\n`);
        over();
      });
      this.#child.on('exit', over);
    });
    this.#child.stdout?.setEncoding('utf8').on('data', onOut ?? ((text: string) => this.#hear(text)));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get heard(): string {
    return this.#heard;
  }

  /** When it said so. @throws Error when it does not in time, or ends before. */
  async says(what: RegExp, withinMs: number): Promise<number> {
    const end = milliseconds() + withinMs;
    while (!what.test(this.#heard) && !this.#isOver && milliseconds() < end) {
      await Promise.race([this.#next(), pause(LOOK_EVERY_MS)]);
    }
    if (what.test(this.#heard)) return this.#heardAt;
    const how = this.#isOver ? 'ended' : `did not say ${what} within ${withinMs} ms`;
    throw new Error(`${this.#name} ${how}: ${this.#heard.trim().slice(-1_000)}`);
  }

  /** Ends it and what it started, gently when a time is given for that. */
  async end(gentleMs = 0): Promise<void> {
    if (this.pid === 0) return;
    if (gentleMs > 0 && !this.#isOver) {
      process.kill(this.pid, 'SIGTERM');
      await Promise.race([this.#ended, pause(gentleMs)]);
    }
    this.kill();
    await this.#ended;
  }

  /** At once, without waiting. Its group is its own, so nobody else is in it. */
  kill(): void {
    if (this.pid === 0) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // The whole group has ended.
    }
  }

  /** Resolves when it says something. */
  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#onHeard = resolve;
    });
  }

  #hear(text: string): void {
    this.#heard = `${this.#heard}${text}`.slice(-HEARD_MAX);
    this.#heardAt = milliseconds();
    this.#onHeard?.();
  }
}

/** A process and all that came of it. */
export function family(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const child = Number(name);
    if (!Number.isInteger(child)) continue;
    const parent = statOf(child)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found = [pid];
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found;
}

/** Resident memory, of several processes together, in MiB. */
export function residentMiB(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + residentKiB(pid), 0) / 1_024;
}

/** User and system time of several processes, without those that they waited for. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (statOf(pid)?.ticks ?? 0), 0) / TICKS_PER_SECOND;
}

function residentKiB(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // It has ended since.
  }
}

function statOf(pid: number): { parent: number; ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined; // It has ended since.
  }
}
