/**
 * Tallies of days that are over, as pages of packed columns beside their rows: a report reads a million in the time that
 * SQLite needs for some ten thousand rows. A series that is added to loses its pages, and gets new ones later.
 */
import type { Database, Query } from './database.ts';
import type { SeriesTable } from './series.ts';
import { TallyLists, TallyRows } from './tally-lists.ts';

export class TallyPacks {
  readonly #series: SeriesTable;
  readonly #rows: TallyRows;
  readonly #mark: Query;
  readonly #drop: Query;
  readonly #unpacked: Query;
  readonly #keep: Query;
  readonly #done: Query;
  /** All of the days before it are packed, or were when this day came. */
  #day = Number.NEGATIVE_INFINITY;
  /** Whether this process has left series without pages. */
  isBehind = false;

  constructor(database: Database, series: SeriesTable) {
    this.#series = series;
    this.#rows = new TallyRows(database);
    this.#mark = database.query('INSERT OR IGNORE INTO unpacked (series) VALUES (?)');
    this.#drop = database.query('DELETE FROM tally_page WHERE series = ?');
    this.#unpacked = database.query(
      `SELECT json_group_array(json_array(id)) AS page FROM (
         SELECT series.id FROM unpacked JOIN series ON series.id = unpacked.series WHERE series.day < ? ORDER BY series.id)`,
    );
    this.#keep = database.query('INSERT INTO tally_page (series, number, content) VALUES (?, ?, ?)');
    this.#done = database.query('DELETE FROM unpacked WHERE series = ?');
  }

  /** A series is added to: before its pages would lie. */
  mark(seriesId: number): void {
    this.isBehind = true;
    if (this.#mark.run(seriesId).changes > 0) this.#drop.run(seriesId);
  }

  /** Packs what is not packed of the days before one, when that is the first that is heard of this day. */
  turn(day: number): void {
    if (day <= this.#day) return;
    this.#day = day;
    this.pack(day);
  }

  /** Packs what is not packed of the days before one. */
  pack(before: number): void {
    const lists = new TallyLists();
    for (const id of this.#unpacked.ids(before)) {
      let number = 0;
      for (const page of this.#rows.pages(this.#series.get(id), lists)) this.#keep.run(id, number++, page.pack());
      this.#done.run(id);
    }
    if (before === Number.POSITIVE_INFINITY) this.isBehind = false;
  }

  /** After a rollback. */
  forget(): void {
    this.#day = Number.NEGATIVE_INFINITY;
  }
}
