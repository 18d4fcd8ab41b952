/** The last of many, and how many there were. */
export class Newest<Item> {
  readonly #limit: number;
  #items: Item[] = [];
  #count = 0;

  constructor(limit: number | 'all') {
    this.#limit = limit === 'all' ? Number.POSITIVE_INFINITY : limit;
  }

  /** How many there were, kept or not. */
  get count(): number {
    return this.#count;
  }

  add(item: Item): void {
    this.#count++;
    this.#items.push(item);
    // Trimmed at twice the limit, so that dropping the oldest costs nothing by the item.
    if (this.#items.length > 2 * this.#limit) this.#items = this.#items.slice(-this.#limit);
  }

  /** The oldest of the newest first. */
  items(): readonly Item[] {
    return this.#items.length > this.#limit ? this.#items.slice(-this.#limit) : this.#items;
  }
}
