/**
 * The clock of one log beside ours. What was written long ago counts at its own time; what is written now and claims
 * another time counts now, or a wrong zone would make every ban end before it begins. And it is said.
 */
import { formatDuration } from '../base/duration.ts';
import type { Attempt } from '../model.ts';

/** A clock may run ahead by so much (fail2ban's limit as well); beyond it nobody knows what was meant. */
const AHEAD_MS = 60_000;
/** Relays and buffers deliver late, by minutes; an hour is the smallest mistake of a time zone. */
const BEHIND_MS = 3_500_000;
/** So many lines in a row that are off tell of a clock and not of a line. */
const TELLING = 3;

export class TimeKeeper {
  #fresh = false;
  #off = 0;
  #difference = 0;

  /** Whether the log was read to its end once: its lines are new since then. */
  get isFresh(): boolean {
    return this.#fresh;
  }

  caughtUp(): void {
    this.#fresh = true;
  }

  /** What is wrong with the log's clock. */
  get sentence(): string | undefined {
    if (this.#off < TELLING) return undefined;
    const [by, where] = [formatDuration(Math.abs(this.#difference)), this.#difference > 0 ? 'ahead of' : 'behind'];
    return `its lines are dated ${by} ${where} this host's clock; they are counted as of now`;
  }

  /** The attempt at the time that it counts. */
  dated(attempt: Attempt, now: number): Attempt {
    const difference = attempt.time - now;
    if (difference <= AHEAD_MS && (!this.#fresh || difference >= -BEHIND_MS)) {
      this.#off = 0;
      return attempt;
    }
    this.#off++;
    this.#difference = difference;
    return { ...attempt, time: now };
  }
}
