/** What a filter is made of, and what it says of a line. */
import type { DateForms } from '../dates/choose.ts';
import type { UseDns } from '../identity.ts';
import type { FoundFailure } from './failure.ts';
import type { Fields } from './fields.ts';
import type { SearcherPool } from './searcher-pool.ts';
import type { Skipped, TimingOptions } from './timing.ts';

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
  /** Likewise, where several filters may have the same expressions. */
  readonly searchers?: SearcherPool | undefined;
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

export interface Outcome {
  readonly failures: readonly FoundFailure[];
  /** The expression that gave the line up, because it would have taken too long. */
  readonly exhausted?: string;
}

/** What is known of a line that was chosen among many. */
export interface Chosen extends Skipped {
  /** Whether an expression of `failRegex` may match it. */
  mayMatch(index: number): boolean;
  /** The number of the shape (filter/skim.ts) of the line from a place on; -1 when it has none. */
  shape(from: number): number;
}
