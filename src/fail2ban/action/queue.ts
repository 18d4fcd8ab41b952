/** Work that is done one after the other, each piece when something else is done too. */

/**
 * Bans and unbans that wait for one action. A shell command takes some ten milliseconds, so these are a minute or two of
 * work; who comes after them is told of later, when there is room again.
 */
export const QUEUE_MAX = 10_000;

export class Queue {
  #last: Promise<void>;
  #size = 0;
  readonly #onFault: (error: unknown) => void;

  /** `onFault`: told of work that threw; it is no obstacle to what comes after it. `after`: what all work waits for. */
  constructor(onFault: (error: unknown) => void, after: Promise<void> = Promise.resolve()) {
    this.#onFault = onFault;
    this.#last = after;
  }

  /** What waits, and what is being done. */
  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= QUEUE_MAX;
  }

  /** Adds work, to be begun after all before it and after `other`; resolves when it is done, however it ended. */
  push(work: () => Promise<unknown>, other: Promise<unknown> = Promise.resolve()): Promise<void> {
    this.#size++;
    const before = this.#last;
    this.#last = (async () => {
      await before;
      await other;
      try {
        await work();
      } catch (error) {
        this.#onFault(error);
      } finally {
        this.#size--;
      }
    })();
    return this.#last;
  }
}
