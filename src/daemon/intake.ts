/**
 * All logs as one stream of attempts in the order of time, as far as there are lines: the live form of what
 * filter/timeline.ts does for logs that end. It waits for no log. It knows how far each log was judged, so that what is
 * recorded and where reading goes on after a crash always fit together.
 */
import { elsewhere, type FilterCounts, type FilterSet, type FilterState, type LogFilter } from '../filter/filter.ts';
import type { Attempt, LogFile } from '../model.ts';
import type { Bookmark, LiveLog, LiveSource, LogState, Piece } from '../source/live.ts';
import { sumOf } from './line-counts.ts';
import { TimeKeeper } from './time-keeper.ts';

/** What one step reads at most, so that the rest of the daemon gets its turn: 64 pieces are 4 MiB, some ten milliseconds. */
const PIECES_A_STEP = 64;
/** And what it judges at most; a piece in which every line is an attempt has about 600. */
const ATTEMPTS_A_STEP = 10_000;
/** A record is written at once: what was held back because it could be forged is not waited for longer than this. */
const IDLE_MS = 5_000;

/** Where a log was left, in a form that is saved: the filter's state, and which attempts of the next piece were judged. */
export interface SavedLog {
  readonly host: string;
  readonly name: string;
  readonly filter: FilterState;
  /** The offset, or the cursor, that the filter's state is of. */
  readonly at: number | string;
  /** Attempts of lines before this offset were judged; counted from `at`, for the journal has no offsets that last. */
  readonly judged?: number | undefined;
}

interface Head {
  readonly log: LiveLog;
  filter: LogFilter | undefined;
  /** By filters before a reload. */
  counted: FilterCounts | undefined;
  piece: Piece | undefined;
  attempts: readonly Attempt[];
  next: number;
  /** As it was before the piece. */
  before: FilterState | undefined;
  saved: SavedLog | undefined;
  skip: { readonly file: LogFile; readonly judged: number } | undefined;
  /** Where the log is judged to the end. */
  place: Bookmark | undefined;
  readonly time: TimeKeeper;
  touched: number;
  judged: number;
}

export interface IntakeOptions {
  readonly filter: FilterSet;
  readonly sources: readonly LiveSource[];
  readonly saved: readonly SavedLog[];
  readonly clock: () => number;
}

/** A log for `status`. */
export interface IntakeLog {
  readonly state: LogState;
  readonly format: string | null;
  readonly counts: FilterCounts | undefined;
  readonly attempts: number;
  /** How its clock differs from ours, as a sentence; undefined when it does not. */
  readonly time: string | undefined;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #heads = new Map<LiveLog, Head>();
  readonly #saved: Map<string, SavedLog>;
  /** By part or journal: what was not yet taken by `takeBookmarks`. */
  #dirty = new Map<object | string, Bookmark>();
  #filter: FilterSet;
  #pieces = 0;
  #attempts = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#filter = options.filter;
    this.#saved = new Map(options.saved.map((saved) => [keyOf(saved), saved]));
  }

  /** Reads and judges for a while; whether there is more at once. */
  step(judge: (attempt: Attempt) => void): boolean {
    this.#pieces = 0;
    this.#attempts = 0;
    this.#findLogs();
    const ready: Head[] = [];
    for (const head of this.#heads.values()) {
      const filled = this.#fill(head);
      // Nobody knows whether an unread line comes first, so nothing is judged before all logs had their turn.
      if (filled === 'starved') return true;
      if (filled === 'ready') ready.push(head);
    }
    while (ready.length > 0) {
      if (this.#attempts >= ATTEMPTS_A_STEP) return true;
      const first = earliest(ready);
      this.#judge(first, secondTime(ready, first), judge);
      const filled = this.#fill(first);
      if (filled === 'starved') return true;
      if (filled === 'empty') ready.splice(ready.indexOf(first), 1);
    }
    return false;
  }

  /** Whether every log was read to its end once. */
  get hasCaughtUp(): boolean {
    return [...this.#heads.values()].every(({ time }) => time.isFresh);
  }

  /** Where the logs are judged to, those that moved since the last call. Given back with `keep` when not recorded. */
  takeBookmarks(): readonly Bookmark[] {
    const taken = [...this.#dirty.values()];
    this.#dirty = new Map();
    return taken;
  }

  keep(bookmarks: readonly Bookmark[]): void {
    for (const bookmark of bookmarks) {
      const key = keyOfBookmark(bookmark);
      if (key !== undefined && !this.#dirty.has(key)) this.#dirty.set(key, bookmark);
    }
  }

  /** To be saved beside the bookmarks. */
  save(): readonly SavedLog[] {
    const saved = new Map(this.#saved);
    for (const head of this.#heads.values()) {
      const { log, filter, piece, before, place } = head;
      const pending = piece && head.next < head.attempts.length ? piece : undefined;
      const at = placeOf(pending ? pending.before : place);
      if (!filter || at === undefined) continue;
      const next = head.attempts[head.next];
      const judged = pending && next ? next.offset - pending.chunk.offset : undefined;
      const state = pending && before ? before : filter.save();
      const entry = { host: log.host, name: log.name, filter: state, at, judged };
      saved.set(keyOf(entry), entry);
    }
    return [...saved.values()];
  }

  /** Other patterns from now on; what was read stays read. */
  use(filter: FilterSet): void {
    this.#filter = filter;
    for (const head of this.#heads.values()) {
      if (!head.filter) continue;
      head.counted = sumOf(head.counted, head.filter.counts);
      head.filter = filter.open(head.filter.save());
    }
  }

  logs(): readonly IntakeLog[] {
    return [...this.#heads.values()].map((head) => ({
      state: head.log.state(),
      format: head.filter?.format ?? null,
      counts: sumOf(head.counted, head.filter?.counts),
      attempts: head.judged,
      time: head.time.sentence,
    }));
  }

  #findLogs(): void {
    const present = new Set(this.#options.sources.flatMap((source) => source.logs()));
    for (const log of present) if (!this.#heads.has(log)) this.#heads.set(log, this.#open(log));
    if (present.size === this.#heads.size) return;
    for (const [log, head] of this.#heads) {
      if (present.has(log) || head.next < head.attempts.length) continue;
      if (head.piece) this.#done(head, head.piece);
      head.attempts = this.#notJudged(head, head.filter?.finish() ?? []);
      head.next = 0;
      if (head.attempts.length === 0) this.#heads.delete(log);
    }
  }

  #open(log: LiveLog): Head {
    return {
      log,
      filter: undefined,
      counted: undefined,
      piece: undefined,
      attempts: [],
      next: 0,
      before: undefined,
      saved: this.#saved.get(keyOf(log)),
      skip: undefined,
      place: undefined,
      time: new TimeKeeper(),
      touched: this.#options.clock(),
      judged: 0,
    };
  }

  /** Reads on where the head has no attempts; `starved` when the step has read its share before there were any. */
  #fill(head: Head): 'ready' | 'empty' | 'starved' {
    while (head.next >= head.attempts.length) {
      if (head.piece) this.#done(head, head.piece);
      if (this.#pieces >= PIECES_A_STEP) return 'starved';
      const piece = head.log.read();
      if (!piece) return this.#rest(head) ? 'ready' : 'empty';
      this.#pieces++;
      this.#take(head, piece);
    }
    return 'ready';
  }

  #take(head: Head, piece: Piece): void {
    head.touched = this.#options.clock();
    head.filter ??= this.#openFilter(head, piece);
    const { filter } = head;
    head.before = filter.save();
    head.piece = piece;
    head.attempts = this.#notJudged(head, filter.attempts(piece.chunk));
    head.next = 0;
  }

  /** Nothing to read: what was held back is believed or not, after a while. */
  #rest(head: Head): boolean {
    if (!head.log.isCatchingUp) head.time.caughtUp();
    if (!head.filter || head.touched === 0 || this.#options.clock() - head.touched < IDLE_MS) return false;
    head.touched = 0;
    head.attempts = this.#notJudged(head, head.filter.finish());
    head.next = 0;
    return head.attempts.length > 0;
  }

  #done(head: Head, piece: Piece): void {
    head.place = piece.after;
    head.piece = undefined;
    const key = keyOfBookmark(piece.after);
    if (key !== undefined) this.#dirty.set(key, piece.after);
  }

  /** The filter that the log was left with, where the piece goes on from that very place. */
  #openFilter(head: Head, { chunk, before }: Piece): LogFilter {
    const { saved } = head;
    if (!saved) return this.#filter.open();
    head.saved = undefined;
    this.#saved.delete(keyOf(saved));
    if (placeOf(before) !== saved.at) return this.#filter.open(elsewhere(saved.filter));
    if (saved.judged !== undefined) head.skip = { file: chunk.file, judged: chunk.offset + saved.judged };
    return this.#filter.open(saved.filter);
  }

  #notJudged({ skip }: Head, attempts: readonly Attempt[]): readonly Attempt[] {
    if (!skip) return attempts;
    return attempts.filter(({ file, offset }) => file !== skip.file || offset >= skip.judged);
  }

  #judge(head: Head, until: number, judge: (attempt: Attempt) => void): void {
    const now = this.#options.clock();
    do {
      const attempt = head.attempts[head.next++];
      if (!attempt) return;
      this.#attempts++;
      head.judged += attempt.count;
      judge(head.time.dated(attempt, now));
    } while (timeOf(head) <= until && this.#attempts < ATTEMPTS_A_STEP);
    if (head.next < head.attempts.length && head.piece) this.#halfDone(head.piece);
  }

  /** A crash now goes back to before the piece, and skips what was judged. */
  #halfDone({ before }: Piece): void {
    const key = keyOfBookmark(before);
    if (key !== undefined) this.#dirty.set(key, before);
  }
}

function keyOf({ host, name }: Pick<SavedLog, 'host' | 'name'>): string {
  return `${host}\n${name}`;
}

function keyOfBookmark(bookmark: Bookmark): object | string | undefined {
  if (bookmark.type === 'file') return bookmark.part;
  return bookmark.type === 'journal' ? bookmark.name : undefined;
}

function placeOf(bookmark: Bookmark | undefined): number | string | undefined {
  if (bookmark?.type === 'file') return bookmark.position.position;
  return bookmark?.type === 'journal' ? bookmark.cursor : undefined;
}

function timeOf(head: Head): number {
  return head.attempts[head.next]?.time ?? Number.POSITIVE_INFINITY;
}

/** Of heads that have attempts. */
function earliest(heads: readonly Head[]): Head {
  return heads.reduce((best, head) => (timeOf(head) < timeOf(best) ? head : best));
}

function secondTime(heads: readonly Head[], first: Head): number {
  return heads.reduce(
    (least, head) => (head === first ? least : Math.min(least, timeOf(head))),
    Number.POSITIVE_INFINITY,
  );
}
