/**
 * What jails remember for days, as rows of their own making: written in the transaction of what came of them, read whole
 * at the next start, and forgotten when they do not matter any more.
 */
import type { Database, Query } from './database.ts';
import { PAGE, pages } from './row.ts';

export interface MemoryRow {
  readonly key: string;
  /** Until when it matters. */
  readonly until: number;
  /** Undefined: the row goes. */
  readonly content: string | undefined;
}

export class Memory {
  readonly #put: Query;
  readonly #remove: Query;
  readonly #page: Query;
  readonly #forget: Query;

  constructor(database: Database) {
    this.#put = database.query('INSERT OR REPLACE INTO memory (key, until, content) VALUES (?, ?, ?)');
    this.#remove = database.query('DELETE FROM memory WHERE key = ?');
    this.#page = database.query(
      `SELECT json_group_array(json_array(hex(key), until, hex(content))) AS page FROM (
         SELECT * FROM memory WHERE key > ? ORDER BY key LIMIT ${PAGE})`,
    );
    this.#forget = database.query('DELETE FROM memory WHERE until < ?');
  }

  save(rows: Iterable<MemoryRow>): void {
    for (const { key, until, content } of rows) {
      if (content === undefined) this.#remove.run(bytesOf(key));
      else this.#put.run(bytesOf(key), Math.round(until), bytesOf(content));
    }
  }

  *all(): Generator<MemoryRow> {
    const ask = (last: { text(position: number): string } | undefined) =>
      this.#page.page(last ? Buffer.from(last.text(0), 'hex') : Buffer.alloc(0));
    for (const cells of pages(ask)) {
      yield { key: textOf(cells.text(0)), until: cells.number(1), content: textOf(cells.text(2)) };
    }
  }

  forget(before: number): void {
    this.#forget.run(Math.round(before));
  }
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

function textOf(hex: string): string {
  return Buffer.from(hex, 'hex').toString('utf8');
}
