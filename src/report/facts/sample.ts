/** An even sample of a sequence whose length nobody knows: every one at first, then every second, every fourth, ... */
export class Sample {
  readonly #limit: number;
  #items: number[] = [];
  #stride = 1;
  #count = 0;

  /** `limit`: the most that are kept; half of them at the least, when there are so many. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many there were, kept or not. */
  get count(): number {
    return this.#count;
  }

  add(item: number): void {
    if (this.#count++ % this.#stride !== 0) return;
    if (this.#items.length >= this.#limit) {
      this.#items = this.#items.filter((_, i) => i % 2 === 0);
      this.#stride *= 2;
      if ((this.#count - 1) % this.#stride !== 0) return;
    }
    this.#items.push(item);
  }

  items(): readonly number[] {
    return this.#items;
  }
}
