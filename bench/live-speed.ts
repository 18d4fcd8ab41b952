/** How long from a line to the kernel: of one attacker after the other, and of thousands at once. */
import { systemClock } from '../src/base/clock.ts';
import type { Bed } from './live-bed.ts';
import { append, attacker, Lines } from './live-lines.ts';
import type { Peer } from './live-peer.ts';
import { milliseconds, pause, type Running } from './live-process.ts';
import { percentile, type Row, silentRow } from './live-section.ts';
import { generator } from './workload.ts';

/** Between two attackers, so that none finds the contender busy with the one before. */
const PAUSE_LEAST_MS = 5;
const PAUSE_MOST_MS = 50;
/** Not measured: the first makes tables and compiles code. */
const WARM_UP = 3;
const SAID_MAX = 500;
/** sshguard and fail2ban took about a minute for 5,000. */
const BURST_PATIENCE_MS = 150_000;

/** A contender at work. */
export interface Runner {
  readonly peer: Peer;
  readonly bed: Bed;
}

/** In turns, so that a noisy minute falls on all alike. */
export async function latency(runners: readonly Runner[], attackers: number): Promise<Row[]> {
  const turns: Turn[] = [];
  for (const { peer, bed } of runners) turns.push(new Turn({ peer, bed }, await peer.start(bed)));
  const random = generator(3);
  for (let n = 0; n < attackers + WARM_UP; n++) {
    for (const turn of turns) {
      if (!turn.isOver(n)) await turn.attack(n);
      await pause(PAUSE_LEAST_MS + random() * (PAUSE_MOST_MS - PAUSE_LEAST_MS));
    }
  }
  return turns.map((turn) => turn.row(attackers));
}

class Turn {
  readonly #runner: Runner;
  readonly #daemon: Running;
  readonly #lines = new Lines();
  readonly #times: number[] = [];
  #failure: string | undefined;

  constructor(runner: Runner, daemon: Running) {
    this.#runner = runner;
    this.#daemon = daemon;
  }

  isOver(n: number): boolean {
    return this.#failure !== undefined || n >= this.#runner.peer.attackersMax + WARM_UP;
  }

  async attack(n: number): Promise<void> {
    const { peer, bed } = this.#runner;
    const address = attacker(n);
    const text = this.#lines.attack(address, systemClock());
    const written = milliseconds();
    append(bed.log, text);
    const came = await bed.monitor.comes(address, peer.patienceMs);
    if (came === undefined) {
      const said = this.#daemon.heard.trim().slice(-SAID_MAX);
      this.#failure = `FAILED: ${address} is not blocked within ${peer.patienceMs} ms: ${said}`;
    } else if (n >= WARM_UP) this.#times.push(came - written);
  }

  row(attackers: number): Row {
    const { name } = this.#runner.peer;
    const times = this.#times;
    if (this.#failure !== undefined) return silentRow(name, this.#failure);
    const note = times.length < attackers ? 'fewer, because it is slow' : '';
    return {
      contender: name,
      values: [times.length, ...[50, 90, 99, 100].map((each) => percentile(times, each))],
      note,
    };
  }
}

export async function burst(peer: Peer, bed: Bed, attackers: number): Promise<Row> {
  await peer.start(bed);
  const lines = new Lines();
  append(bed.log, lines.attack(attacker(attackers), systemClock()));
  await bed.monitor.comes(attacker(attackers), peer.patienceMs);
  // A journal, a commit or a poll after the first is not part of it.
  await pause(1_000);
  bed.monitor.forget();
  const addresses = Array.from({ length: attackers }, (_, n) => attacker(n));
  const text = addresses.map((address) => lines.attack(address, systemClock())).join('');
  const written = milliseconds();
  append(bed.log, text);
  const { count, last } = await bed.monitor.comeAll(addresses, BURST_PATIENCE_MS);
  const note = count < attackers ? `not all within ${BURST_PATIENCE_MS / 1_000} s` : '';
  return { contender: peer.name, values: [count, (last - written) / 1_000], note };
}
