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
const ZERO = 48;
/** Bytes of a word. */
const WORD = 4;
const WORDS_MAX = Math.ceil((DATE_MAX + BEHIND) / WORD);
/** Of a byte of ASCII, without the bits of a zero and with this added, the highest bit is set unless it is a digit. */
const [ZEROS, ABOVE_NINE, HIGH] = [0x30303030, 0x76767676, 0x80808080 | 0];
const NOTHING = new Uint8Array(0);

export class SameMinute {
  /** The date and what is behind it, four bytes each; of bytes that may differ, zeros. */
  readonly #words = new Int32Array(WORDS_MAX);
  /** The bits that may not differ, and those of bytes that are any digit. */
  readonly #fixed = new Int32Array(WORDS_MAX);
  readonly #digits = new Int32Array(WORDS_MAX);
  /** Words that are remembered; zero when there are none. */
  #count = 0;
  #length = 0;
  #secondsEnd = 0;
  #viewed: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);

  remember({ end, secondsEnd, fraction, fractionEnd }: DatePlaces, { bytes, start, end: lineEnd }: LineBytes): void {
    this.forget();
    if (end > DATE_MAX || start + end + BEHIND > lineEnd) return;
    this.#length = end + BEHIND;
    this.#secondsEnd = secondsEnd;
    this.#count = Math.ceil(this.#length / WORD);
    this.#words.fill(0);
    this.#fixed.fill(0);
    this.#digits.fill(0);
    for (let i = 0; i < this.#length; i++) {
      const [word, shift] = [Math.floor(i / WORD), 8 * (i % WORD)];
      const mayDiffer = (i >= secondsEnd - 2 && i < secondsEnd) || (i >= fraction && i < fractionEnd);
      const masks = mayDiffer ? this.#digits : this.#fixed;
      masks[word] = (masks[word] ?? 0) | (0xff << shift);
      if (!mayDiffer) this.#words[word] = (this.#words[word] ?? 0) | ((bytes[start + i] ?? 0) << shift);
    }
  }

  forget(): void {
    this.#count = 0;
  }

  /** The seconds of the date that the line begins with; -1 when it may be of another minute, or written in another way. */
  secondsIn({ bytes, start, end }: LineBytes): number {
    const count = this.#count;
    if (count === 0 || start + this.#length > end || start + WORD * count > bytes.length) return -1;
    const view = this.#viewOf(bytes);
    for (let i = 0; i < count; i++) {
      const word = view.getInt32(start + WORD * i, true);
      if ((word & (this.#fixed[i] ?? 0)) !== this.#words[i]) return -1;
      const digits = this.#digits[i] ?? 0;
      if (digits !== 0 && (((word ^ ZEROS) + ABOVE_NINE) & HIGH & digits) !== 0) return -1;
    }
    const seconds = start + this.#secondsEnd - 2;
    const tens = (bytes[seconds] ?? 0) - ZERO;
    return tens < 6 ? tens * 10 + (bytes[seconds + 1] ?? 0) - ZERO : -1;
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (bytes === this.#viewed) return this.#view;
    this.#viewed = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#view;
  }
}
