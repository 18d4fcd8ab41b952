/**
 * The clock of a log, as it is read from some of its lines: which span of time it shows, and whether so much of the log
 * comes in a span that looking at all lines is worth it.
 */

/** The clock goes back for more than this only: slow requests are logged late, by the time at which they began. */
const LATE_MS = 3_600_000;

/** JSON of it; null where nothing was read yet. */
export interface ClockState {
  readonly span: number | null;
  readonly last: number | null;
  readonly isBusy: boolean;
}

export class LogClock {
  /** Where the span begins, in milliseconds; NaN before the first time is read. */
  span = Number.NaN;
  /** Whether the last two times lay within a span's length. */
  isBusy = false;
  readonly #withinMs: number;
  #last = Number.NaN;

  /** Spans are so long, and begin at multiples of it. */
  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  /** Takes a line's time. `late`: it says nothing; `goes on`: it is in the span that the clock shows; else in another. */
  read(time: number): 'late' | 'goes on' | 'moves' {
    const span = Math.floor(time / this.#withinMs) * this.#withinMs;
    if (span < this.span && span >= this.span - LATE_MS) return 'late';
    const passed = time - this.#last;
    this.isBusy = passed <= this.#withinMs && passed >= -this.#withinMs;
    this.#last = time;
    if (span === this.span) return 'goes on';
    this.span = span;
    return 'moves';
  }

  save(): ClockState {
    const orNull = (time: number): number | null => (Number.isNaN(time) ? null : time);
    return { span: orNull(this.span), last: orNull(this.#last), isBusy: this.isBusy };
  }

  restore({ span, last, isBusy }: ClockState): void {
    this.span = span ?? Number.NaN;
    this.#last = last ?? Number.NaN;
    this.isBusy = isBusy;
  }
}
