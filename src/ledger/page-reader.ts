/** Pages of bans and tallies for a report: read by this thread, or ahead of it by another one. */
import type { Scope } from '../model.ts';
import type { BanLists } from './ban-lists.ts';
import { type Ahead, isWorthwhile, ReadAhead } from './read-ahead.ts';
import type { ScopedBans } from './scoped-bans.ts';
import type { SeriesTable } from './series.ts';
import { TallyLists } from './tally-lists.ts';
import type { TallyRecords } from './tally-records.ts';

interface Readers {
  readonly bans: ScopedBans;
  readonly tallies: TallyRecords;
  readonly series: SeriesTable;
}

export class PageReader {
  readonly #readers: Readers;
  #ahead: ReadAhead | undefined;

  constructor(readers: Readers) {
    this.#readers = readers;
  }

  /** Before the transaction in which the pages of this scope are asked for. */
  prepare(ahead: Ahead): void {
    this.close();
    if (isWorthwhile(ahead)) this.#ahead = new ReadAhead(ahead);
  }

  /** The lists are filled again with the next page, or one of the next. */
  bans(scope: Scope): Iterable<BanLists> {
    const listsIn = this.#readers.bans.lists();
    const own = (): Iterable<BanLists> => {
      const lists = listsIn();
      return this.#readers.bans.pages(scope, () => lists);
    };
    if (this.#ahead === undefined) return own();
    const lists = this.#ahead.rooms(listsIn);
    return this.#ahead.bans(scope, { own, receive: ({ slot, size }) => lists[slot]?.receive(size) });
  }

  tallies(scope: Scope): Iterable<TallyLists> {
    const own = (): Iterable<TallyLists> => {
      const lists = new TallyLists();
      return this.#readers.tallies.tallyPages(scope, () => lists);
    };
    if (this.#ahead === undefined) return own();
    const { series } = this.#readers;
    const lists = this.#ahead.rooms((room) => new TallyLists(room));
    return this.#ahead.tallies(scope, {
      own,
      receive: ({ slot, size, series: id }) => lists[slot]?.receive(size, series.get(id)),
    });
  }

  close(): void {
    this.#ahead?.close();
    this.#ahead = undefined;
  }
}
