/**
 * How far each log was read, and what was open when the reading stopped. Written in the transaction of what was derived
 * from the lines, so that after a crash no line is lost and none counted twice.
 */
import type { Database, Query } from './database.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * How far a log was read. It is known again by its first bytes, whatever it is called by now: `auth.log` that became
 * `auth.log.1` and then `auth.log.2.gz` is still the same. Short heads of different logs may be equal; the reader decides.
 */
export interface SourcePosition {
  readonly host: string;
  /** Where it was last seen. */
  readonly path: string;
  /** Of the uncompressed content, up to 4096 bytes. */
  readonly headLength: number;
  /** SHA-256 of these bytes, in hex. */
  readonly headHash: string;
  /** Uncompressed bytes that were read. */
  readonly position: number;
  /** Time of the last attempt, 0 when there was none. */
  readonly lastTime: number;
}

export interface StoredPosition extends SourcePosition {
  /** To be given back when the position moves. */
  readonly id: number;
}

export class Positions {
  readonly #vocabulary: Vocabulary;
  readonly #ofHost: Query;
  readonly #insert: Query;
  readonly #update: Query;
  readonly #state: Query;
  readonly #setState: Query;

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#ofHost = database.query('SELECT * FROM position WHERE host = ? ORDER BY id');
    this.#insert = database.query(
      'INSERT INTO position (host, path, head_length, head_hash, position, last_time) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#update = database.query(
      `UPDATE position SET host = ?, path = ?, head_length = ?, head_hash = ?, position = ?, last_time = ?
       WHERE id = ?`,
    );
    this.#state = database.query('SELECT content FROM state WHERE name = ?');
    this.#setState = database.query(
      'INSERT INTO state (name, content) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET content = excluded.content',
    );
  }

  /** The positions of a host, in the order in which its logs were first read. */
  ofHost(host: string): StoredPosition[] {
    const { names } = this.#vocabulary;
    const hostId = names.find(host);
    if (hostId === undefined) return [];
    return this.#ofHost.rows(hostId).map((row) => ({
      id: row.number('id'),
      host,
      path: names.get(row.number('path')),
      headLength: row.number('head_length'),
      headHash: row.bytes('head_hash').toString('hex'),
      position: row.number('position'),
      lastTime: row.number('last_time'),
    }));
  }

  /** Moves the position `id`, or adds one; its id. */
  save(position: SourcePosition, id: number | undefined): number {
    const { names } = this.#vocabulary;
    const columns = [
      names.id(position.host),
      names.id(position.path),
      position.headLength,
      Buffer.from(position.headHash, 'hex'),
      position.position,
      Math.round(position.lastTime),
    ];
    if (id === undefined) return this.#insert.run(...columns).id;
    if (this.#update.run(...columns, id).changes === 0) throw new Error(`there is no position ${id}`);
    return id;
  }

  state(name: string): string | undefined {
    const nameId = this.#vocabulary.names.find(name);
    return nameId === undefined ? undefined : this.#state.row(nameId)?.bytes('content').toString('utf8');
  }

  setState(name: string, text: string): void {
    this.#setState.run(this.#vocabulary.names.id(name), Buffer.from(text, 'utf8'));
  }
}
