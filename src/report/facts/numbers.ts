/** A list of numbers by index, flat in memory, as long as the highest index used; 0 where nothing was put. */
export class Numbers<Flat extends Int32Array | Float64Array> {
  readonly #make: (length: number) => Flat;
  #values: Flat;
  #length = 0;

  constructor(make: (length: number) => Flat) {
    this.#make = make;
    this.#values = make(64);
  }

  /** One past the highest index used. */
  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  put(index: number, value: number): void {
    this.#reach(index);
    this.#values[index] = value;
  }

  add(index: number, value: number): void {
    this.#reach(index);
    this.#values[index] = (this.#values[index] ?? 0) + value;
  }

  #reach(index: number): void {
    if (index < this.#length) return;
    this.#length = index + 1;
    if (index < this.#values.length) return;
    const larger = this.#make(Math.max(index + 1, this.#values.length * 2));
    larger.set(this.#values);
    this.#values = larger;
  }
}

/** For numbers of things and identifiers. */
export function smallNumbers(): Numbers<Int32Array> {
  return new Numbers((length) => new Int32Array(length));
}

/** For times and sums of attempts, which outgrow 32 bits. */
export function largeNumbers(): Numbers<Float64Array> {
  return new Numbers((length) => new Float64Array(length));
}
