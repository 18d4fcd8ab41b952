/**
 * The database of a fail2ban that runs, asked while it writes: whom it has banned, how long, how often before. Everything
 * is read in pages or by its indices, so that it never waits for us for longer than a moment.
 */
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Database, Query } from '../ledger/database.ts';
import type { Row } from '../ledger/row.ts';
import { type FailureData, failureData } from './fail2ban-data.ts';
import { subjectText } from './fail2ban-events.ts';
import { bytesOf, columnsOf, openForeign, PAGE_ROWS, readably, wholeOf } from './foreign.ts';
import { jailName } from './past-ban.ts';

/** Beside the ledger's own word for it, what this server knows of a ban. */
export interface ServerBan {
  readonly jail: string;
  /** As `ServerEvent.subject`. */
  readonly subject: string;
  /** Of the last failure, epoch milliseconds. */
  readonly from: number;
  /** Infinite for good; undefined where an old format does not say. */
  readonly until: number | undefined;
  /** Bans of the subject in the jail, with this one. */
  readonly count: number;
}

export interface MeasuredBan extends ServerBan, FailureData {}

/** Bytes of a cell; as for an import (fail2ban-database.ts). */
const TEXT_BYTES = 255;
const DATA_BYTES = 1_048_576;
/** Rows of one subject in a table: in `bips` it has one a jail; in `bans` only the newest matter. */
const OF_ONE = 200;
/** A question waits so long for a transaction of theirs, which commits a ban at a time. */
const MOMENT_MS = 200;

export class ServerBans {
  readonly #path: string;
  readonly #database: Database;
  readonly #page: Query;
  readonly #of: readonly Query[];
  readonly #newest: Query;
  readonly #after: Query;
  readonly #end: Query;
  readonly #log: Query | undefined;
  #last: number | undefined;

  /** @throws ProblemError: 65 no database of fail2ban, 66 missing, 69 locked for seconds, 77 not permitted */
  constructor(path: string) {
    this.#path = path;
    this.#database = openForeign(path);
    try {
      const bans = this.#cells('bans');
      const held = columnsOf(this.#database, 'bips').has('timeofban') ? this.#cells('bips') : bans;
      this.#page = this.#query(`${held} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE_ROWS}`);
      const ofOne = `WHERE ip = ? ORDER BY rowid DESC LIMIT ${OF_ONE}`;
      this.#of = [...new Set([bans, held])].map((cells) => this.#query(`${cells} ${ofOne}`));
      const whole = this.#cells('bans', [bytesOf('data', DATA_BYTES)]);
      this.#newest = this.#query(`${whole} WHERE jail = ? AND ip = ? ORDER BY rowid DESC LIMIT 1`);
      this.#after = this.#query(`${bans} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE_ROWS}`);
      this.#end = this.#query('SELECT max(rowid) AS id FROM bans');
      const hasLogs = columnsOf(this.#database, 'logs').has('path');
      this.#log = hasLogs ? this.#query('SELECT 1 AS id FROM logs WHERE jail = ? AND path = ? LIMIT 1') : undefined;
      this.#database.exec(`PRAGMA busy_timeout = ${MOMENT_MS}`);
      this.fresh();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Bans that are not over. */
  *inForce(now: number): Iterable<ServerBan> {
    for (let last = Number.MIN_SAFE_INTEGER; ; ) {
      const rows = readably(this.#path, () => this.#page.rows(last));
      for (const row of rows) {
        last = row.number('id');
        const ban = banOf(row);
        if (ban?.until !== undefined && ban.until > now) yield ban;
      }
      if (rows.length < PAGE_ROWS) return;
    }
  }

  /** Bans of a subject, the oldest first; of each jail at least the last one. */
  of(subject: string): ServerBan[] {
    const rows = this.#of.flatMap((query) => readably(this.#path, () => query.rows(subject)));
    return rows.flatMap((row) => banOf(row) ?? []).sort((a, b) => a.from - b.from);
  }

  /** The newest ban of a subject in a jail, with what led to it. */
  newest(jail: string, subject: string): MeasuredBan | undefined {
    const row = readably(this.#path, () => this.#newest.row(jail, subject));
    const ban = row && banOf(row);
    return ban && { ...ban, ...failureData(row.has('data') ? row.bytes('data') : undefined) };
  }

  /** Bans that were made since this was asked last; at most a page at a time. */
  fresh(): ServerBan[] {
    // A ban that is lifted is deleted, and the next one may get its number.
    const end = readably(this.#path, () => this.#end.row());
    const highest = end?.has('id') ? end.number('id') : 0;
    const last = Math.min(this.#last ?? highest, highest);
    const rows = readably(this.#path, () => this.#after.rows(last));
    this.#last = rows.at(-1)?.number('id') ?? last;
    return rows.flatMap((row) => banOf(row) ?? []);
  }

  /** Whether a jail ever read a log; undefined where it does not note that. */
  reads(jail: string, log: string): boolean | undefined {
    const query = this.#log;
    return query && readably(this.#path, () => query.row(jail, log)) !== undefined;
  }

  close(): void {
    this.#database.close();
  }

  #cells(table: 'bans' | 'bips', also: readonly string[] = []): string {
    const columns = columnsOf(this.#database, table);
    if (!columns.has('timeofban')) {
      throw new ProblemError(EXIT.badData, { where: this.#path, what: 'is no database of fail2ban' });
    }
    const known = (name: string, cell: string): string => (columns.has(name) ? cell : `NULL AS ${name}`);
    const cells = [
      ...['rowid AS id', bytesOf('jail', TEXT_BYTES), bytesOf('ip', TEXT_BYTES), wholeOf('timeofban')],
      ...[known('bantime', wholeOf('bantime')), known('bancount', wholeOf('bancount')), ...also],
    ];
    return `SELECT ${cells.join(', ')} FROM ${table}`;
  }

  #query(sql: string): Query {
    return readably(this.#path, () => this.#database.query(sql));
  }
}

function banOf(row: Row): ServerBan | undefined {
  if (!row.has('jail') || !row.has('ip') || !row.has('timeofban')) return undefined;
  const from = row.number('timeofban') * 1_000;
  // -1 is for good, -2 what an upgrade from an older format left.
  const seconds = row.has('bantime') ? row.number('bantime') : -2;
  const end = seconds === -1 ? Number.POSITIVE_INFINITY : from + seconds * 1_000;
  return {
    jail: jailName(row.bytes('jail').toString('utf8')),
    subject: subjectText(row.bytes('ip').toString('utf8')),
    from,
    until: seconds < -1 ? undefined : end,
    count: row.has('bancount') ? Math.max(1, row.number('bancount')) : 1,
  };
}
