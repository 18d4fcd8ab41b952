/**
 * Expressions that are ready to be tried, for all filters that have the same: a jail's filter is made when the installation is
 * read, once for files and once for the journal, and again for each of its logs.
 */
import { Searcher, type SearcherOptions } from './searcher.ts';

/** The shipped filters have some eight hundred expressions together. Beyond, all are compiled again when they are needed. */
const KEPT_MAX = 4_000;

export class SearcherPool {
  readonly #kept = new Map<string, Searcher>();

  /** @throws RegexError */
  get(source: string, options: SearcherOptions): Searcher {
    const { hosts, multiline, before } = options;
    const key = JSON.stringify([hosts, multiline, before?.expression.source, source]);
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const searcher = new Searcher(source, options);
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(key, searcher);
    return searcher;
  }
}
