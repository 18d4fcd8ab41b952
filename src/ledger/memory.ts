/**
 * What jails remember for days, as rows of their own making: written in the transaction of what came of them, read whole
 * at the next start, and forgotten when they do not matter any more.
 */
import type { Database, Query, SqlValue } from './database.ts';
import { PAGE, pages } from './row.ts';

export interface MemoryRow {
  readonly key: string;
  /** Until when it matters. */
  readonly until: number;
  /** Undefined: the row goes. */
  readonly content: string | undefined;
}

/** Rows that one statement writes: the price of a call is shared among them. */
const ROWS = 32;
const COLUMNS = 3;

export class Memory {
  readonly #put: Query;
  readonly #putRows: Query;
  readonly #remove: Query;
  readonly #page: Query;
  readonly #forget: Query;

  constructor(database: Database) {
    this.#put = database.query(putRows(1));
    this.#putRows = database.query(putRows(ROWS));
    this.#remove = database.query('DELETE FROM memory WHERE key = ?');
    this.#page = database.query(
      `SELECT json_group_array(json_array(hex(key), until, hex(content))) AS page FROM (
         SELECT * FROM memory WHERE key > ? ORDER BY key LIMIT ${PAGE})`,
    );
    this.#forget = database.query('DELETE FROM memory WHERE until < ?');
  }

  save(rows: Iterable<MemoryRow>): void {
    const cells: SqlValue[] = [];
    for (const { key, until, content } of rows) {
      if (content === undefined) {
        // It may be of a row that waits to be written.
        this.#write(cells);
        this.#remove.run(bytesOf(key));
        continue;
      }
      cells.push(bytesOf(key), Math.round(until), bytesOf(content));
      if (cells.length === ROWS * COLUMNS) this.#write(cells);
    }
    this.#write(cells);
  }

  *all(): Generator<MemoryRow> {
    const ask = (last: { text(position: number): string } | undefined) =>
      this.#page.page(last ? Buffer.from(last.text(0), 'hex') : Buffer.alloc(0));
    for (const cells of pages(ask)) {
      yield { key: textOf(cells.text(0)), until: cells.number(1), content: textOf(cells.text(2)) };
    }
  }

  #write(cells: SqlValue[]): void {
    if (cells.length === ROWS * COLUMNS) this.#putRows.run(...cells);
    else for (let at = 0; at < cells.length; at += COLUMNS) this.#put.run(...cells.slice(at, at + COLUMNS));
    cells.length = 0;
  }

  forget(before: number): void {
    this.#forget.run(Math.round(before));
  }
}

function putRows(rows: number): string {
  return `INSERT OR REPLACE INTO memory (key, until, content) VALUES ${new Array(rows).fill('(?, ?, ?)').join(', ')}`;
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

function textOf(hex: string): string {
  return Buffer.from(hex, 'hex').toString('utf8');
}
