/**
 * Where what was read waits until all of it is known: a temporary database of SQLite's, on the disk, that the kernel
 * removes however the process ends. It puts a million bans in order with a few megabytes of memory, and a source that
 * turns out to be damaged in its middle has changed nothing.
 */
import { parseNetwork } from '../base/address.ts';
import { historyForm } from '../base/reason-words.ts';
import { type Database, openDatabase, type Query } from '../ledger/database.ts';
import type { Row } from '../ledger/row.ts';
import type { HistoryForm } from '../model.ts';
import { PAGE_ROWS, readably } from './foreign.ts';
import type { PastBan } from './past-ban.ts';

/** SQLite's name for a temporary database. */
const TEMPORARY = '';
const PLACE = 'the temporary database (TMPDIR says where)';
/** Kept in memory of it, in KiB. */
const CACHE_KIB = 16_384;
/** How `Infinity` is written. */
const FOR_GOOD = Number.MAX_SAFE_INTEGER;

/** A ban that waits. */
export interface StagedBan extends PastBan {
  readonly id: number;
  readonly form: HistoryForm;
  /** Which of the sources. */
  readonly source: number;
  /** Where the end is not known: it cannot have been later. */
  readonly bound: number | undefined;
}

/** Attempts of one address on one day, of one kind. */
export interface StagedAttempts {
  readonly id: number;
  readonly day: number;
  readonly kind: string;
  readonly subject: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** What is to be done with a ban that waits. */
export interface Decision {
  readonly id: number;
  readonly until: number;
  readonly released: number | undefined;
  readonly prior: number;
}

const TABLES = `
  PRAGMA cache_size = -${CACHE_KIB};
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE past (
    id INTEGER PRIMARY KEY, subject TEXT, jail TEXT, since INTEGER, until INTEGER, ended INTEGER, bound INTEGER,
    failures INTEGER, content BLOB, place INTEGER, line BLOB, kind TEXT, form TEXT, source INTEGER,
    final INTEGER, released INTEGER, prior INTEGER);
  CREATE TABLE event (
    id INTEGER PRIMARY KEY, jail TEXT, subject TEXT, time INTEGER, what TEXT, until INTEGER, failures INTEGER,
    place INTEGER, line BLOB, source INTEGER);
  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY, subject TEXT, kind TEXT, day INTEGER, count INTEGER, first INTEGER, last INTEGER,
    fresh INTEGER NOT NULL DEFAULT 0, UNIQUE (subject, kind, day));
  CREATE TABLE pair (source INTEGER, place INTEGER, evidence INTEGER);`;

export class Staging {
  readonly #database: Database;
  readonly #addBan: Query;
  readonly #decide: Query;

  constructor() {
    this.#database = readably(PLACE, () => openDatabase(TEMPORARY, 'write'));
    this.#database.exec(TABLES);
    this.#database.exec('BEGIN');
    this.#addBan = this.query(
      `INSERT INTO past (subject, jail, since, until, ended, bound, failures, content, place, line, kind, form, source)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#decide = this.query('UPDATE past SET final = ?, released = ?, prior = ? WHERE id = ?');
  }

  /** A statement of one of the parts of the import, prepared. */
  query(sql: string): Query {
    return this.#database.query(sql);
  }

  /** Statements that give nothing back. */
  run(sql: string): void {
    this.#database.exec(sql);
  }

  addBan(ban: PastBan & { readonly bound?: number | undefined }, form: HistoryForm, source: number): void {
    const { subject, jail, from, until, ended, bound, failures, text, place, line, kind } = ban;
    this.#addBan.run(
      ...[subject.text, jail, Math.round(from), ending(until), ending(ended), ending(bound), failures],
      Buffer.from(text, 'utf8'),
      place,
      line === undefined ? null : Buffer.from(line, 'latin1'),
      kind ?? null,
      ...[form, source],
    );
  }

  /** All is read: what follows asks by address and by time. */
  index(): void {
    this.#database.exec(`
      CREATE INDEX past_by_subject ON past (subject, id);
      CREATE INDEX pair_by_place ON pair (source, place, evidence);`);
  }

  /** All bans of one address after those of another. */
  *bySubject(): Generator<readonly StagedBan[]> {
    const page = this.query(`SELECT * FROM past WHERE (subject, id) > (?, ?) ORDER BY subject, id LIMIT ${PAGE_ROWS}`);
    let group: StagedBan[] = [];
    let last: readonly [string, number] = ['', 0];
    for (;;) {
      const rows = page.rows(...last);
      for (const row of rows) {
        const ban = banFrom(row);
        if (group[0] && group[0].subject.text !== ban.subject.text) {
          yield group;
          group = [];
        }
        group.push(ban);
        last = [ban.subject.text, ban.id];
      }
      if (rows.length < PAGE_ROWS) break;
    }
    if (group.length > 0) yield group;
  }

  decide({ id, until, released, prior }: Decision): void {
    this.#decide.run(ending(until), ending(released), prior, id);
  }

  /** The bans that were decided to be recorded, in the order of time, page by page. */
  *inOrder(size: number): Generator<ReadonlyArray<StagedBan & Decision>> {
    this.#database.exec('CREATE INDEX past_by_time ON past (since, id) WHERE prior IS NOT NULL');
    const page = this.query(
      `SELECT * FROM past WHERE prior IS NOT NULL AND (since, id) > (?, ?) ORDER BY since, id LIMIT ${size}`,
    );
    let last: readonly [number, number] = [Number.MIN_SAFE_INTEGER, 0];
    for (;;) {
      const bans = page.rows(...last).map((row) => ({ ...banFrom(row), ...decisionFrom(row) }));
      if (bans.length > 0) yield bans;
      const end = bans.at(-1);
      if (!end || bans.length < size) return;
      last = [end.from, end.id];
    }
  }

  count(what: 'past' | 'attempts'): number {
    return this.query(`SELECT count(*) AS rows FROM ${what}`).row()?.number('rows') ?? 0;
  }

  close(): void {
    this.#database.close();
  }
}

function ending(time: number | undefined): number | null {
  if (time === undefined) return null;
  return time >= FOR_GOOD ? FOR_GOOD : Math.round(time);
}

/** The other way round. */
export function timeIn(row: Row, column: string): number | undefined {
  if (!row.has(column)) return undefined;
  const time = row.number(column);
  return time >= FOR_GOOD ? Number.POSITIVE_INFINITY : time;
}

function banFrom(row: Row): StagedBan {
  const subject = parseNetwork(row.text('subject'));
  const form = historyForm(row.text('form'));
  if (!subject || !form) throw new Error('a staged ban has no subject or no form');
  return {
    subject,
    id: row.number('id'),
    jail: row.text('jail'),
    from: row.number('since'),
    until: timeIn(row, 'until'),
    ended: timeIn(row, 'ended'),
    bound: timeIn(row, 'bound'),
    failures: row.number('failures'),
    text: row.bytes('content').toString('utf8'),
    place: row.number('place'),
    ...(row.has('line') ? { line: row.bytes('line').toString('latin1') } : {}),
    kind: row.has('kind') ? row.text('kind') : undefined,
    form,
    source: row.number('source'),
  };
}

function decisionFrom(row: Row): Decision {
  const until = timeIn(row, 'final') ?? Number.POSITIVE_INFINITY;
  return { id: row.number('id'), until, released: timeIn(row, 'released'), prior: row.number('prior') };
}
