/**
 * Attempts, added up in memory by day, host, address, service and kind, and by user name, until they are written. Two
 * million attempts a second pass here, most of them of addresses that were seen a moment ago; SQLite would take a
 * microsecond and more for each.
 */
import { AddressTable } from '../base/address-table.ts';
import { dayOf, type Zone } from '../base/zone.ts';
import type { Attempt, Pattern } from '../model.ts';
import { KEY_BYTES } from './address-key.ts';
import type { Database, Query, SqlValue } from './database.ts';
import type { SeriesTable } from './series.ts';
import { TallyPacks } from './tally-packs.ts';
import { UserBook } from './user-book.ts';

/** 60 bytes each, so 16 MB; written in half a second, which a replay does not feel and the daemon never reaches. */
const ENTRIES_MAX = 262_144;
const ENTRIES_FIRST = 1024;
/** Rows that one statement writes: the price of a call is shared among them, which takes a third off each row. */
const ROWS = 64;
const COLUMNS = 5;
/** Days begin on a quarter of an hour in every zone (base/zone.ts). */
const QUARTER = 900_000;

/** Where an attempt is added up: what a series is, before it has a number in the file. */
interface Cell {
  readonly number: number;
  readonly day: number;
  readonly host: string;
  readonly service: string;
  readonly kind: string;
  /** User names of the day, host and service, and where the user book counts them. */
  readonly users: Map<string, number>;
}

export class TallyBook {
  readonly #zone: Zone;
  readonly #series: SeriesTable;
  readonly #users: UserBook;
  readonly #packs: TallyPacks;
  readonly #upsertRow: Query;
  readonly #upsertRows: Query;
  #table = new AddressTable(ENTRIES_MAX, ENTRIES_FIRST);
  #counts: Float64Array = new Float64Array(ENTRIES_FIRST);
  #firsts: Float64Array = new Float64Array(ENTRIES_FIRST);
  #lasts: Float64Array = new Float64Array(ENTRIES_FIRST);
  #size = 0;
  #cells: Cell[] = [];
  readonly #byPattern = new Map<Pattern, Map<string, Map<number, Cell>>>();
  #quarter = Number.NaN;
  #day = 0;
  #latest: { pattern: Pattern; host: string; day: number; cell: Cell } | undefined;

  constructor(options: { database: Database; series: SeriesTable; zone: Zone }) {
    this.#zone = options.zone;
    this.#series = options.series;
    this.#users = new UserBook(options.database, options.series);
    this.#packs = new TallyPacks(options.database, options.series);
    this.#upsertRow = options.database.query(upsert(1));
    this.#upsertRows = options.database.query(upsert(ROWS));
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Adds an attempt that stands for `count`. False when there is no room before the next flush; nothing was added. */
  add(attempt: Attempt, count: number): boolean {
    const { address, time, user } = attempt;
    if (user !== undefined && this.#users.isFull) return false;
    const cell = this.#cellOf(attempt);
    const index = this.#table.index(address.w0, address.w1, address.w2, address.w3, cell.number);
    if (index < 0) return false;
    if (index === this.#size) {
      this.#append(count, time);
    } else {
      this.#counts[index] = (this.#counts[index] ?? 0) + count;
      if (time < (this.#firsts[index] ?? 0)) this.#firsts[index] = time;
      if (time > (this.#lasts[index] ?? 0)) this.#lasts[index] = time;
    }
    if (user !== undefined) this.#users.add(cell.users, user, count);
    return true;
  }

  /** Writes all that was added, within the caller's transaction. */
  flush(): void {
    if (this.isEmpty) return;
    const series = this.#cells.map((cell) => this.#series.id(cell));
    for (const id of series) this.#packs.mark(id);
    const newest = this.#cells.reduce((day, cell) => Math.max(day, cell.day), Number.NEGATIVE_INFINITY);
    const keys = Array.from({ length: ROWS }, () => Buffer.alloc(KEY_BYTES));
    const values: SqlValue[] = [];
    for (const index of this.#inOrderOfKeys()) {
      const key = keys[values.length / COLUMNS] ?? Buffer.alloc(KEY_BYTES);
      for (let word = 0; word < 4; word++) key.writeInt32BE(this.#table.word(index, word), word * 4);
      const number = series[this.#table.word(index, 4)] ?? 0;
      const first = Math.round(this.#firsts[index] ?? 0);
      values.push(number, key, this.#counts[index] ?? 0, first, Math.round(this.#lasts[index] ?? 0));
      if (values.length < ROWS * COLUMNS) continue;
      this.#upsertRows.run(...values);
      values.length = 0;
    }
    for (let at = 0; at < values.length; at += COLUMNS) this.#upsertRow.run(...values.slice(at, at + COLUMNS));
    this.#users.flush();
    this.#clear();
    this.#packs.turn(newest);
  }

  /** Whether there are tallies of ours that lie unpacked. */
  get isBehind(): boolean {
    return this.#packs.isBehind;
  }

  /** Packs what lies unpacked, for whoever writes no more. */
  pack(): void {
    this.#packs.pack(Number.POSITIVE_INFINITY);
  }

  /** Forgets what was not written, and what it knows of what was: after a rollback. */
  drop(): void {
    this.#users.drop();
    this.#packs.forget();
    this.#clear();
  }

  #clear(): void {
    this.#table = new AddressTable(ENTRIES_MAX, ENTRIES_FIRST);
    this.#size = 0;
    this.#cells = [];
    this.#byPattern.clear();
    this.#latest = undefined;
  }

  #append(count: number, time: number): void {
    const index = this.#size++;
    if (index >= this.#counts.length) {
      this.#counts = grown(this.#counts);
      this.#firsts = grown(this.#firsts);
      this.#lasts = grown(this.#lasts);
    }
    this.#counts[index] = count;
    this.#firsts[index] = time;
    this.#lasts[index] = time;
  }

  #cellOf({ pattern, file, time }: Attempt): Cell {
    const quarter = Math.floor(time / QUARTER);
    if (quarter !== this.#quarter) {
      this.#quarter = quarter;
      this.#day = dayOf(this.#zone, time);
    }
    const { host } = file;
    const latest = this.#latest;
    if (latest && latest.pattern === pattern && latest.day === this.#day && latest.host === host) return latest.cell;
    const cell = this.#findCell(pattern, host, this.#day);
    this.#latest = { pattern, host, day: this.#day, cell };
    return cell;
  }

  #findCell(pattern: Pattern, host: string, day: number): Cell {
    const byHost = obtain(this.#byPattern, pattern, () => new Map<string, Map<number, Cell>>());
    const byDay = obtain(byHost, host, () => new Map<number, Cell>());
    return obtain(byDay, day, () => this.#addCell(pattern, host, day));
  }

  #addCell({ service, kind }: Pattern, host: string, day: number): Cell {
    const users = this.#users.place({ day, host, service });
    const cell = { number: this.#cells.length, day, host, service, kind, users };
    this.#cells.push(cell);
    return cell;
  }

  /**
   * By series, then by address (IPv6: by its first 32 bits): neighbors in the file are written together, which halves
   * the time, even where all attackers are of one network.
   */
  #inOrderOfKeys(): Uint32Array {
    const byAddress = new Float64Array(this.#size);
    const starts = new Uint32Array(this.#cells.length + 1);
    for (let index = 0; index < this.#size; index++) {
      const v6 = this.#table.word(index, 0);
      // 33 bits of address and 18 of index: an integer that a float holds.
      const prefix = v6 === 0 ? this.#table.word(index, 3) >>> 0 : 2 ** 32 + (v6 >>> 0);
      byAddress[index] = prefix * ENTRIES_MAX + index;
      const next = this.#table.word(index, 4) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    byAddress.sort();
    for (let cell = 1; cell < starts.length; cell++) starts[cell] = (starts[cell] ?? 0) + (starts[cell - 1] ?? 0);
    const order = new Uint32Array(this.#size);
    for (const key of byAddress) {
      const index = key % ENTRIES_MAX;
      const cell = this.#table.word(index, 4);
      const at = starts[cell] ?? 0;
      order[at] = index;
      starts[cell] = at + 1;
    }
    return order;
  }
}

function upsert(rows: number): string {
  const row = `(${new Array(COLUMNS).fill('?').join(', ')})`;
  return `INSERT INTO tally (series, address, count, first, last) VALUES ${new Array(rows).fill(row).join(', ')}
    ON CONFLICT (series, address) DO UPDATE SET
      count = count + excluded.count, first = min(first, excluded.first), last = max(last, excluded.last)`;
}

function obtain<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function grown(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
