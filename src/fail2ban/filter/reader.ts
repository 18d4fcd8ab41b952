/**
 * Whole lines of a log, as bytes, through the filters of all jails that read it: what each finds, and where. What is found is
 * what each filter finds that is given every line; but a line that none of them can match is not decoded. A line is
 * decoded as the original decodes it, once for all filters.
 */
import { TextDecoder } from 'node:util';
import { LineCutter } from '../../filter/line-cutter.ts';
import type { LogFile } from '../../model.ts';
import type { LineBytes } from '../dates/same-minute.ts';
import type { FoundFailure } from './failure.ts';
import type { Chosen, FailureFilter, Outcome } from './filter.ts';
import { RawLine } from './line.ts';
import { Lookout, type Marks } from './lookout.ts';
import { linesBackwards, RecentLines } from './recent-lines.ts';

/** A line that is longer is not looked at: no service writes one, and what a client can make long is not to be trusted. */
export const LINE_BYTES_MAX = 8_192;

/** A failure with the line that completed it. */
export interface Found {
  /** Index of the filter. */
  readonly filter: number;
  readonly failure: FoundFailure;
  /** Of the line's first byte. */
  readonly offset: number;
  /** The line, byte for byte (latin1), without its newline. */
  readonly line: string;
}

/** How the bytes of a log are text: `utf8` or what TextDecoder knows by the label. */
export interface ReaderOptions {
  readonly encoding?: string;
}

/** Beyond one line in so many, decoding all at once is cheaper than line by line. */
const DENSE = 8;
/** Lines at the beginning of which all dates are looked at: after them it is settled which form the log has. */
const FIRST_LINES = 100;
/** In these, bytes that look like ASCII text may be something else. */
const NOT_ASCII = /utf-?16|ucs|iso-2022|hz|unicode/i;
const NEWLINE = 10;
const RETURN = 13;
const NOT_PLAIN = /[^\x00-\x0c\x0e-\x7f]/;

export class LineReader {
  lines = 0;
  /** Lines that were too long, of those that would have been looked at. */
  oversize = 0;
  /** By filter: lines that were given up because an expression would have taken too long, and which that was last. */
  readonly exhausted = new Map<number, { times: number; expression: string }>();
  readonly #filters: readonly FailureFilter[];
  readonly #decoder: TextDecoder | undefined;
  readonly #lookout: Lookout;
  readonly #watches: readonly (Watch | undefined)[];
  readonly #recent = new RecentLines();
  #chunk: Reading = NOTHING;

  /** @throws RangeError for an encoding that is not known */
  constructor(filters: readonly FailureFilter[], { encoding = 'utf8' }: ReaderOptions = {}) {
    this.#filters = filters;
    this.#decoder = /^utf-?8$/i.test(encoding) ? undefined : new TextDecoder(encoding, { ignoreBOM: true });
    this.#lookout = new Lookout(filters, { isReadable: !NOT_ASCII.test(encoding) });
    this.#watches = filters.map((filter, i) => {
      const marks = this.#lookout.marks[i];
      return marks && new Watch(marks, this.#lookout, (watch) => this.#lookBack(filter, watch));
    });
  }

  /** `now`: by which years and days are found that lines leave out. */
  read({ bytes, offset, file }: Piece, now: number): Found[] {
    const hits = this.#lookout.skim(bytes);
    const isWhole = this.lines < FIRST_LINES || this.#lookout.seesAll;
    const isDense = isWhole || hits.count * DENSE > hits.lines;
    const cutter = new LineCutter(bytes, { dense: isDense, longest: LINE_BYTES_MAX });
    this.#chunk = { bytes, offset, file, now, cutter, isPlain: hits.isPlain, found: [] };
    if (!this.#recent.goesOnAt(offset)) for (const watch of this.#watches) if (watch) watch.seen = offset;
    for (let hit = 0; isWhole ? cutter.end + 1 < bytes.length : hit < hits.count; ) {
      const isReadable = cutter.goTo(isWhole ? cutter.end + 1 : (hits.positions[hit] ?? 0));
      const line = this.#lookout.nextLine();
      for (; hit < hits.count && (hits.positions[hit] ?? 0) < cutter.end; hit++) {
        this.#lookout.mark(hits.literals[hit] ?? 0);
      }
      if (!isReadable || cutter.end - cutter.start > LINE_BYTES_MAX) this.oversize++;
      else this.#line(line, this.#raw());
    }
    const isEnded = bytes.length === 0 || bytes[bytes.length - 1] === NEWLINE;
    this.lines += hits.lines + (isEnded ? 0 : 1);
    this.#recent.add(bytes, offset);
    const { found } = this.#chunk;
    this.#chunk = NOTHING;
    return found;
  }

  /** `take` asks one filter; of a line that is read in another way, as an entry of the journal. */
  each(bytes: Buffer, offset: number, take: (filter: FailureFilter, index: number) => Outcome | undefined): Found[] {
    const found: Found[] = [];
    let line: string | undefined;
    for (const [index, filter] of this.#filters.entries()) {
      const outcome = take(filter, index);
      if (!outcome) continue;
      line ??= bytes.toString('latin1');
      this.#took(outcome, index, { found, offset, line });
    }
    return found;
  }

  #line(line: number, raw: RawLine): void {
    const { now, offset, cutter, found } = this.#chunk;
    const bytes = raw.isPlain ? cutter : undefined;
    for (let index = 0; index < this.#filters.length; index++) {
      const filter = this.#filters[index];
      const watch = this.#watches[index];
      if (!filter) continue;
      const isLeftOut = watch && watch.marks.line !== line;
      if (isLeftOut && this.lines >= FIRST_LINES) continue;
      if (isLeftOut) {
        filter.pass(raw.text, now);
      } else {
        // Most lines are of the chunk that it knows already: what is older is told of what is younger at a cost.
        if (watch && watch.bytes !== bytes) watch.bytes = bytes;
        const outcome = filter.candidate(raw, now, watch);
        if (outcome.failures.length > 0 || outcome.exhausted !== undefined) {
          const latin1 = raw.isPlain ? raw.text : this.#latin1(cutter.start, cutter.end);
          this.#took(outcome, index, { found, offset: offset + cutter.start, line: latin1 });
        }
      }
      if (watch) watch.seen = offset + cutter.end + 1;
    }
  }

  #took({ failures, exhausted }: Outcome, filter: number, { found, offset, line }: At): void {
    for (let i = 0; i < failures.length; i++) {
      const failure = failures[i];
      if (failure) found.push({ filter, failure, offset, line });
    }
    if (exhausted === undefined) return;
    const times = (this.exhausted.get(filter)?.times ?? 0) + 1;
    this.exhausted.set(filter, { times, expression: exhausted });
  }

  /** The line that was cut out, as the original understands its bytes. */
  #raw(): RawLine {
    const { isPlain, cutter, file, offset } = this.#chunk;
    const { text, start, end } = cutter.span;
    const latin1 = isPlain ? '' : text.slice(start, end);
    const isRead = isPlain || !NOT_PLAIN.test(latin1);
    const decoded = isRead ? '' : this.#decoded(this.#chunk.bytes.subarray(cutter.start, cutter.end));
    const raw = isRead ? new RawLine(text, start, end, true) : new RawLine(decoded, 0, decoded.length, false);
    raw.place(file, offset + cutter.start, isRead ? undefined : latin1);
    return raw;
  }

  /** Without what ends the line, however often. */
  #decoded(line: Buffer): string {
    let { length } = line;
    while (length > 0 && line[length - 1] === RETURN) length--;
    const bytes = line.subarray(0, length);
    return this.#decoder?.decode(bytes) ?? bytes.toString('utf8');
  }

  #latin1(start: number, end: number): string {
    return this.#chunk.bytes.toString('latin1', start, end);
  }

  /** Shows a filter the lines before the present one that it did not see, the last first, until one has a date. */
  #lookBack(filter: FailureFilter, { seen }: Watch): void {
    const { bytes, offset, now, cutter } = this.#chunk;
    const here = linesBackwards(bytes.subarray(Math.max(0, seen - offset), cutter.start), true);
    for (const lines of [here, this.#recent.backTo(seen)]) {
      for (const line of lines) {
        if (line.length <= LINE_BYTES_MAX && filter.pass(this.#decoded(line), now)) return;
      }
    }
  }
}

/** Where something was found, and what takes it down. */
interface At extends Pick<Found, 'offset' | 'line'> {
  readonly found: Found[];
}

/** Some of a log, in whole lines. */
interface Piece {
  readonly bytes: Buffer;
  /** Where it begins in the log. */
  readonly offset: number;
  readonly file?: LogFile | undefined;
}

interface Reading extends Piece {
  readonly now: number;
  /** At the present line. */
  readonly cutter: LineCutter;
  /** It is ASCII without carriage returns. */
  readonly isPlain: boolean;
  readonly found: Found[];
}

const EMPTY = Buffer.alloc(0);
const NOTHING: Reading = {
  bytes: EMPTY,
  offset: 0,
  now: 0,
  cutter: new LineCutter(EMPTY, { dense: false, longest: 0 }),
  isPlain: false,
  found: [],
};

/** What a filter that sees some lines only is told of one. */
class Watch implements Chosen {
  readonly marks: Marks;
  /** Where in the log the last line ends that the filter saw. */
  seen = 0;
  /** The present line within the chunk that was skimmed last. */
  bytes: LineBytes | undefined;
  readonly #shaping: Pick<Lookout, 'shape'>;
  readonly #onLookBack: (watch: Watch) => void;

  constructor(marks: Marks, shaping: Pick<Lookout, 'shape'>, onLookBack: (watch: Watch) => void) {
    this.marks = marks;
    this.#shaping = shaping;
    this.#onLookBack = onLookBack;
  }

  mayMatch(index: number): boolean {
    return this.marks.has(index);
  }

  shape(from: number): number {
    return this.bytes ? this.#shaping.shape(this.bytes.start + from, this.bytes.end) : -1;
  }

  lookBack(): void {
    this.#onLookBack(this);
  }
}
