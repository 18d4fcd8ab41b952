/** Tallies for a report, column by column, a page at a time of one day, host, service and kind. */
import { fromWords } from '../base/address.ts';
import { KEY_BYTES } from './address-key.ts';
import { keysOf, numbersOf, PAGE_OF_LISTS, readNumbers, readWords } from './columns.ts';
import type { Database, Query } from './database.ts';
import { ColumnReader, ColumnWriter } from './packed-columns.ts';
import type { Row } from './row.ts';
import type { Days, SeriesTable, StoredSeries } from './series.ts';

/** Where a page begins that begins at the beginning: SQLite sorts numbers before all bytes. */
export const START = 0;

/** Tallies of a series, read from their rows. */
export class TallyRows {
  readonly #database: Database;
  readonly #page: Query;

  constructor(database: Database) {
    this.#database = database;
    this.#page = database.query(
      `SELECT count(*) AS size, ${keysOf('address')}, ${['count', 'first', 'last'].map(numbersOf).join(', ')} FROM (
         SELECT address, count, first, last FROM tally WHERE series = ? AND address > ? ORDER BY address LIMIT ${PAGE_OF_LISTS})`,
    );
  }

  /** By address, in the lists, which are filled again with the next page. */
  *pages(series: StoredSeries, lists: TallyLists): Generator<TallyLists> {
    let after: Buffer | number = START;
    do {
      const row = this.#page.row(series.id, after);
      if (row !== undefined) after = lists.fill(row, series, this.#database) ?? after;
      if (lists.size > 0) yield lists;
    } while (lists.size === PAGE_OF_LISTS);
  }
}

export class TallyPages {
  readonly #database: Database;
  readonly #series: SeriesTable;
  readonly #rows: TallyRows;
  readonly #packed: Query;
  readonly #sum: Query;

  constructor(database: Database, series: SeriesTable) {
    this.#database = database;
    this.#series = series;
    this.#rows = new TallyRows(database);
    this.#packed = database.query('SELECT content FROM tally_page WHERE series = ? AND number = ?');
    this.#sum = database.query('SELECT sum(count) AS count, min(first) AS first FROM tally WHERE series = ?');
  }

  /** By day; the lists are filled again with the next page. */
  *tallies(days: Days): Generator<TallyLists> {
    const lists = new TallyLists();
    for (const series of this.#series.ofDays(days, 'attempts')) yield* this.#pagesOf(series, lists);
  }

  /** Without pages from the rows: it was added to, or is of a daemon that was started before the ledger had pages. */
  *#pagesOf(series: StoredSeries, lists: TallyLists): Generator<TallyLists> {
    for (let number = 0; ; number++) {
      const content = this.#packed.row(series.id, number)?.bytes('content');
      if (content === undefined) return number === 0 ? yield* this.#rows.pages(series, lists) : undefined;
      yield lists.unpack(content, series, this.#database);
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
  readonly words = new Int32Array(PAGE_OF_LISTS * 4);
  readonly bits = new Int32Array(PAGE_OF_LISTS).fill(128);
  readonly count = new Float64Array(PAGE_OF_LISTS);
  readonly first = new Float64Array(PAGE_OF_LISTS);
  readonly last = new Float64Array(PAGE_OF_LISTS);

  readonly textOf = (row: number): string => {
    const word = (number: number): number => this.words[row * 4 + number] ?? 0;
    return fromWords(word(0), word(1), word(2), word(3)).text;
  };

  /** Reads a page; the key of its last row. @throws ProblemError when it cannot be one. */
  fill(row: Row, series: StoredSeries, database: Database): Buffer | undefined {
    const size = row.number('size');
    this.#begin(series, size);
    if (size === 0) return undefined;
    for (const column of ['count', 'first', 'last'] as const) {
      readNumbers(row.bytes(column), this[column], { size, database });
    }
    const keys = row.bytes('address');
    readWords(keys, this.words, { size, database });
    return keys.subarray(-KEY_BYTES);
  }

  /** The page in few bytes, for `unpack`. */
  pack(): Buffer {
    const writer = new ColumnWriter(this.size);
    return writer.addWords(this.words).add(this.count).add(this.first).add(this.last).bytes();
  }

  /** Reads a page that was packed. @throws ProblemError when it cannot be one. */
  unpack(bytes: Buffer, series: StoredSeries, database: Database): this {
    const reader = new ColumnReader(bytes, { sizeMax: PAGE_OF_LISTS, database });
    reader.readWords(this.words);
    reader.read(this.count).read(this.first).read(this.last).end();
    this.#begin(series, reader.size);
    return this;
  }

  #begin({ day, service, kind }: StoredSeries, size: number): void {
    this.day = day;
    this.service = service;
    this.kind = kind;
    this.size = size;
  }
}
