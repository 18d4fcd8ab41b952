/**
 * The date of the line before, as bytes. Most lines are of the minute of the one before: where only seconds and digits of the
 * fraction differ, what is read of a date, digit by digit, differs in its seconds only.
 */

/** A line within the bytes of a log, each of which is a character of ASCII. */
export interface LineBytes {
  readonly bytes: Uint8Array;
  /** Of its first byte, and behind its last. */
  readonly start: number;
  readonly end: number;
}

/** A date at the beginning of a line. */
export interface DatePlaces {
  readonly end: number;
  /** Where its seconds end, which are two digits. */
  readonly secondsEnd: number;
  /** Where the digits of its fraction begin and end; both at the end of the seconds when it has none. */
  readonly fraction: number;
  readonly fractionEnd: number;
}

/** Of a longer date than this nothing is remembered; those that are read digit by digit have at most 34. */
const DATE_MAX = 40;
/** Behind a date so many characters decide whether it ends there (digits.ts). */
const BEHIND = 2;
const [ZERO, NINE] = [48, 57];

export class SameMinute {
  readonly #bytes = new Uint8Array(DATE_MAX + BEHIND);
  /** Bytes that are remembered; zero when there are none. */
  #length = 0;
  #secondsEnd = 0;
  #fraction = 0;
  #fractionEnd = 0;

  remember({ end, secondsEnd, fraction, fractionEnd }: DatePlaces, line: LineBytes): void {
    this.forget();
    if (end > DATE_MAX || line.start + end + BEHIND > line.end) return;
    this.#length = end + BEHIND;
    for (let i = 0; i < this.#length; i++) this.#bytes[i] = line.bytes[line.start + i] ?? 0;
    this.#secondsEnd = secondsEnd;
    this.#fraction = fraction;
    this.#fractionEnd = fractionEnd;
  }

  forget(): void {
    this.#length = 0;
  }

  /** The seconds of the date that the line begins with; -1 when it may be of another minute, or written in another way. */
  secondsIn(line: LineBytes): number {
    const { bytes, start: at } = line;
    const length = this.#length;
    if (length === 0 || at + length > line.end) return -1;
    const seconds = this.#secondsEnd - 2;
    if (!this.#isSame(line, 0, seconds) || !this.#isSame(line, this.#secondsEnd, this.#fraction)) return -1;
    for (let i = this.#fraction; i < this.#fractionEnd; i++) if (!isDigit(bytes[at + i])) return -1;
    if (!this.#isSame(line, this.#fractionEnd, length)) return -1;
    const [tens, ones] = [bytes[at + seconds] ?? 0, bytes[at + seconds + 1] ?? 0];
    return tens < ZERO + 6 && isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : -1;
  }

  /** Whether the line has the bytes that are remembered, from one place to another; what differs most stands last. */
  #isSame({ bytes, start }: LineBytes, from: number, to: number): boolean {
    const known = this.#bytes;
    for (let i = to - 1; i >= from; i--) if (bytes[start + i] !== known[i]) return false;
    return true;
  }
}

function isDigit(byte = 0): boolean {
  return byte >= ZERO && byte <= NINE;
}
