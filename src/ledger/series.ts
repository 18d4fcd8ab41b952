/** What the tallies of one day, host, service and kind share, kept once and named by a number. */
import type { Database, Query } from './database.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Series {
  /** Days since 1970-01-01 in the ledger's zone. */
  readonly day: number;
  readonly host: string;
  readonly service: string;
  /** `USER_NAMES` for the user names of the service. */
  readonly kind: string;
}

export interface StoredSeries extends Series {
  readonly id: number;
}

/** Days from `first` to `last`, both included; all hosts when undefined. */
export interface Days {
  readonly first: number;
  readonly last: number;
  readonly host: string | undefined;
}

/** No kind is empty, so this one cannot be mistaken for one. */
export const USER_NAMES = '';

/** Some days of a large fleet; what is older is read again. */
const CACHED = 16_384;
/** No row has it. */
const NONE = -1;
const HOST_MAX = Number.MAX_SAFE_INTEGER;

export class SeriesTable {
  readonly #database: Database;
  readonly #vocabulary: Vocabulary;
  readonly #find: Query;
  readonly #insert: Query;
  readonly #get: Query;
  readonly #ofDays: Query;
  readonly #hosts: Query;
  readonly #cache = new Map<number, StoredSeries>();

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#database = database;
    this.#vocabulary = vocabulary;
    this.#find = database.query('SELECT id FROM series WHERE day = ? AND host = ? AND service = ? AND kind = ?');
    this.#insert = database.query('INSERT INTO series (day, host, service, kind) VALUES (?, ?, ?, ?)');
    this.#get = database.query('SELECT id, day, host, service, kind FROM series WHERE id = ?');
    this.#ofDays = database.query(
      `SELECT id FROM series WHERE day BETWEEN ? AND ? AND host BETWEEN ? AND ? AND (kind = ?) = ? ORDER BY day, id`,
    );
    this.#hosts = database.query('SELECT DISTINCT host FROM series WHERE day BETWEEN ? AND ? AND host BETWEEN ? AND ?');
  }

  /** The number of a series, which is added when it is new. */
  id(series: Series): number {
    const { names } = this.#vocabulary;
    const key = [series.day, names.id(series.host), names.id(series.service), names.id(series.kind)] as const;
    return this.#find.row(...key)?.number('id') ?? this.#insert.run(...key).id;
  }

  get(id: number): StoredSeries {
    const known = this.#cache.get(id);
    if (known) return known;
    const row = this.#get.row(id);
    if (!row) throw this.#database.damaged(`a tally points to series ${id}, which is missing`);
    const { names } = this.#vocabulary;
    const series = {
      id,
      day: row.number('day'),
      host: names.get(row.number('host')),
      service: names.get(row.number('service')),
      kind: names.get(row.number('kind')),
    };
    if (this.#cache.size >= CACHED) this.#cache.clear();
    this.#cache.set(id, series);
    return series;
  }

  /** The series of some days, in order of day: those of attempts, or those of user names. */
  ofDays(days: Days, what: 'attempts' | 'users'): StoredSeries[] {
    const userNames = this.#vocabulary.names.find(USER_NAMES) ?? NONE;
    return this.#ofDays
      .rows(...this.#bounds(days), userNames, what === 'users' ? 1 : 0)
      .map((row) => this.get(row.number('id')));
  }

  /** The hosts that have series of some days. */
  hosts(days: Days): string[] {
    return this.#hosts.rows(...this.#bounds(days)).map((row) => this.#vocabulary.names.get(row.number('host')));
  }

  #bounds({ first, last, host }: Days): readonly [number, number, number, number] {
    if (host === undefined) return [first, last, 0, HOST_MAX];
    const only = this.#vocabulary.names.find(host) ?? NONE;
    return [first, last, only, only];
  }

  /** After a rollback. */
  forget(): void {
    this.#cache.clear();
  }
}
