/**
 * The filters of an installation, as the path knows filters: of each log those of all jails that read it. Each log has filters
 * of its own, so that what its lines tell together is the same whatever else is read beside it.
 */
import { toLog } from '../base/text.ts';
import {
  type FilterCounts,
  type FilterSet,
  type FilterState,
  type GivenUp,
  givenUpByJail,
  type LogFilter,
} from '../filter/filter.ts';
import type { Attempt, Chunk, LogFile, LogLine } from '../model.ts';
import type { AdoptedJail } from './adopted-jail.ts';
import { textOf } from './filter/fields.ts';
import type { FailureFilter } from './filter/filter.ts';
import { isJournalLine, isMatched, parseEntry } from './filter/journal-entry.ts';
import { type Found, LineReader } from './filter/reader.ts';
import { withoutRotation } from './log-paths.ts';

export type LogType = 'file' | 'journal';

/** Which jails read a log; its rotated parts are one with it. */
export interface Route {
  readonly log: string;
  readonly type: LogType;
  readonly jails: readonly string[];
}

export interface LogFilterOptions {
  /** The jails that read a log. */
  jailsOf(path: string, type: LogType): readonly AdoptedJail[];
  filterOf(jail: AdoptedJail, type: LogType): FailureFilter;
  /** By which time years are found that a file's lines leave out, and what time lines have that tell none. */
  now(file: LogFile): number;
  /** Hears of each log once. */
  onRoute?(route: Route): void;
}

export class AdoptedFilters implements FilterSet {
  readonly #options: LogFilterOptions;

  constructor(options: LogFilterOptions) {
    this.#options = options;
  }

  /** What sessions had told before a restart is not known any more, as with the original. */
  open(_state?: FilterState): LogFilter {
    return new AdoptedFilter(this.#options);
  }
}

const NEWLINE = 10;
/** An entry of the journal may be as long as one for our own filters. */
const ENTRY_BYTES_MAX = 49_152;

type Counted = Record<'lines' | 'unknown' | 'unreadable' | 'oversize' | 'nameless' | 'exhausted', number>;

class AdoptedFilter implements LogFilter {
  readonly #options: LogFilterOptions;
  #file: LogFile | undefined;
  #type: LogType = 'file';
  #jails: readonly AdoptedJail[] = [];
  #reader = new LineReader([]);
  #counted: Counted = { lines: 0, unknown: 0, unreadable: 0, oversize: 0, nameless: 0, exhausted: 0 };
  /** By readers before the present one. */
  #givenUp: readonly GivenUp[] = [];

  constructor(options: LogFilterOptions) {
    this.#options = options;
  }

  get format(): LogFilter['format'] {
    if (this.#jails.length === 0) return undefined;
    return this.#type === 'journal' ? 'json' : 'text';
  }

  get counts(): FilterCounts {
    const givenUp = this.#allGivenUp();
    return { ...this.#sum(), forwarded: 0, forged: 0, ...(givenUp.length === 0 ? {} : { givenUp }) };
  }

  attempts(chunk: Chunk): Attempt[] {
    if (chunk.file !== this.#file) this.#openFile(chunk);
    const { file, bytes } = chunk;
    const now = this.#options.now(file);
    if (this.#jails.length === 0) {
      const lines = countLines(bytes);
      this.#counted.lines += lines;
      this.#counted.unknown += lines;
      return [];
    }
    const found = this.#type === 'journal' ? this.#entries(chunk, now) : this.#reader.read(chunk, now);
    const attempts: Attempt[] = [];
    for (const each of found) {
      const attempt = this.#attemptOf(each, file, now);
      if (attempt) attempts.push(attempt);
    }
    return attempts;
  }

  finish(): Attempt[] {
    return [];
  }

  /** Nothing: whoever comes after, our own filters perhaps, looks at the log anew. */
  save(): FilterState {
    return { format: undefined, guard: undefined };
  }

  /** Another part of the same log goes on where the one before ended. */
  #openFile({ file, bytes }: Chunk): void {
    const { jailsOf, filterOf, onRoute } = this.#options;
    const isFirst = this.#file === undefined;
    this.#file = file;
    const newline = bytes.indexOf(NEWLINE);
    this.#type = isJournalLine(bytes.subarray(0, newline < 0 ? bytes.length : newline)) ? 'journal' : 'file';
    const jails = jailsOf(file.path, this.#type);
    const isSame = jails.length === this.#jails.length && jails.every((jail, index) => jail === this.#jails[index]);
    if (isSame && !isFirst) return;
    this.#counted = this.#sum();
    this.#givenUp = this.#allGivenUp();
    this.#jails = jails;
    const encoding = jails.map((jail) => jail.encoding).find((name) => name !== undefined);
    this.#reader = new LineReader(
      jails.map((jail) => filterOf(jail, this.#type)),
      encoding === undefined ? {} : { encoding },
    );
    onRoute?.({ log: withoutRotation(file.path), type: this.#type, jails: jails.map(({ options }) => options.name) });
  }

  #entries({ file, bytes, offset }: Chunk, now: number): Found[] {
    const found: Found[] = [];
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      found.push(...this.#entry(bytes.subarray(start, end), { file, offset: offset + start }, now));
      start = end + 1;
    }
    return found;
  }

  #entry(line: Buffer, place: Pick<LogLine, 'file' | 'offset'>, now: number): Found[] {
    this.#counted.lines++;
    if (line.length > ENTRY_BYTES_MAX) {
      this.#counted.oversize++;
      return [];
    }
    const entry = parseEntry(line);
    if (!entry) {
      this.#counted.unreadable++;
      return [];
    }
    let origin: LogLine | undefined;
    return this.#reader.each(line, place.offset, (filter, index) => {
      const jail = this.#jails[index];
      if (!jail || !isMatched(jail.journal, entry)) return undefined;
      // Made where it may be kept for later: what it is cut out of holds other lines by then.
      if (filter.isOfSeveral) origin ??= { ...place, line: line.toString('latin1') };
      return filter.entry(entry, now, origin);
    });
  }

  /** Undefined, and counted, when a failure is about no single address: nothing is looked up, and only addresses are banned. */
  #attemptOf({ filter, failure, offset, line }: Found, file: LogFile, now: number): Attempt | undefined {
    const pattern = this.#jails[filter]?.patterns[failure.index];
    if (!pattern) return undefined;
    const { subject, time, user } = failure;
    if (subject?.type !== 'network' || subject.network.bits !== 128) {
      this.#counted.nameless++;
      return undefined;
    }
    return {
      time: Math.floor(time ?? now),
      address: subject.network.base,
      pattern,
      user: user === undefined ? undefined : toLog(textOf(user)),
      target: undefined,
      file,
      offset,
      count: 1,
      session: '',
      line,
      earlier: failure.earlier(file, offset),
    };
  }

  #allGivenUp(): readonly GivenUp[] {
    const { exhausted } = this.#reader;
    if (exhausted.size === 0) return this.#givenUp;
    const now = [...exhausted].map(([index, each]) => ({ jail: this.#jails[index]?.options.name ?? '', ...each }));
    return givenUpByJail([this.#givenUp, now]);
  }

  #sum(): Counted {
    const { lines, oversize, exhausted } = this.#reader;
    const given = [...exhausted.values()].reduce((sum, { times }) => sum + times, 0);
    const before = this.#counted;
    return {
      ...before,
      lines: before.lines + lines,
      oversize: before.oversize + oversize,
      exhausted: before.exhausted + given,
    };
  }
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
