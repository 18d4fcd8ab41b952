/**
 * Records of whole and other numbers side by side, flat in memory. What is read together lies in one line of the
 * processor's cache: with a list for each field, a fold over a million addresses mostly waits for memory.
 */
export class Packed {
  /** In 32-bit words; even, so that floats are aligned. Records of 16 words begin a cache line where the array does. */
  readonly #stride: number;
  #ints: Int32Array;
  #floats: Float64Array;
  #length = 0;

  /** `words`: 32 bits each, an even number of them. */
  constructor(words: number) {
    this.#stride = words;
    this.#floats = new Float64Array(words * 32);
    this.#ints = new Int32Array(this.#floats.buffer);
  }

  /**
   * The records themselves, 32-bit words and pairs of them, for loops over many: an accessor's call for each word takes
   * several times as long as the word. Others after the next `reach`.
   */
  get ints(): Int32Array {
    return this.#ints;
  }

  get floats(): Float64Array {
    return this.#floats;
  }

  /** One past the highest record that was reached. */
  get length(): number {
    return this.#length;
  }

  /** Makes sure that there is such a record: of zeros, when it is new. */
  reach(record: number): void {
    if (record < this.#length) return;
    this.#length = record + 1;
    if (this.#length * this.#stride <= this.#ints.length) return;
    const larger = new Float64Array(Math.max((this.#length * this.#stride) / 2, this.#floats.length * 2));
    larger.set(this.#floats);
    this.#floats = larger;
    this.#ints = new Int32Array(larger.buffer);
  }

  /** The word at a position as a whole number; 0 in records that were not reached. */
  int(record: number, word: number): number {
    return this.#ints[record * this.#stride + word] ?? 0;
  }

  /** Only in records that were reached. */
  putInt(record: number, word: number, value: number): void {
    this.#ints[record * this.#stride + word] = value;
  }

  /** The two words from an even position on as a number; 0 in records that were not reached. */
  float(record: number, word: number): number {
    return this.#floats[(record * this.#stride + word) >> 1] ?? 0;
  }

  /** Only in records that were reached. */
  putFloat(record: number, word: number, value: number): void {
    this.#floats[(record * this.#stride + word) >> 1] = value;
  }
}
