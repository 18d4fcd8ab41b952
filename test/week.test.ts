/**
 * A week in half a minute: a daemon in this process, a clock that the test moves, thousands of attackers, rotations,
 * reloads, flushes, clocks that are set, the end of summer time. Every evening kernel and ledger agree; the memory of the
 * last day is that of the second.
 */
import { appendFileSync, copyFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { type Zone, zoneOf } from '../src/base/zone.ts';
import type { Daemon } from '../src/daemon/daemon.ts';
import { reload } from '../src/daemon/reloading.ts';
import { HOST, openBench, type TestBench, until } from '../src/daemon/testing.ts';
import { handle } from '../src/daemon/verbs.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEP = 10 * MINUTE;
const STEPS_A_DAY = 144;
const DAYS = 7;
/** New ones in each step, half of them in each log. */
const ATTACKERS = 6;
const FAILURES = 5;
/** Thursday; in the night to Sunday Zurich's clocks go back by an hour. */
const BEGIN = Date.parse('2026-10-22T00:00:00Z');
const SUMMER_ENDS = Date.parse('2026-10-25T01:00:00Z');
/** What heap and buffers may have grown by from the second day to the last. A leak of 100 bytes an attempt would be as much. */
const GROWTH_MAX = 2_500_000;

class Week {
  readonly bench: TestBench;
  now = BEGIN;
  /** What the clock was set by, in all. */
  set = 0;
  lines = 0;
  attackers = 0;
  #state = 7;
  #daemon: Daemon | undefined;

  constructor() {
    this.bench = openBench(['auth.log', 'secure'], () => this.now, { zone: zurich() });
    for (const log of ['auth.log', 'secure']) writeFileSync(this.path(log), '');
  }

  get daemon(): Daemon {
    if (!this.#daemon) throw new Error('not started');
    return this.#daemon;
  }

  async start(): Promise<void> {
    let changed = false;
    const { config } = this.bench;
    const stricter = { ...config, jails: config.jails.map((jail) => ({ ...jail, banTime: jail.banTime + MINUTE })) };
    const loadConfig = () => {
      changed = !changed;
      return changed ? stricter : config;
    };
    this.#daemon = await this.bench.start({ monotonic: () => this.now - this.set }, { loadConfig });
  }

  path(log: string): string {
    return join(this.bench.folder, log);
  }

  random(below: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (this.#state >>> 8) % below;
  }

  /** Somebody new, or one of a few who come back. */
  address(): string {
    if (this.random(10) === 0) return `203.0.113.${this.random(50) + 1}`;
    const n = ++this.attackers;
    if (n % 4 === 0) return `2001:db8:${(n >> 4).toString(16)}:${(n & 15).toString(16)}::${this.random(9) + 1}`;
    return `100.${64 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
  }

  attack(): void {
    for (let i = 0; i < ATTACKERS; i++) {
      const [from, log] = [this.address(), i % 2 === 0 ? 'auth.log' : 'secure'];
      const stamp = log === 'auth.log' ? isoStamp(this.now) : classicStamp(this.now);
      let text = '';
      for (let j = 0; j < FAILURES; j++) {
        const pid = 1_000 + this.random(3_000_000);
        text += `${stamp} ${HOST} sshd[${pid}]: Failed password for root from ${from} port 4711 ssh2\n`;
      }
      text += `${stamp} ${HOST} sshd[1]: Server listening on 0.0.0.0 port 22.\n`;
      appendFileSync(this.path(log), text);
      this.lines += FAILURES + 1;
    }
  }

  /** Time goes by, and something is written meanwhile. */
  async step(ms: number): Promise<void> {
    this.now += ms;
    this.daemon.tick();
    this.attack();
    await this.judged();
  }

  /** Somebody sets the clock: the kernel is told every end anew, and nothing ends early or never. */
  async setClock(by: number): Promise<void> {
    const before = this.daemon.enforcer.state.last;
    this.set += by;
    this.now += by;
    this.daemon.tick();
    await this.daemon.enforcer.settled();
    expect(this.daemon.enforcer.state.last).not.toBe(before);
    await this.agree();
  }

  async judged(): Promise<void> {
    const { daemon } = this;
    await until(() => {
      daemon.turn();
      return linesOf(daemon) >= this.lines;
    }, `${this.lines} lines`);
    daemon.settle();
    await daemon.enforcer.settled();
  }

  async rotate(): Promise<void> {
    await this.judged();
    for (let part = 3; part > 0; part--)
      move(`${this.path('auth.log')}.${part}`, `${this.path('auth.log')}.${part + 1}`);
    move(this.path('auth.log'), `${this.path('auth.log')}.1`);
    writeFileSync(this.path('auth.log'), '');
    // The other one as by copytruncate.
    copyFileSync(this.path('secure'), this.path('secure.1'));
    truncateSync(this.path('secure'), 0);
    this.daemon.tick();
    await this.judged();
  }

  async events(step: number): Promise<void> {
    const { daemon, bench } = this;
    if (step % 12 === 5) {
      bench.firewall.flush('somebody');
      await repaired(bench);
    }
    if (step % 36 === 7) await reload(daemon, { isConfirmed: true, now: this.now });
    if (step % 24 === 11) {
      const [first] = [...daemon.enforcer.allHeld()];
      if (first) await handle(daemon, { verb: 'unban', subject: first.subject.text, by: 'alice' });
    }
    if (step % STEPS_A_DAY === 70) await this.rotate();
  }

  /** Kernel and ledger say the same, to the millisecond. */
  async agree(): Promise<void> {
    const { daemon, bench } = this;
    daemon.commit();
    daemon.tick();
    await daemon.enforcer.settled();
    const listed = (await bench.firewall.list()).map(({ subject, until: end }) => `${subject.text} ${end}`).sort();
    const { ledger } = daemon;
    if (!ledger) throw new Error('no ledger');
    const inForce = new Map<string, number>();
    for (const ban of ledger.inForce(HOST, this.now)) {
      inForce.set(ban.subject, Math.max(ban.until, inForce.get(ban.subject) ?? 0));
    }
    expect(listed).toEqual([...inForce].map(([subject, end]) => `${subject} ${end}`).sort());
    expect(daemon.status().problems).toEqual([]);
  }

  /** Attempts that are kept to be judged again after a crash. */
  recent(): number {
    const entries = [...(this.daemon.ledger?.recent(0) ?? [])];
    return entries.reduce((sum, text) => sum + text.split('["a",').length - 1, 0);
  }
}

function linesOf(daemon: Daemon): number {
  return daemon.live?.intake.logs().reduce((sum, { counts }) => sum + (counts?.lines ?? 0), 0) ?? 0;
}

/** It cannot be listed before the daemon has put it back. */
async function repaired({ firewall }: TestBench): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 5) {
    try {
      await firewall.list();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  throw new Error('waited in vain: the repair');
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // There are not so many yet.
  }
}

function zurich(): Zone {
  const zone = zoneOf('Europe/Zurich');
  if (!zone) throw new Error('there is no such time zone here');
  return zone;
}

function local(time: number): Date {
  return new Date(time + (time < SUMMER_ENDS ? 2 : 1) * HOUR);
}

function isoStamp(time: number): string {
  return local(time)
    .toISOString()
    .replace('Z', time < SUMMER_ENDS ? '+02:00' : '+01:00');
}

/** Without year and zone: in the night when summer time ends an hour of them comes twice. */
function classicStamp(time: number): string {
  const [, , day = ''] = local(time).toISOString().split(/[-T]/);
  return `Oct ${day} ${local(time).toISOString().slice(11, 19)}`;
}

setFlagsFromString('--expose-gc');
const gc: unknown = runInNewContext('gc');

/** What is in use, in bytes. */
function inUse(): number {
  if (typeof gc !== 'function') throw new Error('no garbage collector to call');
  for (let i = 0; i < 2; i++) Reflect.apply(gc, undefined, []);
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

it('a week goes by, and nothing piles up', async () => {
  const week = new Week();
  try {
    await week.start();
    const days: number[][] = [];
    for (let day = 0; day < DAYS; day++) {
      const used: number[] = [];
      for (let step = 0; step < STEPS_A_DAY; step++) {
        await week.events(step);
        // On the fourth day the clock is set: an hour forward, and back again.
        if (day === 3 && step === 30) await week.setClock(HOUR);
        if (day === 3 && step === 60) await week.setClock(-HOUR);
        await week.step(STEP);
        if (step % 16 === 0) used.push(inUse());
      }
      days.push(used);
      await week.agree();
      // What is kept for a crash is an hour and a half of attempts at most, however long we run.
      expect(week.recent()).toBeLessThan((3 * HOUR * ATTACKERS * FAILURES) / STEP);
    }
    const { counts } = week.daemon.status();
    expect(counts).toMatchObject({ lines: week.lines, setAside: 0, dropped: 0 });
    expect(counts.attempts).toBeGreaterThan(week.lines * 0.8);
    expect(counts.bans).toBeGreaterThan(week.attackers * 0.95);
    expect(median(days[6] ?? []) - median(days[1] ?? [])).toBeLessThan(GROWTH_MAX);
    await allEnd(week);
  } finally {
    await week.bench.end();
  }
}, 180_000);

/** Nothing lasts for ever: when the longest ban is over, there is none, neither here nor there. */
async function allEnd(week: Week): Promise<void> {
  const ends = (await week.bench.firewall.list()).map(({ until: end }) => end);
  expect(ends.every((end) => Number.isFinite(end) && end > week.now)).toBe(true);
  week.now = Math.max(...ends);
  // Two minutes, so that whatever is done once a minute was done.
  for (let i = 0; i < 3; i++) {
    week.now += MINUTE;
    week.daemon.tick();
    await week.daemon.enforcer.settled();
  }
  expect([await week.bench.firewall.list(), [...week.daemon.enforcer.allHeld()]]).toEqual([[], []]);
  expect(week.daemon.status().jails.map(({ inForce, watched }) => [inForce, watched])).toEqual(
    week.daemon.status().jails.map(() => [0, 0]),
  );
}
