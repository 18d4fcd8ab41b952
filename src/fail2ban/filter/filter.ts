/**
 * A filter of fail2ban at work on one log: lines go in, failures come out. It remembers what belongs together: lines of one
 * session, lines that are looked at together, where dates stand.
 */
import type { DateForms } from '../dates/choose.ts';
import type { DateUse } from '../dates/detector.ts';
import { DatePatternError } from '../dates/tokens.ts';
import type { Host, UseDns } from '../identity.ts';
import { ExhaustedError } from '../regex/exhausted.ts';
import { RegexError } from '../regex/reader.ts';
import { subjectOf } from '../regex/subject.ts';
import { type Fields, textOf } from './fields.ts';
import { bufferText, type Line, wholeText } from './line.ts';
import { type Finding, type Searched, Searcher } from './searcher.ts';
import { newSession, type Session, Sessions } from './sessions.ts';
import { type Timed, Timing, type TimingOptions } from './timing.ts';
import { type Who, whoIs } from './who.ts';

/** The expressions of a filter, tags replaced but those of expressions. */
export interface FilterDefinition {
  readonly prefRegex?: string;
  readonly failRegex: readonly string[];
  readonly ignoreRegex: readonly string[];
  readonly maxLines?: number;
  readonly datePattern?: string;
}

export interface FilterOptions extends Omit<TimingOptions, 'templates'> {
  readonly useDns: UseDns;
  /** Shared by all filters. */
  readonly dates: DateForms;
  /** `all`: what each expression would tell of a line, also what is no failure by itself; to see which of them are of use. */
  readonly tries?: 'first' | 'all';
  /** Whether a failure is told of which nobody knows yet whom it is about; usually where all expressions are tried. */
  readonly pending?: 'told' | 'held';
  readonly observer?: FilterObserver;
}

/** Hears what becomes of a line on its way, for who explains a filter. */
export interface FilterObserver {
  /** What `prefregex` took of the line; undefined when it did not match. */
  prefix(fields: Fields | undefined): void;
  /** Which `ignoreregex` matched. */
  ignored(index: number): void;
}

/** Whom a failure is about. */
export interface Failure {
  /** Of the expression, among those of `failRegex`. */
  readonly index: number;
  /** Undefined only where all expressions are tried, and another line has yet to tell. */
  readonly subject: Host | undefined;
  /** The client's address, when the failure is about something else. */
  readonly address?: Host;
  /** Milliseconds since 1970; undefined when nothing tells it. */
  readonly time: number | undefined;
  readonly fields: Fields;
  /** Those that a session tried, in order. */
  readonly users: readonly string[];
  /** The lines that it is read from, as they stand in the log. */
  readonly lines: readonly string[];
}

export interface Outcome {
  readonly failures: readonly Failure[];
  /** The expression that gave the line up, because it would have taken too long. */
  readonly exhausted?: string;
}

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
  #buffer: readonly Line[] = [];

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
    const searcher = (option: string, source: string): Searcher =>
      usable(
        option,
        source,
        () => new Searcher(source, { hosts, multiline: option === 'failregex' && this.#lines > 1 }),
      );
    this.#pref = prefRegex === undefined ? undefined : searcher('prefregex', prefRegex);
    this.#fail = failRegex.map((source) => searcher('failregex', source));
    this.#ignore = ignoreRegex.map((source) => searcher('ignoreregex', source));
    const pattern = datePattern ?? '';
    const templates = usable('datepattern', pattern, () => options.dates.templates(pattern));
    this.#timing = new Timing({ ...options, templates });
    requireIdentity(failRegex, this.#fail, this.#pref);
  }

  /** All expressions, for who derives from them which lines can match at all. */
  get searchers(): { readonly pref: Searcher | undefined; readonly fail: readonly Searcher[] } {
    return { pref: this.#pref, fail: this.#fail };
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
    return this.#guarded(() => this.#timing.time(text, now), now);
  }

  /** Takes the next line of a journal, which says when it was written. */
  entry(text: string, time: number, now: number): Outcome {
    const line: Line = { before: '', date: new Date(time).toISOString(), after: text };
    return this.#guarded(() => this.#timing.timeGiven(line, time, now), now);
  }

  #guarded(timed: () => Timed | undefined, now: number): Outcome {
    let searcher: Searcher | undefined;
    const watch = (one: Searcher): Searcher => {
      searcher = one;
      return one;
    };
    try {
      const line = timed();
      return line ? this.#find(line, this.#isReplay ? (line.time ?? now) : now, watch) : NONE;
    } catch (error) {
      if (!(error instanceof ExhaustedError)) throw error;
      return { failures: [], exhausted: searcher?.expression.source ?? 'datepattern' };
    }
  }

  #find(timed: Timed, now: number, watch: (searcher: Searcher) => Searcher): Outcome {
    this.#buffer = this.#lines > 1 ? [...this.#buffer, timed.line].slice(-this.#lines) : [timed.line];
    const lines = this.#buffer;
    let searched: Searched = { subject: subjectOf(bufferText(lines)), lines };
    // Asked first where it saves more than it costs.
    if (this.#ignore.length > 0 && this.#ignore.length < this.#fail.length - 2 && this.#isIgnored(searched, watch))
      return NONE;
    const prefix = this.#pref && watch(this.#pref).search(searched);
    if (this.#pref) this.#observer?.prefix(prefix && new Map(prefix.fields));
    if (this.#pref && !prefix) return NONE;
    const content = prefix?.fields.get('content');
    prefix?.fields.delete('content');
    if (content) {
      this.#buffer = [{ before: '', date: '', after: textOf(content) }];
      searched = { subject: subjectOf(bufferText(this.#buffer)), lines };
    }
    return { failures: this.#tryAll(timed, { searched, prefix: prefix?.fields, now, watch }) };
  }

  #tryAll(timed: Timed, { searched: first, prefix, now, watch }: Attempted): readonly Failure[] {
    const failures: Failure[] = [];
    let searched = first;
    for (const [index, one] of this.#fail.entries()) {
      const finding = watch(one).search(searched);
      // Of old lines, one that does not say when it was written may be any age.
      if (!finding || (timed.time === undefined && this.#needsTime)) continue;
      failures.push(...this.#found({ index, finding, prefix, timed, searched, now, watch }));
      if (!this.#triesAll) break;
      if (this.#lines > 1) searched = { subject: subjectOf(bufferText(this.#buffer)), lines: first.lines };
    }
    return failures;
  }

  #found(found: Found): readonly Failure[] {
    const { index, finding, prefix, timed, now } = found;
    const isIgnored = this.#ignore.length > 0 && this.#isIgnored(this.#ignorable(found), found.watch);
    if (!this.#triesAll || this.#lines > 1) this.#buffer = finding.unmatched;
    if (isIgnored) return [];
    const fields: Fields = new Map([...(prefix ?? []), ...finding.fields]);
    const session = this.#sessionOf(fields, finding, now);
    if (fields.has('mlfid') && session.fields.has('nofail') && !this.#triesAll) return [];
    const who = whoIs(session.fields, this.#useDns);
    // Who it was, another line of the session may tell.
    if (!who) session.isPending = true;
    const nobody: readonly Partial<Who>[] = this.#tellsPending ? [{}] : [];
    return (who ?? nobody).map((one) => failureOf(one, { index, session, time: timed.time }));
  }

  /** In many lines, only those that the match lies in. */
  #ignorable({ finding, searched }: Found): Searched {
    if (this.#lines <= 1) return searched;
    return { subject: subjectOf(bufferText(finding.matched)), lines: finding.matched };
  }

  #isIgnored(searched: Searched, watch: (searcher: Searcher) => Searcher): boolean {
    let isIgnored = false;
    for (const [index, one] of this.#ignore.entries()) {
      if (watch(one).search(searched) === undefined) continue;
      this.#observer?.ignored(index);
      isIgnored = true;
      if (!this.#triesAll) break;
    }
    return isIgnored;
  }

  #sessionOf(fields: Fields, { matched }: Finding, now: number): Session {
    if (fields.has('mlfid')) return this.#sessions.merge(fields, matched, now);
    const session = newSession(fields);
    session.matches = [...matched];
    return session;
  }
}

interface Attempted {
  readonly searched: Searched;
  readonly prefix: Fields | undefined;
  readonly now: number;
  readonly watch: (searcher: Searcher) => Searcher;
}

interface Found extends Attempted {
  readonly index: number;
  readonly finding: Finding;
  readonly timed: Timed;
}

function failureOf(who: Partial<Who>, about: { index: number; session: Session; time: number | undefined }): Failure {
  const { fields, users, matches } = about.session;
  return {
    index: about.index,
    subject: who.subject,
    ...(who.address ? { address: who.address } : {}),
    time: about.time,
    fields: new Map(fields),
    users: [...users],
    lines: matches.map(wholeText),
  };
}

/** An expression or a pattern of a filter that cannot be used: which option, what it says, and why. */
export class FilterError extends Error {
  readonly option: string;
  readonly source: string;

  constructor(option: string, source: string, why: string) {
    super(why);
    this.option = option;
    this.source = source;
  }
}

function usable<Made>(option: string, source: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (error instanceof RegexError)
      throw new FilterError(option, source, `column ${error.column + 1}: ${error.message}`);
    if (error instanceof DatePatternError) throw new FilterError(option, source, error.message);
    throw error;
  }
}

/** Somebody must be named, by each expression or by what stands before them all. */
function requireIdentity(sources: readonly string[], fail: readonly Searcher[], pref: Searcher | undefined): void {
  const nameless = pref?.isIdentifying ? -1 : fail.findIndex((one) => !one.isIdentifying);
  if (nameless >= 0) throw new FilterError('failregex', sources[nameless] ?? '', 'no group tells whom it is about');
}
