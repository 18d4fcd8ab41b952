/**
 * Chunks in, attempts out: skim for the literals of all patterns, decode only the lines that have one, recognize those.
 * Pure: time zones and dates come with the options and the files.
 */
import type { Network } from '../base/address.ts';
import type { Zone } from '../base/zone.ts';
import type { Attempt, Chunk, LogFile } from '../model.ts';
import { AttemptReader } from './attempt-text.ts';
import type { CompiledPattern } from './compile.ts';
import { FORMATS, type Format } from './definition.ts';
import type { Span } from './envelope/envelope.ts';
import { ENVELOPES } from './envelope/index.ts';
import { ForgeryGuard, type GuardState } from './forgery.ts';
import { Recognizer, type SetAside } from './recognize.ts';
import { createSkimmer, type Skimmer } from './skim.ts';
import { sniffFormat } from './sniff.ts';
import { Timestamps } from './timestamp.ts';

/**
 * A line longer than this is not looked at. Web servers take requests of 8 KiB by default and log the refusal of a longer
 * one with what they read of it.
 */
const LINE_MAX = 9_216;
/**
 * A record of the journal may be longer: a message of 8 KiB (recognize.ts) that is not printable is an array of its
 * bytes, four characters each, five in older versions, and the record's other fields stand beside it.
 */
const RECORD_MAX = 49_152;
/** How such a record is known before it is decoded: no other log has lines that begin so and hold this. */
const RECORD_SIGN = '"__REALTIME_TIMESTAMP"';
const BRACE = 123;
/** Beyond one line in so many with a literal, decoding the chunk at once is cheaper than line by line. */
const DENSE = 8;

export interface FilterOptions {
  readonly patterns: readonly CompiledPattern[];
  readonly zone: Zone;
  readonly trustedProxies: readonly Network[];
}

export interface FilterCounts extends Readonly<SetAside> {
  readonly lines: number;
  /** Of these lines, the ones in files whose format is not known. */
  readonly unknown: number;
}

/** The filter of one log: it keeps what must be kept from line to line. */
export interface LogFilter {
  /** The attempts in a chunk, in the order of the lines. */
  attempts(chunk: Chunk): Attempt[];
  /** What was held back and is released at the end of the log, or when nothing came for a while. */
  finish(): Attempt[];
  /** What must be known to go on behind the last chunk, in another process. */
  save(): FilterState;
  /** What the last file's lines look like; undefined while that is not known. */
  readonly format: Format | undefined;
  readonly counts: FilterCounts;
}

/** Of one log, as JSON: given back to `open` to go on. */
export interface FilterState {
  readonly format: Format | undefined;
  readonly guard: GuardState | undefined;
}

/** Makes the filters of logs; `state` is what an earlier one saved where this log was left. */
export interface FilterSet {
  open(state?: FilterState): LogFilter;
}

/** Compiles once for all logs: `open` one filter for each log. */
export function createFilter(options: FilterOptions): FilterSet {
  const tables = new Map<Format, FormatTable>();
  for (const format of FORMATS) {
    const patterns = options.patterns.filter((pattern) => pattern.format === format);
    tables.set(format, formatTable(format, patterns));
  }
  const reader = new AttemptReader(options.patterns.map(({ pattern }) => pattern));
  return {
    open: (state) => {
      const filter = new FileFilter(tables, options);
      if (state) filter.restore(state, reader);
      return filter;
    },
  };
}

interface FormatTable {
  readonly format: Format;
  readonly skimmer: Skimmer;
  /** By literal: the patterns that need it. */
  readonly byLiteral: readonly (readonly CompiledPattern[])[];
  readonly order: ReadonlyMap<CompiledPattern, number>;
}

function formatTable(format: Format, patterns: readonly CompiledPattern[]): FormatTable {
  const byLiteral = new Map<string, CompiledPattern[]>();
  for (const pattern of patterns) {
    for (const literal of pattern.literals) {
      const list = byLiteral.get(literal) ?? [];
      byLiteral.set(literal, [...list, pattern]);
    }
  }
  if (format === 'syslog') {
    // journald writes a message that is not printable as an array of numbers, in which no literal can be seen.
    byLiteral.set('"MESSAGE":[', [...patterns]);
    byLiteral.set('"MESSAGE" : [', [...patterns]);
  }
  return {
    format,
    skimmer: createSkimmer([...byLiteral.keys()]),
    byLiteral: [...byLiteral.values()],
    order: new Map(patterns.map((pattern, index) => [pattern, index])),
  };
}

class FileFilter implements LogFilter {
  readonly #tables: ReadonlyMap<Format, FormatTable>;
  readonly #options: FilterOptions;
  readonly #setAside: SetAside = { unreadable: 0, oversize: 0, forwarded: 0, forged: 0 };
  #file: LogFile | undefined;
  #table: FormatTable | undefined;
  #recognizer: Recognizer | undefined;
  #timestamps: Timestamps | undefined;
  #guard: ForgeryGuard | undefined;
  #lines = 0;
  #unknown = 0;
  /** The first file is the one that the state was saved in. */
  #isRestored = false;

  constructor(tables: ReadonlyMap<Format, FormatTable>, options: FilterOptions) {
    this.#tables = tables;
    this.#options = options;
  }

  get format(): Format | undefined {
    return this.#table?.format;
  }

  get counts(): FilterCounts {
    return { ...this.#setAside, lines: this.#lines, unknown: this.#unknown };
  }

  save(): FilterState {
    return { format: this.format, guard: this.#guard?.save() };
  }

  restore({ format, guard }: FilterState, reader: AttemptReader): void {
    if (format) this.#use(format);
    if (!guard || !this.#guard) return;
    this.#guard.restore(guard, (text) => reader.read(text));
    this.#isRestored = true;
  }

  attempts(chunk: Chunk): Attempt[] {
    const before = chunk.file === this.#file ? [] : this.#openFile(chunk.file);
    const table = this.#table ?? this.#sniff(chunk);
    if (!table || !this.#timestamps) {
      const lines = countLines(chunk.bytes);
      this.#lines += lines;
      this.#unknown += lines;
      return [];
    }
    const hits = table.skimmer.skim(chunk.bytes);
    this.#lines += hits.lines;
    const attempts: Attempt[] = [];
    const cutter = new LineCutter(chunk.bytes, hits.count * DENSE > hits.lines);
    for (let i = 0; i < hits.count; ) {
      const line = cutter.lineAt(hits.positions[i] ?? 0);
      let candidates = table.byLiteral[hits.literals[i] ?? 0] ?? [];
      let several = false;
      for (i++; i < hits.count && (hits.positions[i] ?? 0) < cutter.end; i++) {
        const more = table.byLiteral[hits.literals[i] ?? 0] ?? [];
        if (more === candidates) continue;
        candidates = candidates.concat(more);
        several = true;
      }
      if (several) candidates = inOrder(candidates, table.order);
      const attempt = this.#recognize(line, candidates, chunk.offset + cutter.start);
      if (attempt) attempts.push(attempt);
    }
    return this.#guard ? before.concat(this.#guard.pass(chunk, attempts)) : attempts;
  }

  finish(): Attempt[] {
    return this.#guard?.finish() ?? [];
  }

  #recognize(line: Span | undefined, candidates: readonly CompiledPattern[], offset: number): Attempt | undefined {
    if (!line) {
      this.#setAside.oversize++;
      return undefined;
    }
    if (!this.#file || !this.#timestamps) return undefined;
    return this.#recognizer?.recognize(line, candidates, { file: this.#file, offset, timestamps: this.#timestamps });
  }

  /**
   * Another part of the same log has the same format; one that never had any is looked at again. Returns what was held
   * back at the end of the part before.
   */
  #openFile(file: LogFile): Attempt[] {
    const goesOn = this.#isRestored;
    this.#isRestored = false;
    const held = goesOn ? [] : this.finish();
    this.#file = file;
    this.#timestamps = new Timestamps({ zone: this.#options.zone, modified: file.modified });
    if (this.#guard && !goesOn) this.#guard = new ForgeryGuard(this.#setAside);
    return held;
  }

  #sniff(chunk: Chunk): FormatTable | undefined {
    const format = sniffFormat(chunk.bytes.toString('latin1', 0, SNIFFED), chunk.file.modified);
    return format && this.#use(format);
  }

  #use(format: Format): FormatTable | undefined {
    this.#table = this.#tables.get(format);
    this.#recognizer = new Recognizer({
      envelope: ENVELOPES[format],
      trustedProxies: this.#options.trustedProxies,
      setAside: this.#setAside,
    });
    if (format === 'nginx-error') this.#guard = new ForgeryGuard(this.#setAside);
    return this.#table;
  }
}

/** Enough to see the first lines of any log, and the whole of a long record of the journal. */
const SNIFFED = 65_536;

/** Cuts lines out of a chunk, decoding it whole when many lines are wanted and line by line when few are. */
class LineCutter {
  start = 0;
  end = -1;
  readonly #bytes: Buffer;
  readonly #text: string | undefined;

  constructor(bytes: Buffer, dense: boolean) {
    this.#bytes = bytes;
    this.#text = dense ? bytes.toString('latin1', 0, bytes.length) : undefined;
  }

  /**
   * The line around a position that is behind the line before; undefined when it is too long. Leaves its bounds in
   * `start` and `end`.
   */
  lineAt(position: number): Span | undefined {
    const text = this.#text;
    if (text === undefined) this.#findAround(position);
    else this.#walkTo(position, text);
    const { start, end } = this;
    if (end - start > LINE_MAX && !this.#isRecord()) return undefined;
    if (text !== undefined) return { text, start, end };
    return { text: this.#bytes.toString('latin1', start, end + 1), start: 0, end: end - start };
  }

  /** Whether a line that is too long for any other log is a record of the journal that is not. */
  #isRecord(): boolean {
    const { start, end } = this;
    if (this.#bytes[start] !== BRACE || end - start > RECORD_MAX) return false;
    const at = this.#bytes.indexOf(RECORD_SIGN, start, 'latin1');
    return at >= 0 && at < end;
  }

  #findAround(position: number): void {
    const bytes = this.#bytes;
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

function inOrder(
  candidates: readonly CompiledPattern[],
  order: ReadonlyMap<CompiledPattern, number>,
): readonly CompiledPattern[] {
  return [...new Set(candidates)].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}
