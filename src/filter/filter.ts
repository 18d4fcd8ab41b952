/**
 * Chunks in, attempts out: skim for the literals of all patterns, decode only the lines that have one, recognize those.
 * Pure: time zones and dates come with the options and the files.
 */
import type { Network } from '../base/address.ts';
import type { Zone } from '../base/zone.ts';
import type { Attempt, Chunk, LogFile } from '../model.ts';
import { AttemptReader } from './attempt-text.ts';
import type { CompiledPattern } from './compile.ts';
import type { Format } from './definition.ts';
import type { Span } from './envelope/envelope.ts';
import { ForgeryGuard, type GuardState } from './forgery.ts';
import { type FormatTable, FormatTables } from './format-table.ts';
import type { GivenUp } from './given-up.ts';
import { LINE_MAX, LineCutter, RECORD_MAX } from './line-cutter.ts';
import { Recognizer, type SetAside } from './recognize.ts';
import { type FormatHint, sniffFormat } from './sniff.ts';
import { Timestamps } from './timestamp.ts';
import type { FloodOptions } from './traffic/request-rate.ts';
import { Traffic, type TrafficState } from './traffic/traffic.ts';

export { type GivenUp, givenUpByJail } from './given-up.ts';
export type { FloodOptions } from './traffic/request-rate.ts';

/** Beyond one line in so many with a literal, decoding the chunk at once is cheaper than line by line. */
const DENSE = 8;

export interface FilterOptions {
  readonly patterns: readonly CompiledPattern[];
  readonly zone: Zone;
  readonly trustedProxies: readonly Network[];
  /** What is a flood of requests; undefined: floods are not looked for. */
  readonly flood?: FloodOptions | undefined;
  /** IPv6 addresses of one network of this prefix are one client. */
  readonly ipv6Prefix?: number;
}

export interface FilterCounts extends Readonly<SetAside> {
  readonly lines: number;
  /** Of these lines, the ones in files whose format is not known. */
  readonly unknown: number;
  /** Failures by filters of fail2ban that are about a name or another text instead of an address: nobody is banned. */
  readonly nameless?: number;
  /** Times that a filter of fail2ban gave a line up, because it would have taken too long. */
  readonly exhausted?: number;
  /** Which filters these were. */
  readonly givenUp?: readonly GivenUp[];
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
  readonly traffic?: TrafficState | undefined;
}

/** What of a state holds where its log is not gone on with at the place that it is of. */
export function elsewhere({ format, traffic }: FilterState): FilterState {
  return { format, guard: undefined, traffic: traffic && { ...traffic, cell: null, clock: null, rate: null } };
}

/** Makes the filters of logs; `state` is what an earlier one saved where this log was left. */
export interface FilterSet {
  open(state?: FilterState): LogFilter;
}

/** Compiles once for all logs: `open` one filter for each log. */
export function createFilter(options: FilterOptions): FilterSet {
  const tables = new FormatTables(options.patterns);
  const hints = options.patterns.flatMap(({ logs, format }) => logs.map((log) => ({ log, format })));
  const reader = new AttemptReader(options.patterns.map(({ pattern }) => pattern));
  return {
    open: (state) => {
      const filter = new FileFilter(tables, { ...options, hints: distinct(hints) });
      if (state) filter.restore(state, reader);
      return filter;
    },
  };
}

class FileFilter implements LogFilter {
  readonly #tables: FormatTables;
  readonly #options: FilterOptions & { readonly hints: readonly FormatHint[] };
  readonly #setAside: SetAside = { unreadable: 0, oversize: 0, forwarded: 0, forged: 0 };
  #file: LogFile | undefined;
  #table: FormatTable | undefined;
  #recognizer: Recognizer | undefined;
  #timestamps: Timestamps | undefined;
  #guard: ForgeryGuard | undefined;
  #traffic: Traffic | undefined;
  #lines = 0;
  #unknown = 0;
  /** The first file is the one that the state was saved in. */
  #isRestored = false;

  constructor(tables: FormatTables, options: FilterOptions & { readonly hints: readonly FormatHint[] }) {
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
    return { format: this.format, guard: this.#guard?.save(), traffic: this.#traffic?.save() };
  }

  restore({ format, guard, traffic }: FilterState, reader: AttemptReader): void {
    if (format) this.#use(format);
    if (guard && this.#guard) {
      this.#guard.restore(guard, (text) => reader.read(text));
      this.#isRestored = true;
    }
    if (traffic && this.#traffic) {
      this.#traffic.restore(traffic);
      this.#isRestored = true;
    }
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
    const cutter = new LineCutter(chunk.bytes, {
      dense: hits.count * DENSE > hits.lines,
      // Caddy logs all header fields of a request, and escapes them.
      longest: table.format === 'json' ? RECORD_MAX : LINE_MAX,
    });
    for (let i = 0; i < hits.count; ) {
      const line = cutter.goTo(hits.positions[i] ?? 0) ? cutter.span : undefined;
      let candidates = table.byLiteral[hits.literals[i] ?? 0] ?? [];
      for (i++; i < hits.count && (hits.positions[i] ?? 0) < cutter.end; i++) {
        const more = table.byLiteral[hits.literals[i] ?? 0] ?? [];
        if (more !== candidates) candidates = table.unions.of(candidates, more);
      }
      const attempt = this.#recognize(line, candidates, chunk.offset + cutter.start);
      if (attempt) attempts.push(attempt);
    }
    if (this.#traffic) return this.#traffic.pass(chunk, attempts, this.#timestamps);
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
    if (!goesOn) this.#traffic?.begin();
    return held;
  }

  #sniff(chunk: Chunk): FormatTable | undefined {
    const { modified, path } = chunk.file;
    const { hints } = this.#options;
    const format = sniffFormat(chunk.bytes.toString('latin1', 0, SNIFFED), { modified, path, hints });
    return format && this.#use(format);
  }

  #use(format: Format): FormatTable | undefined {
    this.#table = this.#tables.of(format);
    this.#recognizer = new Recognizer({
      format,
      trustedProxies: this.#options.trustedProxies,
      setAside: this.#setAside,
    });
    if (format === 'nginx-error') this.#guard = new ForgeryGuard(this.#setAside);
    const { trustedProxies, flood, ipv6Prefix = 64 } = this.#options;
    this.#traffic = Traffic.of(format, { trustedProxies, flood, ipv6Prefix });
    return this.#table;
  }
}

/** Enough to see the first lines of any log, and the whole of a long record of the journal. */
const SNIFFED = 65_536;

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

/** A filter's patterns share its logs. */
function distinct(hints: readonly FormatHint[]): FormatHint[] {
  return [...new Map(hints.map((hint) => [`${hint.format} ${hint.log}`, hint])).values()];
}
