/**
 * A table of things that many rows share, each kept once and named by a number: hosts and paths, origins, reasons, answers.
 * Rows hold the number; a million bans read their origins from memory.
 */
import type { Database, Query, SqlValue } from './database.ts';
import type { Row } from './row.ts';

/** How things of one table are written. `encode` must give the same for equal things: it is their key. */
export interface Encoding<Thing> {
  encode(thing: Thing): string;
  decode(content: string): Thing | undefined;
  toSql(content: string): SqlValue;
  fromRow(row: Row): string;
}

/** More than the hosts, kinds, paths and origins that are in use at a time; when outgrown, the cache starts anew. */
const CACHED = 65_536;

export class Dictionary<Thing> {
  readonly #database: Database;
  readonly #encoding: Encoding<Thing>;
  readonly #byContent: Query;
  readonly #byId: Query;
  readonly #insert: Query;
  readonly #ids = new Map<string, number>();
  readonly #things = new Map<number, Thing>();

  constructor(database: Database, table: 'name' | 'origin' | 'reason' | 'answer', encoding: Encoding<Thing>) {
    this.#database = database;
    this.#encoding = encoding;
    this.#byContent = database.query(`SELECT id FROM ${table} WHERE content = ?`);
    this.#byId = database.query(`SELECT content FROM ${table} WHERE id = ?`);
    this.#insert = database.query(`INSERT INTO ${table} (content) VALUES (?)`);
  }

  /** The number of a thing, which is added when it is new. */
  id(thing: Thing): number {
    const content = this.#encoding.encode(thing);
    return this.#known(content) ?? this.#remember(content, this.#insert.run(this.#encoding.toSql(content)).id);
  }

  /** The number of a thing, if it is in the table. */
  find(thing: Thing): number | undefined {
    return this.#known(this.#encoding.encode(thing));
  }

  /** The thing that a row points to. */
  get(id: number): Thing {
    const known = this.#things.get(id);
    if (known !== undefined) return known;
    const row = this.#byId.row(id);
    const thing = row && this.#encoding.decode(this.#encoding.fromRow(row));
    if (thing === undefined) throw this.#database.damaged(`a row points to ${id}, which is missing or cannot be read`);
    if (this.#things.size >= CACHED) this.#things.clear();
    this.#things.set(id, thing);
    return thing;
  }

  /** After a rollback: what was added is gone. */
  forget(): void {
    this.#ids.clear();
    this.#things.clear();
  }

  #known(content: string): number | undefined {
    const cached = this.#ids.get(content);
    if (cached !== undefined) return cached;
    const row = this.#byContent.row(this.#encoding.toSql(content));
    return row && this.#remember(content, row.number('id'));
  }

  #remember(content: string, id: number): number {
    if (this.#ids.size >= CACHED) this.#ids.clear();
    this.#ids.set(content, id);
    return id;
  }
}
