/** Tallies and user names, read. */
import type { Network } from '../base/address.ts';
import { dayOf, type Zone } from '../base/zone.ts';
import type { Scope, Tally, UserTally } from '../model.ts';
import { addressTextFromHex, rangeOf } from './address-key.ts';
import type { Database, Query } from './database.ts';
import { type Cells, PAGE, pages } from './row.ts';
import type { Days, SeriesTable } from './series.ts';
import { START, type TallyLists, TallyPages } from './tally-lists.ts';

/** Years 68 to 9892: what the calendar of every zone can name. A period may be larger. */
const EARLIEST = -6e13;
const LATEST = 2.5e14;

export class TallyRecords {
  readonly #database: Database;
  readonly #series: SeriesTable;
  readonly #zone: Zone;
  readonly #pages: TallyPages;
  readonly #tallies: Query;
  readonly #ofRange: Query;
  readonly #users: Query;
  readonly #rest: Query;
  readonly #named: Query;

  constructor(options: { database: Database; series: SeriesTable; zone: Zone }) {
    const { database } = options;
    this.#database = database;
    this.#series = options.series;
    this.#zone = options.zone;
    this.#pages = new TallyPages(database, options.series);
    this.#tallies = database.query(
      `SELECT json_group_array(json_array(hex(address), count, first, last)) AS page FROM (
         SELECT * FROM tally WHERE series = ? AND address > ? ORDER BY address LIMIT ${PAGE})`,
    );
    this.#ofRange = database.query(
      `SELECT json_group_array(json_array(hex(address), count, first, last, series)) AS page FROM (
         SELECT * FROM tally WHERE (address, series) > (?, ?) AND address <= ? ORDER BY address, series LIMIT ${PAGE})`,
    );
    this.#users = database.query(
      `SELECT json_group_array(json_array(hex(user), count)) AS page FROM (
         SELECT * FROM user_tally WHERE series = ? AND user > ? ORDER BY user LIMIT ${PAGE})`,
    );
    this.#rest = database.query('SELECT count FROM user_rest WHERE series = ?');
    this.#named = database.query('SELECT series, count FROM user_tally WHERE user = ? ORDER BY series');
  }

  /** Tallies of the days that the period touches, by day. */
  *tallies(scope: Scope): Generator<Tally> {
    for (const { id } of this.#series.ofDays(this.#daysOf(scope), 'attempts')) {
      const ask = (last: Cells | undefined): Cells[] => this.#tallies.page(id, last ? bytesOf(last.text(0)) : START);
      for (const cells of pages(ask)) yield this.#tallyOf(cells, id);
    }
  }

  /** The same, column by column; the lists are filled again with the next page. */
  tallyPages(scope: Scope): Generator<TallyLists> {
    return this.#pages.tallies(this.#daysOf(scope));
  }

  /** How many attempts there were on these days, and when the first was; infinite when there is none. */
  attemptsIn(scope: Scope): { count: number; first: number } {
    return this.#pages.sum(this.#daysOf(scope));
  }

  /** All tallies of a network's addresses, by address. */
  *talliesOf(network: Network): Generator<Tally> {
    const { low, high } = rangeOf(network);
    const ask = (last: Cells | undefined): Cells[] =>
      last ? this.#ofRange.page(bytesOf(last.text(0)), last.number(4), high) : this.#ofRange.page(low, START, high);
    for (const cells of pages(ask)) yield this.#tallyOf(cells, cells.number(4));
  }

  /** User names of the days that the period touches, by day; the rest of a day's names as undefined. */
  *users(scope: Scope): Generator<UserTally> {
    for (const { id, day, host, service } of this.#series.ofDays(this.#daysOf(scope), 'users')) {
      const ask = (last: Cells | undefined): Cells[] => this.#users.page(id, last ? bytesOf(last.text(0)) : START);
      for (const cells of pages(ask)) {
        yield { day, host, service, user: bytesOf(cells.text(0)).toString('latin1'), count: cells.number(1) };
      }
      const rest = this.#rest.row(id)?.number('count') ?? 0;
      if (rest > 0) yield { day, host, service, user: undefined, count: rest };
    }
  }

  /** When and where a user name was tried, by day. */
  usersNamed(user: string): UserTally[] {
    return this.#named.rows(Buffer.from(user, 'latin1')).map((row) => {
      const { day, host, service } = this.#series.get(row.number('series'));
      return { day, host, service, user, count: row.number('count') };
    });
  }

  /** The hosts that have attempts on the days that the period touches. */
  hosts(scope: Scope): string[] {
    return this.#series.hosts(this.#daysOf(scope));
  }

  #tallyOf(cells: Cells, seriesId: number): Tally {
    const { day, host, service, kind } = this.#series.get(seriesId);
    const address = addressTextFromHex(cells.text(0));
    if (!address) throw this.#database.damaged('a tally has no address');
    return {
      day,
      host,
      address,
      service,
      kind,
      count: cells.number(1),
      first: cells.number(2),
      last: cells.number(3),
    };
  }

  #daysOf({ period, host }: Scope): Days {
    const day = (time: number): number => dayOf(this.#zone, Math.min(Math.max(time, EARLIEST), LATEST));
    return { first: day(period.from), last: day(period.until - 1), host };
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
