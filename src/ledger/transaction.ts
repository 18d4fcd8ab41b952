/** The one transaction that may be open, and what it outlives. */
import type { Database } from './database.ts';

/** What a commit outlives at once; the next one with `power` takes all before it along. */
export type Durability = 'power' | 'process';

export class Transaction {
  readonly #database: Database;
  readonly #mode: 'read' | 'write';
  #isOpen = false;
  /** As the file was opened (opening.ts). */
  #outlives: Durability = 'power';

  constructor(database: Database, mode: 'read' | 'write') {
    this.#database = database;
    this.#mode = mode;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  begin(outlives: Durability): void {
    if (this.#isOpen) throw new Error('a transaction is open already');
    if (this.#mode === 'write' && outlives !== this.#outlives) {
      this.#database.exec(`PRAGMA synchronous = ${outlives === 'power' ? 'FULL' : 'NORMAL'}`);
      this.#outlives = outlives;
    }
    // A writer takes its lock at once: it must not find out in the middle that it cannot have it.
    this.#database.exec(this.#mode === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN');
    this.#isOpen = true;
  }

  /** Where it fails the transaction stays open, to be rolled back. */
  commit(): void {
    this.#database.exec('COMMIT');
    this.#isOpen = false;
  }

  rollback(): void {
    this.#isOpen = false;
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself: it does so when the disk is full or fails.
    }
  }
}
