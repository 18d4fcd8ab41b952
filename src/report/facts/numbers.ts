/**
 * A list of numbers by index, flat in memory, as long as the highest index used; 0 where nothing was put. One sort of
 * array for all of them, though many hold small numbers: the engine is twice as fast with one as with two.
 */
export class Numbers {
  #values = new Float64Array(64);
  #length = 0;

  /** One past the highest index used. */
  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  put(index: number, value: number): void {
    if (index >= this.#length) this.#reach(index);
    this.#values[index] = value;
  }

  add(index: number, value: number): void {
    if (index >= this.#length) this.#reach(index);
    this.#values[index] = (this.#values[index] ?? 0) + value;
  }

  #reach(index: number): void {
    this.#length = index + 1;
    if (index < this.#values.length) return;
    const larger = new Float64Array(Math.max(index + 1, this.#values.length * 2));
    larger.set(this.#values);
    this.#values = larger;
  }
}
