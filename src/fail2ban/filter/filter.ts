/**
 * A filter of fail2ban at work on one log: lines go in, failures come out. It remembers what belongs together: lines of one
 * session, lines that are looked at together, where dates stand.
 */
import type { LogLine } from '../../model.ts';
import type { DateUse } from '../dates/detector.ts';
import type { UseDns } from '../identity.ts';
import { ExhaustedError } from '../regex/exhausted.ts';
import type { Match } from '../regex/match.ts';
import { lineSubject, type Subject, subjectOf } from '../regex/subject.ts';
import type { Chosen, FilterDefinition, FilterObserver, FilterOptions, Outcome } from './definition.ts';
import { FoundFailure } from './failure.ts';
import { FIELD, type FieldList } from './fields.ts';
import { FilterError, usable } from './filter-error.ts';
import { bufferText, GivenLine, type Line, type RawLine, rawLine } from './line.ts';
import type { Searcher } from './searcher.ts';
import { SearcherPool } from './searcher-pool.ts';
import { Sessions } from './sessions.ts';
import { type Plan, Shapes } from './shapes.ts';
import { type Timed, Timing } from './timing.ts';
import { whoIs } from './who.ts';

export type { Chosen, FilterDefinition, FilterObserver, FilterOptions, Outcome } from './definition.ts';
export type { Failure } from './failure.ts';
export { FilterError } from './filter-error.ts';

const NONE: Outcome = { failures: [] };
/** Lines that are looked at together; the most that a shipped filter wants is ten. */
const LINES_MAX = 1_000;

export class FailureFilter {
  readonly #pref: Searcher | undefined;
  readonly #fail: readonly Searcher[];
  readonly #ignore: readonly Searcher[];
  readonly #lines: number;
  readonly #useDns: UseDns;
  readonly #timing: Timing;
  readonly #sessions = new Sessions();
  readonly #needsTime: boolean;
  /** Sessions last by the clock of the log. */
  readonly #isReplay: boolean;
  readonly #triesAll: boolean;
  readonly #tellsPending: boolean;
  readonly #observer: FilterObserver | undefined;
  /** The time of the present line, by which sessions end. */
  #clock = 0;
  /** The expression that is tried, for who wants to know which took too long. */
  #trying: Searcher | undefined;
  #buffer: readonly Line[] = [];
  /** Where nobody hears how a line was understood, and nothing but the line decides that. */
  readonly #shapes: Shapes | undefined;
  /** Whether a failure may be read from several lines. */
  readonly isOfSeveral: boolean;
  /** Lines on which nothing was tried, because it was known what becomes of their shape. */
  known = 0;

  /** @throws FilterError for an expression or a pattern that cannot be used. */
  constructor(definition: FilterDefinition, options: FilterOptions) {
    const { prefRegex, failRegex, ignoreRegex, maxLines = 1, datePattern } = definition;
    this.#lines = Math.min(maxLines, LINES_MAX);
    this.#useDns = options.useDns;
    this.#needsTime = options.mode === 'start';
    this.#isReplay = options.mode === 'replay';
    this.#triesAll = options.tries === 'all';
    this.#tellsPending = options.pending === undefined ? this.#triesAll : options.pending === 'told';
    this.#observer = options.observer;
    const hosts = options.useDns === 'no' ? 'addresses' : 'names';
    const pool = options.searchers ?? new SearcherPool();
    const searcher = (option: string, source: string, before?: Searcher): Searcher =>
      usable(option, source, () =>
        pool.get(source, { hosts, multiline: option === 'failregex' && this.#lines > 1, before }),
      );
    this.#pref = prefRegex === undefined ? undefined : searcher('prefregex', prefRegex);
    this.#fail = failRegex.map((source) => searcher('failregex', source, this.#pref));
    this.#ignore = ignoreRegex.map((source) => searcher('ignoreregex', source));
    const pattern = datePattern ?? '';
    const templates = usable('datepattern', pattern, () => options.dates.templates(pattern));
    this.#timing = new Timing({ ...options, templates });
    this.isOfSeveral = this.isMultiline || [this.#pref, ...this.#fail].some((one) => one?.tellsSession);
    const isPlain = !this.isMultiline && !this.#triesAll && !this.#observer && ignoreRegex.length === 0;
    this.#shapes = isPlain ? Shapes.of(this.searchers) : undefined;
    requireIdentity(failRegex, this.#fail, this.#pref);
  }

  /** All expressions, for who derives from them which lines can match at all. */
  get searchers(): { readonly pref: Searcher | undefined; readonly fail: readonly Searcher[] } {
    return { pref: this.#pref, fail: this.#fail };
  }

  /** Whether lines are looked at together, so that each counts. */
  get isMultiline(): boolean {
    return this.#lines > 1;
  }

  /** The expressions with their tags replaced, as they are tried. */
  get sources(): {
    readonly pref: string | undefined;
    readonly fail: readonly string[];
    readonly ignore: readonly string[];
  } {
    const sourcesOf = (searchers: readonly Searcher[]): string[] =>
      searchers.map(({ expression }) => expression.source);
    return { pref: this.#pref?.expression.source, fail: sourcesOf(this.#fail), ignore: sourcesOf(this.#ignore) };
  }

  /** The lines that wait to be looked at together with the next one. */
  get buffer(): readonly Line[] {
    return this.#buffer;
  }

  /** The forms of date that are looked for, in the order in which they would be now. */
  get dates(): readonly DateUse[] {
    return this.#timing.dates;
  }

  /** Milliseconds since 1970 of the last line that said when it was written. */
  get lastTime(): number | undefined {
    return this.#timing.lastTime;
  }

  /** Takes the next line, without its newline. `now` in milliseconds. */
  line(text: string, now: number): Outcome {
    return this.candidate(rawLine(text), now);
  }

  /** Takes the next line, of which more is known. */
  candidate(raw: RawLine, now: number, chosen?: Chosen): Outcome {
    try {
      this.#trying = undefined;
      const timed = this.#timing.time(raw, now, chosen);
      if (!timed) return NONE;
      this.#clock = this.#sessionTime(timed, now);
      const { messageAt } = timed;
      const shape = this.#shapes && messageAt >= 0 ? (chosen?.shape(messageAt) ?? -1) : -1;
      if (!this.#shapes || !chosen || shape < 0) return this.#find(timed, raw.isPlain, chosen);
      const plan = this.#shapes.find(shape, chosen);
      if (plan) {
        this.known++;
        return this.#planned(plan, raw, timed);
      }
      const outcome = this.#find(timed, raw.isPlain, chosen);
      this.#shapes.learn(shape, raw.endedFrom(messageAt), chosen);
      return outcome;
    } catch (error) {
      return this.#exhausted(error);
    }
  }

  /** Takes the next line of a journal, which says when it was written. */
  entry({ text, time }: Entry, now: number, origin?: LogLine): Outcome {
    const date = new Date(time).toISOString();
    try {
      this.#trying = undefined;
      const timed = this.#timing.timeGiven(new GivenLine(date, text, origin), time, now);
      if (!timed) return NONE;
      this.#clock = this.#sessionTime(timed, now);
      return this.#find(timed, false);
    } catch (error) {
      return this.#exhausted(error);
    }
  }

  /** Notes the date of a line that cannot match. @returns whether it has one. */
  pass(text: string, now: number): boolean {
    try {
      return this.#timing.pass(rawLine(text), now);
    } catch (error) {
      this.#exhausted(error);
      return false;
    }
  }

  #sessionTime({ time }: Timed, now: number): number {
    return this.#isReplay ? (time ?? now) : now;
  }

  #exhausted(error: unknown): Outcome {
    if (!(error instanceof ExhaustedError)) throw error;
    return { failures: [], exhausted: this.#trying?.expression.source ?? 'datepattern' };
  }

  #find(timed: Timed, isPlain: boolean, chosen?: Chosen): Outcome {
    if (this.isMultiline) this.#buffer = [...this.#buffer, timed.line].slice(-this.#lines);
    const lines = this.#buffer;
    let subject = this.isMultiline ? subjectOf(bufferText(lines)) : lineSubject(timed.line.ended, isPlain);
    // Asked first where it saves more than it costs.
    if (this.#ignore.length > 0 && this.#ignore.length < this.#fail.length - 2 && this.#isIgnored(subject)) return NONE;
    const prefix = this.#pref && this.#search(this.#pref, subject);
    if (this.#observer && this.#pref) this.#observer.prefix(prefix && this.#pref.fieldsOf(prefix).toMap());
    if (this.#pref && !prefix) return NONE;
    const content = prefix && this.#pref?.contentOf(prefix, subject.text);
    if (content) {
      const after = content.slice(0, -1);
      if (this.isMultiline) this.#buffer = [new GivenLine('', after, timed.line.origin)];
      subject = lineSubject(content, subject.isPlain);
    }
    const failures = this.#tryAll({ timed, subject, lines, prefix }, chosen);
    return failures.length === 0 ? NONE : { failures };
  }

  #tryAll(about: Attempted, chosen: Chosen | undefined): readonly FoundFailure[] {
    const failures: FoundFailure[] = [];
    for (let index = 0; index < this.#fail.length; index++) {
      const one = this.#fail[index];
      if (!one || chosen?.mayMatch(index) === false) continue;
      const match = this.#search(one, about.subject);
      // Of old lines, one that does not say when it was written may be any age.
      if (!match || (about.timed.time === undefined && this.#needsTime)) continue;
      const found = this.#found(index, one, match, about);
      if (found) failures.push(found);
      if (!this.#triesAll) return failures;
      if (this.isMultiline) about.subject = subjectOf(bufferText(this.#buffer));
    }
    return failures;
  }

  #found(index: number, one: Searcher, match: Match, about: Attempted): FoundFailure | undefined {
    const { subject, lines, prefix, timed } = about;
    const division = this.isMultiline ? one.divide(match, { subject, lines }) : undefined;
    const matched = division?.matched ?? [timed.line];
    const isIgnored =
      this.#ignore.length > 0 && this.#isIgnored(division ? subjectOf(bufferText(division.matched)) : subject);
    if (division) this.#buffer = division.unmatched;
    if (isIgnored) return undefined;
    return this.#told(index, one.fieldsOf(match, prefix), matched, timed);
  }

  /** What the expression with that index finds in a message whose shape tells all. */
  #planned({ index, fields }: Plan, { source, start }: RawLine, timed: Timed): Outcome {
    if (!fields || (timed.time === undefined && this.#needsTime)) return NONE;
    const failure = this.#told(index, fields.cut(source, start + timed.messageAt), [timed.line], timed);
    return failure ? { failures: [failure] } : NONE;
  }

  #told(index: number, fields: FieldList, matched: readonly Line[], { time }: Timed): FoundFailure | undefined {
    const session = this.#sessions.merge(fields, matched, this.#clock);
    if (session.fields.has(FIELD.nofail) && fields.has(FIELD.mlfid) && !this.#triesAll) return undefined;
    const who = whoIs(session.fields, this.#useDns);
    if (who === 'nobody') return undefined;
    if (who) return new FoundFailure(index, time, session, who);
    // Who it was, another line of the session may tell.
    session.isPending = true;
    return this.#tellsPending ? new FoundFailure(index, time, session, {}) : undefined;
  }

  #isIgnored(subject: Subject): boolean {
    let isIgnored = false;
    for (const [index, one] of this.#ignore.entries()) {
      if (this.#search(one, subject) === undefined) continue;
      this.#observer?.ignored(index);
      isIgnored = true;
      if (!this.#triesAll) break;
    }
    return isIgnored;
  }

  #search(one: Searcher, subject: Subject): Match | undefined {
    this.#trying = one;
    return one.search(subject);
  }
}

interface Entry {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

interface Attempted {
  readonly timed: Timed;
  /** What is searched, and the lines that it is made of when they are several. */
  subject: Subject;
  readonly lines: readonly Line[];
  readonly prefix: Match | undefined;
}

/** Somebody must be named, by each expression or by what stands before them all. */
function requireIdentity(sources: readonly string[], fail: readonly Searcher[], pref: Searcher | undefined): void {
  const nameless = pref?.isIdentifying ? -1 : fail.findIndex((one) => !one.isIdentifying);
  if (nameless < 0) return;
  const source = sources[nameless] ?? '';
  // Until 0.10 a group could be called so; many filters that are passed around are older.
  const [old] = /\(\?P<(?:host|ip)>/.exec(source) ?? [];
  const where = old === undefined ? 'where the address stands' : `in place of ${old}...)`;
  throw new FilterError('failregex', source, `no group tells whom it is about; write <HOST> or <ADDR> ${where}`);
}
