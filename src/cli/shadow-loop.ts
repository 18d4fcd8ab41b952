/** When a shadow reads: whenever there is something, and once a second; until it is told to end. */

const TICK_MS = 1_000;

export interface Round {
  /** Reads for a while; whether there is more at once. */
  turn(): boolean;
  /** Once a second; whether it is time to end. */
  tick(): boolean;
}

export class ShadowLoop {
  #work: (() => void) | undefined;
  #scheduled: NodeJS.Immediate | undefined;

  /** There may be something to read; once, however often it is called. */
  wake(): void {
    if (!this.#work) return;
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.#work?.();
    });
  }

  /** Until `tick` says so, or the process is told to end by a signal. Rejects with what a round threw. */
  async run({ turn, tick }: Round): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let end: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const guarded = (work: () => void): (() => void) => {
          return () => {
            try {
              work();
            } catch (error) {
              reject(error);
            }
          };
        };
        end = resolve;
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
        this.#work = guarded(() => {
          if (turn()) this.wake();
        });
        timer = setInterval(
          guarded(() => {
            if (tick()) resolve();
            this.wake();
          }),
          TICK_MS,
        );
        this.wake();
      });
    } finally {
      clearInterval(timer);
      clearImmediate(this.#scheduled);
      this.#work = undefined;
      if (end) for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, end);
    }
  }
}
