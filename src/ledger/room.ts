/** Memory for the lists of a page of rows, one list after the other: of this thread, or shared with another. */

/** Rows of a page: enough that the call costs nothing, few enough that the lists stay in the processor's cache. */
export const PAGE_OF_LISTS = 2000;

/** What the lists of any page take: ten of floats and five of whole numbers, 200 kB. */
export const ROOM_BYTES = PAGE_OF_LISTS * (10 * 8 + 5 * 4);

export class Room {
  readonly #memory: ArrayBufferLike;
  #at: number;

  /** `at`: where it begins, in bytes, divisible by 8. */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(ROOM_BYTES), at = 0) {
    this.#memory = memory;
    this.#at = at;
  }

  /** A number for each row. Before all whole numbers, so that they are aligned. */
  floats(): Float64Array {
    return new Float64Array(this.#memory, this.#take(PAGE_OF_LISTS * 8), PAGE_OF_LISTS);
  }

  /** Whole numbers, so many for each row. */
  ints(width: number): Int32Array {
    return new Int32Array(this.#memory, this.#take(PAGE_OF_LISTS * width * 4), PAGE_OF_LISTS * width);
  }

  #take(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
