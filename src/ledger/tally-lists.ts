/** Tallies for a report, column by column, a page at a time of one day, host, service and kind. */
import { fromWords } from '../base/address.ts';
import { KEY_BYTES } from './address-key.ts';
import { keysOf, numbersOf, readNumbers, readWords } from './columns.ts';
import type { Database, Query } from './database.ts';
import { PAGE_OF_LISTS, Room } from './room.ts';
import type { Row } from './row.ts';
import type { Days, SeriesTable, StoredSeries } from './series.ts';

/** Where a page begins that begins at the beginning: SQLite sorts numbers before all bytes. */
const START = 0;

export class TallyPages {
  readonly #database: Database;
  readonly #series: SeriesTable;
  readonly #page: Query;
  readonly #sum: Query;

  constructor(database: Database, series: SeriesTable) {
    this.#database = database;
    this.#series = series;
    this.#page = database.query(
      `SELECT count(*) AS size, ${keysOf('address')}, ${['count', 'first', 'last'].map(numbersOf).join(', ')} FROM (
         SELECT address, count, first, last FROM tally WHERE series = ? AND address > ? ORDER BY address LIMIT ${PAGE_OF_LISTS})`,
    );
    this.#sum = database.query('SELECT sum(count) AS count, min(first) AS first FROM tally WHERE series = ?');
  }

  /** By day, in the lists that `next` gives for each page, until it gives none. */
  *tallies(days: Days, next: () => TallyLists | undefined): Generator<TallyLists> {
    let lists: TallyLists | undefined;
    for (const series of this.#series.ofDays(days, 'attempts')) {
      let after: Buffer | number = START;
      do {
        lists = next();
        if (lists === undefined) return;
        const row = this.#page.row(series.id, after);
        if (row !== undefined) after = lists.fill(row, series, this.#database) ?? after;
        if (lists.size > 0) yield lists;
      } while (lists.size === PAGE_OF_LISTS);
    }
  }

  /** How many attempts there were, and when the first was; infinite when there is none. */
  sum(days: Days): { count: number; first: number } {
    let [count, first] = [0, Number.POSITIVE_INFINITY];
    for (const { id } of this.#series.ofDays(days, 'attempts')) {
      const row = this.#sum.row(id);
      if (!row?.has('count')) continue;
      count += row.number('count');
      first = Math.min(first, row.number('first'));
    }
    return { count, first };
  }
}

/** Tallies side by side, of one series. */
export class TallyLists {
  day = 0;
  service = '';
  kind = '';
  size = 0;
  series = 0;
  readonly words: Int32Array;
  readonly bits = new Int32Array(PAGE_OF_LISTS).fill(128);
  readonly count: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;

  constructor(room = new Room()) {
    this.count = room.floats();
    this.first = room.floats();
    this.last = room.floats();
    this.words = room.ints(4);
  }

  readonly textOf = (row: number): string => {
    const word = (number: number): number => this.words[row * 4 + number] ?? 0;
    return fromWords(word(0), word(1), word(2), word(3)).text;
  };

  /** Reads a page; the key of its last row. @throws ProblemError when it cannot be one. */
  fill(row: Row, series: StoredSeries, database: Database): Buffer | undefined {
    const size = row.number('size');
    this.receive(size, series);
    if (size === 0) return undefined;
    for (const column of ['count', 'first', 'last'] as const) {
      readNumbers(row.bytes(column), this[column], { size, database });
    }
    const keys = row.bytes('address');
    readWords(keys, this.words, { size, database });
    return keys.subarray(-KEY_BYTES);
  }

  /** Takes a page that was filled in the same room by another thread. */
  receive(size: number, { id, day, service, kind }: StoredSeries): this {
    this.series = id;
    this.day = day;
    this.service = service;
    this.kind = kind;
    this.size = size;
    return this;
  }
}
