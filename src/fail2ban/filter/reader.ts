/**
 * Whole lines of a log, as bytes, through the filters of all jails that read it: what each finds, and where. A line is
 * decoded as the original decodes it, once for all filters.
 */
import { TextDecoder } from 'node:util';
import type { Failure, FailureFilter, Outcome } from './filter.ts';

/** A line that is longer is not looked at: no service writes one, and what a client can make long is not to be trusted. */
export const LINE_BYTES_MAX = 8_192;

/** A failure with the line that completed it. */
export interface Found {
  /** Index of the filter. */
  readonly filter: number;
  readonly failure: Failure;
  /** Of the line's first byte. */
  readonly offset: number;
  /** The line, byte for byte (latin1), without its newline. */
  readonly line: string;
}

/** How the bytes of a log are text: `utf8` or what TextDecoder knows by the label. */
export interface ReaderOptions {
  readonly encoding?: string;
}

const NEWLINE = 10;
const RETURN = 13;

export class LineReader {
  lines = 0;
  /** Lines that were too long. */
  oversize = 0;
  /** By filter: lines that were given up because an expression would have taken too long, and which that was last. */
  readonly exhausted = new Map<number, { times: number; expression: string }>();
  readonly #filters: readonly FailureFilter[];
  readonly #decoder: TextDecoder | undefined;

  /** @throws RangeError for an encoding that is not known */
  constructor(filters: readonly FailureFilter[], { encoding = 'utf8' }: ReaderOptions = {}) {
    this.#filters = filters;
    this.#decoder = /^utf-?8$/i.test(encoding) ? undefined : new TextDecoder(encoding, { ignoreBOM: true });
  }

  /** `offset`: where `bytes` begins in the log; `now`: by which years and days are found that lines leave out. */
  read(bytes: Buffer, offset: number, now: number): Found[] {
    const found: Found[] = [];
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      this.#line(bytes.subarray(start, end), { offset: offset + start, now, found });
      start = end + 1;
    }
    return found;
  }

  /** `take` asks one filter; of a line that is read in another way, as an entry of the journal. */
  each(line: Buffer, offset: number, take: (filter: FailureFilter, index: number) => Outcome | undefined): Found[] {
    const found: Found[] = [];
    for (const [index, filter] of this.#filters.entries()) {
      const outcome = take(filter, index);
      if (outcome) this.#took(outcome, { index, line, offset, found });
    }
    return found;
  }

  #line(line: Buffer, { offset, now, found }: { offset: number; now: number; found: Found[] }): void {
    this.lines++;
    if (line.length > LINE_BYTES_MAX) {
      this.oversize++;
      return;
    }
    const text = this.#text(line);
    for (const [index, filter] of this.#filters.entries()) {
      this.#took(filter.line(text, now), { index, line, offset, found });
    }
  }

  #took(
    { failures, exhausted }: Outcome,
    { index, line, offset, found }: { index: number; line: Buffer; offset: number; found: Found[] },
  ): void {
    for (const failure of failures) found.push({ filter: index, failure, offset, line: line.toString('latin1') });
    if (exhausted === undefined) return;
    const times = (this.exhausted.get(index)?.times ?? 0) + 1;
    this.exhausted.set(index, { times, expression: exhausted });
  }

  /** Without what ends the line, however often. */
  #text(line: Buffer): string {
    let { length } = line;
    while (length > 0 && line[length - 1] === RETURN) length--;
    const bytes = line.subarray(0, length);
    return this.#decoder?.decode(bytes) ?? bytes.toString('utf8');
  }
}
