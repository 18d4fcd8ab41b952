/**
 * What the daemon judged lately, as text of its own making: with it a daemon that was killed knows what it had counted.
 * Written in the transaction of what came of it, and forgotten when it is too old to matter.
 */
import type { Database, Query } from './database.ts';

export class Recent {
  readonly #add: Query;
  readonly #since: Query;
  readonly #next: Query;
  readonly #newest: Query;
  readonly #forget: Query;

  constructor(database: Database) {
    this.#add = database.query('INSERT INTO recent (last, content) VALUES (?, ?)');
    this.#since = database.query('SELECT ifnull(min(id), 0) AS first FROM recent WHERE last >= ?');
    this.#next = database.query('SELECT id, content FROM recent WHERE id >= ? ORDER BY id LIMIT 1');
    this.#newest = database.query('SELECT ifnull(max(last), 0) AS newest FROM recent');
    this.#forget = database.query('DELETE FROM recent WHERE last < ?');
  }

  add(last: number, text: string): void {
    this.#add.run(Math.round(last), Buffer.from(text, 'utf8'));
  }

  /** From the first that reaches the time, in the order of writing; one at a time, for each may be megabytes. */
  *since(time: number): Generator<string> {
    let id = this.#since.row(Math.round(time))?.number('first') ?? 0;
    if (id === 0) return;
    for (;;) {
      const row = this.#next.row(id);
      if (!row) return;
      id = row.number('id') + 1;
      yield row.bytes('content').toString('utf8');
    }
  }

  newest(): number {
    return this.#newest.row()?.number('newest') ?? 0;
  }

  forget(before: number): void {
    this.#forget.run(Math.round(before));
  }
}
