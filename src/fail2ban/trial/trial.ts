/**
 * A filter tried on lines: which of them it takes, by which expressions, which it misses. Nobody is banned for it. What is
 * counted, and when a line is ignored rather than missed, is as `fail2ban-regex` has it.
 */

import type { DateUse } from '../dates/detector.ts';
import { type Fields, textOf } from '../filter/fields.ts';
import { type Failure, FailureFilter, type FilterDefinition, type FilterOptions } from '../filter/filter.ts';
import type { Line } from '../filter/line.ts';
import { KeptLines } from './kept-lines.ts';

export interface TrialLine {
  readonly text: string;
  /** Milliseconds since 1970, of an entry of a journal. */
  readonly time?: number;
}

export interface TrialOptions extends Pick<FilterOptions, 'useDns' | 'dates' | 'frame'> {
  /** `all` expressions, to see which are of use; `first` that takes it; `failures` alone, as they would be when it counts. */
  readonly aim: 'all' | 'first' | 'failures';
  /** What is kept of lines and failures to be listed. */
  readonly keep: Keep;
}

export interface Keep {
  /** Each failure by its expression, and what `prefregex` took. */
  readonly details: 'yes' | 'no';
  /** So many lines of each sort are listed, where not all are. */
  readonly some: number;
  readonly matched: 'all' | 'none';
  readonly ignored: 'all' | 'some' | 'none';
  readonly missed: 'all' | 'some' | 'none';
}

export interface ExpressionUse {
  readonly source: string;
  hits: number;
  /** Those that are kept. */
  readonly failures: { readonly failure: Failure; readonly isOneOfMany: boolean }[];
}

export interface TrialResults {
  readonly lines: {
    readonly tested: number;
    readonly ignored: number;
    readonly matched: number;
    readonly missed: number;
  };
  readonly prefix?: { readonly source: string; readonly hits: number; readonly taken: readonly TakenPrefix[] };
  readonly failRegex: readonly ExpressionUse[];
  readonly ignoreRegex: readonly ExpressionUse[];
  readonly dates: readonly DateUse[];
  readonly kept: Readonly<Record<'matched' | 'ignored' | 'missed', KeptLines>>;
  /** Failures of names: whom they mean is not asked. */
  readonly names: number;
  /** Expressions that gave lines up, and how many. */
  readonly exhausted: ReadonlyMap<string, number>;
}

/** What `prefregex` took, group by group; null where a group took nothing. */
export type TakenPrefix = ReadonlyMap<string, string | null> | 'more';

/** What became of one line. */
export interface Tried {
  /** Those that count. */
  readonly failures: readonly Failure[];
  readonly isIgnored: boolean;
}

/** Failures that one expression lists: a screen has fifty, and a file of them can be read by other means. */
const FAILURES_MAX = 1_000_000;

export class Trial {
  readonly #filter: FailureFilter;
  readonly #options: TrialOptions;
  readonly #lines: number;
  readonly #prefix: { source: string; hits: number; taken: TakenPrefix[] } | undefined;
  readonly #prefixNames: readonly string[];
  readonly #failRegex: readonly ExpressionUse[];
  readonly #ignoreRegex: readonly ExpressionUse[];
  readonly #counts = { tested: 0, ignored: 0, matched: 0, missed: 0 };
  readonly #kept: Record<'matched' | 'ignored' | 'missed', KeptLines>;
  readonly #exhausted = new Map<string, number>();
  #names = 0;
  /** Of the line before, while a line that is ignored at once has none: the original counts it again. */
  #lastPrefix: Fields | undefined;
  #wasIgnored = false;

  /** @throws FilterError */
  constructor(definition: FilterDefinition, options: TrialOptions) {
    this.#options = options;
    this.#lines = definition.maxLines ?? 1;
    this.#filter = new FailureFilter(definition, {
      ...{ useDns: options.useDns, dates: options.dates, frame: options.frame, mode: 'log', findTime: 0 },
      tries: options.aim === 'all' ? 'all' : 'first',
      pending: options.aim === 'failures' ? 'held' : 'told',
      observer: {
        prefix: (fields) => {
          this.#lastPrefix = fields;
        },
        ignored: (index) => this.#ignored(index),
      },
    });
    const { pref } = this.#filter.searchers;
    this.#prefix = pref && { source: pref.expression.source, hits: 0, taken: [] };
    this.#prefixNames = [...(pref?.expression.tree.names.keys() ?? [])];
    this.#failRegex = definition.failRegex.map(unused);
    this.#ignoreRegex = definition.ignoreRegex.map(unused);
    const { some, matched, ignored, missed } = options.keep;
    this.#kept = {
      matched: new KeptLines(matched, some),
      ignored: new KeptLines(ignored, some),
      missed: new KeptLines(missed, some),
    };
  }

  /** Groups of the expressions that a failure went through, in their order. */
  groupsOf({ index }: Failure): readonly string[] {
    const own = this.#filter.searchers.fail[index]?.expression.tree.names.keys() ?? [];
    return [...new Set([...this.#prefixNames.filter((name) => name !== 'content'), ...own])];
  }

  /** Milliseconds since 1970 of the last line that said when it was written. */
  get lastTime(): number | undefined {
    return this.#filter.lastTime;
  }

  /** Tries one line and counts nothing. `now` in milliseconds. */
  find(line: TrialLine, now: number): Tried {
    return this.#judged(this.#failures(line, now));
  }

  /** Tries one line, and counts what becomes of it. */
  take(line: TrialLine, now: number): void {
    const before = this.#lines > 1 ? this.#filter.buffer.slice(this.#filter.buffer.length >= this.#lines ? 1 : 0) : [];
    const found = this.#failures(line, now);
    const { failures, isIgnored } = this.#judged(found);
    this.#notePrefix();
    this.#settle(before);
    const became = isIgnored ? 'ignored' : matchedOr(failures.length);
    this.#counts[became]++;
    this.#kept[became].add(line.text, this.#counts[became]);
    this.#counts.tested++;
  }

  results(): TrialResults {
    return {
      lines: { ...this.#counts },
      ...(this.#prefix ? { prefix: this.#prefix } : {}),
      failRegex: this.#failRegex,
      ignoreRegex: this.#ignoreRegex,
      dates: this.#filter.dates,
      kept: this.#kept,
      names: this.#names,
      exhausted: this.#exhausted,
    };
  }

  #failures({ text, time }: TrialLine, now: number): readonly Failure[] {
    this.#wasIgnored = false;
    const outcome = time === undefined ? this.#filter.line(text, now) : this.#filter.entry({ text, time }, now);
    if (outcome.exhausted !== undefined)
      this.#exhausted.set(outcome.exhausted, (this.#exhausted.get(outcome.exhausted) ?? 0) + 1);
    const known = outcome.failures.filter(({ subject }) => subject?.type !== 'name');
    this.#names += outcome.failures.length - known.length;
    return known;
  }

  #judged(found: readonly Failure[]): Tried {
    const failures: Failure[] = [];
    for (const failure of found) {
      this.#note(failure, failures.length > 1);
      if (!isNoFailure(failure)) failures.push(failure);
    }
    return { failures, isIgnored: failures.length < found.length || this.#wasIgnored };
  }

  #note(failure: Failure, isOneOfMany: boolean): void {
    const use = this.#failRegex[failure.index];
    if (!use) return;
    use.hits++;
    if (this.#options.keep.details === 'yes' && use.failures.length < FAILURES_MAX)
      use.failures.push({ failure, isOneOfMany });
  }

  #ignored(index: number): void {
    this.#wasIgnored = true;
    const use = this.#ignoreRegex[index];
    if (use) use.hits++;
  }

  #notePrefix(): void {
    const [prefix, fields] = [this.#prefix, this.#lastPrefix];
    if (!prefix || !fields) return;
    prefix.hits++;
    const { details, some } = this.#options.keep;
    if (details === 'no' || prefix.taken.length > some) return;
    const taken = this.#prefixNames.map((name) => [name, takenBy(fields, name)] as const);
    prefix.taken.push(prefix.taken.length < some ? new Map(taken) : 'more');
  }

  /** Lines that waited and are gone now belonged to the match: they were missed before, and are not any more. */
  #settle(before: readonly Line[]): void {
    if (this.#lines <= 1) return;
    const left = new Set(this.#filter.buffer.map(keyOf));
    for (const line of before) {
      if (left.has(keyOf(line))) continue;
      this.#kept.missed.remove(line.whole);
      this.#counts.matched++;
      this.#counts.missed--;
      this.#kept.matched.add(line.whole, this.#counts.matched);
    }
  }
}

function unused(source: string): ExpressionUse {
  return { source, hits: 0, failures: [] };
}

function matchedOr(failures: number): 'matched' | 'missed' {
  return failures > 0 ? 'matched' : 'missed';
}

function isNoFailure({ fields }: Failure): boolean {
  return (fields.get('nofail') ?? '').length > 0;
}

function takenBy(fields: Fields, name: string): string | null {
  const value = fields.get(name);
  return value === undefined ? null : textOf(value);
}

function keyOf(line: Line): string {
  return JSON.stringify([line.before, line.date, line.after]);
}
