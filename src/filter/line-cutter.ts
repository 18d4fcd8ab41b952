/** Cuts the lines that are wanted out of a chunk, within the length that a line may have. */
import type { Span } from './envelope/envelope.ts';

/**
 * A line longer than this is not looked at. Web servers take requests of 8 KiB by default and log the refusal of a longer
 * one with what they read of it.
 */
export const LINE_MAX = 9_216;
/**
 * A record of the journal may be longer: a message of 8 KiB (recognize.ts) that is not printable is an array of its
 * bytes, four characters each, five in older versions, and the record's other fields stand beside it.
 */
export const RECORD_MAX = 49_152;
/** How such a record is known before it is decoded: no other log has lines that begin so and hold this. */
const RECORD_SIGN = '"__REALTIME_TIMESTAMP"';
const BRACE = 123;

/** Cuts lines out of a chunk, decoding it whole when many lines are wanted and line by line when few are. */
export class LineCutter {
  start = 0;
  end = -1;
  readonly bytes: Buffer;
  readonly #text: string | undefined;
  readonly #longest: number;

  constructor(bytes: Buffer, { dense, longest }: { dense: boolean; longest: number }) {
    this.bytes = bytes;
    this.#longest = longest;
    this.#text = dense ? bytes.toString('latin1', 0, bytes.length) : undefined;
  }

  /** Goes on to the line around a position that is behind the line before: from `start` to `end`. @returns whether it may be so long. */
  goTo(position: number): boolean {
    if (this.#text === undefined) this.#findAround(position);
    else this.#walkTo(position, this.#text);
    return this.end - this.start <= this.#longest || this.#isRecord();
  }

  /** The present line. */
  get span(): Span {
    const { start, end } = this;
    if (this.#text !== undefined) return { text: this.#text, start, end };
    return { text: this.bytes.toString('latin1', start, end + 1), start: 0, end: end - start };
  }

  /** Whether a line that is too long for any other log is a record of the journal that is not. */
  #isRecord(): boolean {
    const { start, end } = this;
    if (this.bytes[start] !== BRACE || end - start > RECORD_MAX) return false;
    const at = this.bytes.indexOf(RECORD_SIGN, start, 'latin1');
    return at >= 0 && at < end;
  }

  #findAround(position: number): void {
    const bytes = this.bytes;
    let start = position;
    while (start > 0 && bytes[start - 1] !== 10) start--;
    let end = position;
    while (end < bytes.length && bytes[end] !== 10) end++;
    this.start = start;
    this.end = end;
  }

  /** From line to line: where many are wanted, the next one is seldom far. */
  #walkTo(position: number, text: string): void {
    do {
      this.start = this.end + 1;
      const end = text.indexOf('\n', this.start);
      this.end = end < 0 ? text.length : end;
    } while (this.end < position);
  }
}
