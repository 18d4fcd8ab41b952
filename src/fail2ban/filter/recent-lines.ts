/** The end of what was read of a log: where a line says nothing of its time, one before it may. */

/** As much as is read at once. Services write longer stretches without any date to no log that has dates. */
const KEPT_BYTES = 65_536;
const NEWLINE = 10;

export class RecentLines {
  readonly #kept = Buffer.alloc(2 * KEPT_BYTES);
  #length = 0;
  /** Where in the log it ends. */
  #end = 0;

  /** Adds whole lines that begin at a place in the log; lines elsewhere before are forgotten. */
  add(bytes: Buffer, offset: number): void {
    if (offset !== this.#end) this.#length = 0;
    this.#end = offset + bytes.length;
    const added = bytes.subarray(-KEPT_BYTES);
    if (this.#length + added.length > this.#kept.length) {
      this.#kept.copyWithin(0, this.#length - KEPT_BYTES, this.#length);
      this.#length = KEPT_BYTES;
    }
    added.copy(this.#kept, this.#length);
    this.#length += added.length;
  }

  /** Whether lines that begin at a place in the log go on from here. */
  goesOnAt(offset: number): boolean {
    return offset === this.#end;
  }

  /** The lines down to a place in the log, the last first; one whose beginning is not known is left out. */
  *backTo(offset: number): Generator<Buffer> {
    const from = Math.max(0, this.#length - (this.#end - offset));
    yield* linesBackwards(this.#kept.subarray(from, this.#length), offset === this.#end - (this.#length - from));
  }
}

/** Whole lines, the last first; the first only when it `isWhole`. */
export function* linesBackwards(bytes: Buffer, isWhole: boolean): Generator<Buffer> {
  let end = bytes[bytes.length - 1] === NEWLINE ? bytes.length - 1 : bytes.length;
  while (end > 0) {
    const newline = bytes.lastIndexOf(NEWLINE, end - 1);
    if (newline < 0 && !isWhole) return;
    yield bytes.subarray(newline + 1, end);
    end = newline;
  }
}
