/**
 * Whether a server may be asked now: not faster than its rate, not before it wished to be asked again, and not at once
 * when it did not answer again and again. Then one question a while tries whether it is back.
 */

export interface GateOptions {
  readonly clock: () => number;
  /** Between two questions, in milliseconds. */
  readonly intervalMs: number;
  /** Failures in a row after which it rests. */
  readonly failuresMax: number;
}

/** The first rest; each further failure doubles it. A minute costs little, and a restart of a server takes no longer. */
const REST_MS = 60_000;
/** An outage of hours is noticed to be over within this. */
const REST_MAX_MS = 900_000;
/** What a server may wish for: a day. More is a mistake, or meant to keep us away. */
const WISH_MAX_MS = 86_400_000;

export class Gate {
  readonly #options: GateOptions;
  #opensAt = 0;
  #failures = 0;
  #why = '';

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** When the next question may be asked. */
  get opensAt(): number {
    return this.#opensAt;
  }

  /** It failed so often that it is hardly asked any more. */
  get isResting(): boolean {
    return this.#failures >= this.#options.failuresMax;
  }

  /** Of the last failure. */
  get why(): string {
    return this.#why;
  }

  /** A question goes out. While it rests, no other goes with it. */
  passed(): void {
    this.#notBefore(this.#options.clock() + (this.isResting ? REST_MS : this.#options.intervalMs));
  }

  /** Something came back that a working server says. */
  answered(): void {
    if (this.isResting) this.#opensAt = this.#options.clock() + this.#options.intervalMs;
    this.#failures = 0;
  }

  failed(why: string): void {
    this.#failures++;
    this.#why = why;
    if (!this.isResting) return;
    const beyond = this.#failures - this.#options.failuresMax;
    this.#notBefore(this.#options.clock() + Math.min(REST_MAX_MS, REST_MS * 2 ** Math.min(beyond, 10)));
  }

  /** It wants to be left alone for so long; when it may be asked again. */
  wished(forMs: number): number {
    this.#notBefore(this.#options.clock() + Math.min(WISH_MAX_MS, Math.max(this.#options.intervalMs, forMs)));
    return this.#opensAt;
  }

  #notBefore(time: number): void {
    this.#opensAt = Math.max(this.#opensAt, time);
  }
}
