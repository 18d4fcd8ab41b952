/** Answers that are used again for a while. */

interface Kept<Value> {
  readonly value: Value;
  readonly from: number;
  readonly until: number;
}

export class Cache<Value> {
  readonly #kept = new Map<string, Kept<Value>>();
  readonly #size: number;

  /** `size`: entries at most; beyond them the oldest goes. */
  constructor(size: number) {
    this.#size = size;
  }

  get(key: string, now: number): Value | undefined {
    const kept = this.#kept.get(key);
    // One of the future is of before the clock was set back.
    if (kept && now < kept.until && now >= kept.from) return kept.value;
    if (kept) this.#kept.delete(key);
    return undefined;
  }

  keep(key: string, value: Value, { now, forMs }: { readonly now: number; readonly forMs: number }): void {
    if (forMs <= 0) return;
    this.#kept.delete(key);
    this.#kept.set(key, { value, from: now, until: now + forMs });
    if (this.#kept.size <= this.#size) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
