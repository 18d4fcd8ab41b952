/** Two sets of filters as one: both look at every log, each in its own way. The first is the one whose state is kept. */
import type { Attempt, Chunk } from '../model.ts';
import type { FilterCounts, FilterSet, FilterState, LogFilter } from './filter.ts';

export class JoinedFilters implements FilterSet {
  readonly #first: FilterSet;
  readonly #second: FilterSet;

  constructor(first: FilterSet, second: FilterSet) {
    this.#first = first;
    this.#second = second;
  }

  open(state?: FilterState): LogFilter {
    return new JoinedFilter(this.#first.open(state), this.#second.open());
  }
}

class JoinedFilter implements LogFilter {
  readonly #first: LogFilter;
  readonly #second: LogFilter;

  constructor(first: LogFilter, second: LogFilter) {
    this.#first = first;
    this.#second = second;
  }

  get format(): LogFilter['format'] {
    return this.#first.format ?? this.#second.format;
  }

  /** A line is unknown when it is to both. */
  get counts(): FilterCounts {
    const [first, second] = [this.#first.counts, this.#second.counts];
    const { nameless, exhausted, givenUp } = second;
    return {
      ...first,
      unknown: Math.min(first.unknown, second.unknown),
      ...(nameless === undefined ? {} : { nameless }),
      ...(exhausted === undefined ? {} : { exhausted }),
      ...(givenUp === undefined ? {} : { givenUp }),
    };
  }

  /** By line; of one line first those of the first. */
  attempts(chunk: Chunk): Attempt[] {
    const [first, second] = [this.#first.attempts(chunk), this.#second.attempts(chunk)];
    if (first.length === 0 || second.length === 0) return first.length === 0 ? second : first;
    return [...first, ...second].sort((a, b) => a.offset - b.offset);
  }

  finish(): Attempt[] {
    return [...this.#first.finish(), ...this.#second.finish()];
  }

  save(): FilterState {
    return this.#first.save();
  }
}
