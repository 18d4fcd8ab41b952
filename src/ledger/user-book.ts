/**
 * The user names that were tried, added up in memory until they are written. Attackers invent names, so a day of a host
 * keeps so many and no more; what comes after them is counted as the rest. Which names are kept depends only on the
 * order of attempts, not on when they are written.
 */
import { detach } from '../base/text.ts';
import type { Database, Query } from './database.ts';
import { type Series, type SeriesTable, USER_NAMES } from './series.ts';

/** Password lists name some hundreds of users; a day that has ten thousand is one of random names. */
export const NAMES_A_DAY = 10_000;
/** Longer than any login name may be (32 bytes on Linux), shorter than what an attacker would like to have stored. */
export const NAME_BYTES = 64;

/** Names in memory: 100 bytes each and more, so 10 MB. */
const ENTRIES_MAX = 65_536;
/** Days and hosts whose number of names is remembered. */
const CACHED = 1024;

export class UserBook {
  readonly #series: SeriesTable;
  readonly #add: Query;
  readonly #insert: Query;
  readonly #addRest: Query;
  readonly #distinct: Query;
  /** In the order in which they were first seen. */
  #entries: { readonly name: string; readonly place: Map<string, number>; count: number }[] = [];
  readonly #places = new Map<string, { readonly series: Series; readonly users: Map<string, number> }>();
  /** Names that the file has of a day and host. */
  readonly #kept = new Map<string, number>();

  constructor(database: Database, series: SeriesTable) {
    this.#series = series;
    this.#add = database.query('UPDATE user_tally SET count = count + ? WHERE series = ? AND user = ?');
    this.#insert = database.query('INSERT INTO user_tally (series, user, count) VALUES (?, ?, ?)');
    this.#addRest = database.query(
      `INSERT INTO user_rest (series, count) VALUES (?, ?)
       ON CONFLICT (series) DO UPDATE SET count = count + excluded.count`,
    );
    this.#distinct = database.query(
      `SELECT count(*) AS names FROM user_tally WHERE series IN (
         SELECT other.id FROM series AS this JOIN series AS other USING (day, host, kind) WHERE this.id = ?)`,
    );
  }

  get isFull(): boolean {
    return this.#entries.length >= ENTRIES_MAX;
  }

  /** Where the names of a day, host and service are counted; the same map for the same three. */
  place({ day, host, service }: Omit<Series, 'kind'>): Map<string, number> {
    // A host may be named anything; with the length, no two keys are spelled alike.
    const key = `${day} ${service.length} ${service} ${host}`;
    let place = this.#places.get(key);
    if (!place) {
      place = { series: { day, host, service, kind: USER_NAMES }, users: new Map() };
      this.#places.set(key, place);
    }
    return place.users;
  }

  /** Not when full. */
  add(place: Map<string, number>, user: string, count: number): void {
    const name = user.length > NAME_BYTES ? user.slice(0, NAME_BYTES) : user;
    const entry = this.#entries[place.get(name) ?? -1];
    if (entry) {
      entry.count += count;
      return;
    }
    const kept = detach(name);
    place.set(kept, this.#entries.length);
    this.#entries.push({ name: kept, place, count });
  }

  /** Writes all that was added, within the caller's transaction. */
  flush(): void {
    const ids = new Map<Map<string, number>, { readonly id: number; readonly key: string }>();
    for (const { series, users } of this.#places.values()) {
      if (users.size > 0) ids.set(users, { id: this.#series.id(series), key: `${series.day} ${series.host}` });
    }
    const rest = new Map<number, number>();
    for (const { name, place, count } of this.#entries) {
      const target = ids.get(place);
      if (target && !this.#write(target, name, count)) rest.set(target.id, (rest.get(target.id) ?? 0) + count);
    }
    for (const [id, count] of rest) this.#addRest.run(id, count);
    this.#clear();
  }

  /** After a rollback. */
  drop(): void {
    this.#kept.clear();
    this.#clear();
  }

  /** False when the day of the host has no room for another name. */
  #write({ id, key }: { readonly id: number; readonly key: string }, name: string, count: number): boolean {
    const user = Buffer.from(name, 'latin1');
    if (this.#add.run(count, id, user).changes > 0) return true;
    const kept = this.#kept.get(key) ?? this.#distinct.row(id)?.number('names') ?? 0;
    const fits = kept < NAMES_A_DAY;
    if (fits) this.#insert.run(id, user, count);
    if (this.#kept.size >= CACHED) this.#kept.clear();
    this.#kept.set(key, fits ? kept + 1 : kept);
    return fits;
  }

  #clear(): void {
    this.#entries = [];
    this.#places.clear();
  }
}
