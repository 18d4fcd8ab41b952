/** How fast it may be asked: so many questions a second, so many at a time, and so many that wait. The rest is not asked. */

export interface PaceOptions {
  readonly clock: () => number;
  /** Questions that may be asked at once, and how many more a second. */
  readonly burst: number;
  readonly perSecond: number;
  /** Questions without their answer. */
  readonly atATime: number;
  readonly waiting: number;
}

type Job = () => void;

export class Pace {
  /** Questions that were not asked because too many waited. */
  dropped = 0;
  readonly #options: PaceOptions;
  readonly #waiting: Job[] = [];
  #running = 0;
  #credit: number;
  #counted: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#credit = options.burst;
    this.#counted = options.clock();
  }

  /** Asks when it is its turn; `undefined` when it never is. */
  run<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    if (this.#waiting.length >= this.#options.waiting) {
      this.dropped++;
      return Promise.resolve(undefined);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        void ask()
          .then(resolve, reject)
          .finally(() => {
            this.#running--;
            this.#next();
          });
      });
      this.#next();
    });
  }

  #next(): void {
    this.#earn();
    while (this.#waiting.length > 0 && this.#running < this.#options.atATime && this.#credit >= 1) {
      this.#credit--;
      this.#running++;
      this.#waiting.shift()?.();
    }
    if (this.#waiting.length === 0 || this.#credit >= 1) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#next();
      },
      Math.ceil(1_000 / this.#options.perSecond),
    ).unref();
  }

  #earn(): void {
    const { clock, burst, perSecond } = this.#options;
    const now = clock();
    // A clock that was set back earns nothing, and takes nothing away.
    const passed = Math.max(0, now - this.#counted);
    this.#counted = now;
    this.#credit = Math.min(burst, this.#credit + (passed / 1_000) * perSecond);
  }
}
