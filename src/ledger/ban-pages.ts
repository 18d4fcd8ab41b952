/**
 * Bans of a period, column by column, for a report. Bans never change, so every 2,000 of them are kept a second time as
 * a page of packed columns, which SQLite hands over as one value; rows are read of the last ones only.
 */
import type { Scope } from '../model.ts';
import { BanLists } from './ban-lists.ts';
import type { Rules } from './ban-row.ts';
import { PAGE_OF_LISTS } from './columns.ts';
import type { Database, Query } from './database.ts';
import type { Vocabulary } from './vocabulary.ts';

const ID_MAX = Number.MAX_SAFE_INTEGER;
/** No name has it. */
const NOBODY = -1;

export class BanPages {
  readonly #database: Database;
  readonly #vocabulary: Vocabulary;
  readonly #last: Query;
  readonly #rows: Query;
  readonly #keep: Query;
  readonly #within: Query;
  readonly #content: Query;

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#database = database;
    this.#vocabulary = vocabulary;
    this.#last = database.query(
      'SELECT (SELECT ifnull(max(id), 0) FROM ban) AS ban, (SELECT ifnull(max(id), 0) FROM ban_page) AS page',
    );
    this.#rows = database.query(BanLists.select('id > ? AND id <= ?'));
    this.#keep = database.query('INSERT INTO ban_page (id, earliest, latest, content) VALUES (?, ?, ?, ?)');
    this.#within = database.query('SELECT id FROM ban_page WHERE latest >= ? AND earliest < ? ORDER BY id');
    this.#content = database.query('SELECT content FROM ban_page WHERE id = ?');
  }

  /** Whether the ban with this number fills a page. */
  static isFull(banId: number): boolean {
    return banId % PAGE_OF_LISTS === 0;
  }

  /** Packs the pages that are full: in the transaction of whoever wrote the last ban of one. */
  pack(): void {
    const { ban, page } = this.#lasts();
    const lists = new BanLists(this.#vocabulary, new Map());
    for (let id = page + 1; id * PAGE_OF_LISTS <= ban; id++) {
      this.#readRows(lists, (id - 1) * PAGE_OF_LISTS, id * PAGE_OF_LISTS);
      const since = lists.from.subarray(0, lists.size);
      const [earliest, latest] = [Math.min(...since), Math.max(...since)];
      if (lists.size > 0) this.#keep.run(id, earliest, latest, lists.pack());
    }
  }

  /** In the order in which they were made; the lists are filled again with the next page. */
  *pages({ period, host }: Scope, rules: Rules): Generator<BanLists> {
    const number = host === undefined ? undefined : (this.#vocabulary.names.find(host) ?? NOBODY);
    const lists = new BanLists(this.#vocabulary, rules);
    const { page } = this.#lasts();
    for (const row of this.#within.rows(period.from, period.until)) {
      const content = this.#content.row(row.number('id'))?.bytes('content');
      if (content === undefined) throw this.#database.damaged('a page of bans is missing');
      lists.unpack(content, this.#database);
      lists.narrow(period, number);
      if (lists.size > 0) yield lists;
    }
    for (let after = page * PAGE_OF_LISTS, size = PAGE_OF_LISTS; size === PAGE_OF_LISTS; ) {
      this.#readRows(lists, after, ID_MAX);
      size = lists.size;
      after = lists.id[size - 1] ?? ID_MAX;
      lists.narrow(period, number);
      if (lists.size > 0) yield lists;
    }
  }

  #readRows(lists: BanLists, after: number, last: number): void {
    const row = this.#rows.row(after, last);
    if (row !== undefined) lists.fill(row, this.#database);
  }

  /** The numbers of the last ban and of the last page. */
  #lasts(): { readonly ban: number; readonly page: number } {
    const row = this.#last.row();
    return { ban: row?.number('ban') ?? 0, page: row?.number('page') ?? 0 };
  }
}
