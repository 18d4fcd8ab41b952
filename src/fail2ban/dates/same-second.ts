/**
 * The date of the line before, as bytes. A busy log has many lines of one second; where a line begins with the same bytes up to the
 * second, and behind its fraction, what an expression or a reader of digits would find is what it found there.
 */

/** A line within the bytes of a log, each of which is a character of ASCII. */
export interface LineBytes {
  readonly bytes: Uint8Array;
  /** Of its first byte, and behind its last. */
  readonly start: number;
  readonly end: number;
}

/** A date at the beginning of a line, and the digits of its fraction, which may be none. */
export interface DatePlaces {
  readonly end: number;
  readonly fraction: number;
  readonly fractionEnd: number;
}

/** Of a longer date than this nothing is remembered; those that are read digit by digit have at most 34. */
const DATE_MAX = 40;
/** Behind a date so many characters decide whether it ends there (digits.ts). */
const BEHIND = 2;
const [ZERO, NINE] = [48, 57];

export class SameSecond {
  readonly #bytes = new Uint8Array(DATE_MAX + BEHIND);
  #length = 0;
  #fraction = 0;
  #fractionEnd = 0;

  remember({ end, fraction, fractionEnd }: DatePlaces, line: LineBytes): void {
    this.forget();
    if (end > DATE_MAX || line.start + end + BEHIND > line.end) return;
    for (let i = 0; i < end + BEHIND; i++) this.#bytes[i] = line.bytes[line.start + i] ?? 0;
    this.#length = end + BEHIND;
    this.#fraction = fraction;
    this.#fractionEnd = fractionEnd;
  }

  forget(): void {
    this.#length = 0;
  }

  /** Whether the line has the date that is remembered. */
  isAt({ bytes, start: at, end }: LineBytes): boolean {
    const length = this.#length;
    if (length === 0 || at + length > end) return false;
    const known = this.#bytes;
    const fraction = this.#fraction;
    const fractionEnd = this.#fractionEnd;
    // Seconds are what differs most.
    for (let i = fraction - 1; i >= 0; i--) if (bytes[at + i] !== known[i]) return false;
    for (let i = fraction; i < fractionEnd; i++) {
      const code = bytes[at + i] ?? 0;
      if (code < ZERO || code > NINE) return false;
    }
    for (let i = fractionEnd; i < length; i++) if (bytes[at + i] !== known[i]) return false;
    return true;
  }
}
