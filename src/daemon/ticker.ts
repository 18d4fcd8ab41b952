/** The daemon's second hand: calls once a second, tells what is due, and sees when the wall clock was set. */

export interface TickerOptions {
  readonly clock: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number;
  readonly everyMs: number;
  readonly tick: () => void;
}

/** Wall and monotonic time may drift apart by so much in a second; more is a clock that was set. */
const JUMP_MS = 2_000;

export class Ticker {
  readonly #options: TickerOptions;
  readonly #due = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #wall: number;
  #monotonic: number;

  constructor(options: TickerOptions) {
    this.#options = options;
    this.#wall = options.clock();
    this.#monotonic = options.monotonic();
  }

  start(): void {
    this.#timer = setInterval(this.#options.tick, this.#options.everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Whether `everyMs` have passed since it was last true for this name; not at the first call. */
  isTime(name: string, everyMs: number): boolean {
    const now = this.#options.clock();
    const due = this.#due.get(name);
    // A clock that was set back must not put anything off for as long.
    if (due !== undefined && now < due && due - now <= everyMs) return false;
    this.#due.set(name, now + everyMs);
    return due !== undefined;
  }

  /** Whether the wall clock was set since the last call. */
  jumped(): boolean {
    const wall = this.#options.clock();
    const monotonic = this.#options.monotonic();
    const apart = wall - this.#wall - (monotonic - this.#monotonic);
    this.#wall = wall;
    this.#monotonic = monotonic;
    return Math.abs(apart) > JUMP_MS;
  }
}
