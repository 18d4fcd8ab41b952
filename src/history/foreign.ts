/**
 * Databases of other programs: opened to be read, while they are written by their owners, and never believed. Rows are
 * fetched page by page, so that nobody waits for us; what a column holds is looked at, whatever its declared type.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { EXIT, type ExitStatus, errorCode, ProblemError } from '../base/problem.ts';
import { type Access, type Database, openDatabase, type Query } from '../ledger/database.ts';
import type { Row } from '../ledger/row.ts';
import { isGzip } from '../source/open.ts';

/** The first bytes of every SQLite file. */
export const SQLITE_MAGIC = 'SQLite format 3\0';
/** Where the file says how it is written to; 2 is with a log beside it (WAL). */
const WRITE_VERSION_AT = 18;
const WAL = 2;
/** Rows of a page: a few milliseconds in which the owner cannot write. */
export const PAGE_ROWS = 500;
/** What a row counts beside the bytes of logs, for progress. */
export const ROW_BYTES = 100;

/**
 * @throws ProblemError: 65 no database or a damaged one, 66 missing, 69 locked for seconds, 77 not permitted
 */
export function openForeign(path: string): Database {
  const head = readably(path, () => beginningOf(path));
  if (isGzip(head)) {
    const hint = 'gzip -dc FILE > fail2ban.sqlite3';
    throw new ProblemError(EXIT.badData, { where: path, what: 'a database must be unpacked first', hint });
  }
  return readably(path, () => {
    const database = openDatabase(path, accessTo(path, head));
    try {
      // What the file's own views, triggers and defaults would do does not happen.
      database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON;');
      database.query('SELECT count(*) AS objects FROM sqlite_schema').row();
      expectWholePages(database, path);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** SQLite reads a page that the file ends within as zeros behind it: rows would be missing, and no word of it. */
function expectWholePages(database: Database, path: string): void {
  const page = database.query('SELECT page_size AS size FROM pragma_page_size').row()?.number('size') ?? 1;
  if (statSync(path).size % page === 0) return;
  throw damaged(path, 'it ends within a page');
}

/**
 * The rows of a query for so many rows of an `id` greater than a number, page after page. In a damaged table they may
 * come in circles.
 */
export function* pagesOf(path: string, query: Query): Generator<readonly Row[]> {
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = readably(path, () => query.rows(last));
    for (const id of readably(path, () => rows.map((row) => row.number('id')))) {
      if (id <= last) throw damaged(path, 'its rows are out of order');
      last = id;
    }
    yield rows;
    if (rows.length < PAGE_ROWS) return;
  }
}

/** Runs something on the database at `path`; its failures name it, and not a ledger. */
export function readably<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw problemOf(path, error);
  }
}

/** The names of the tables. */
export function tablesOf(database: Database): ReadonlySet<string> {
  const rows = database.query("SELECT CAST(name AS BLOB) AS name FROM sqlite_schema WHERE type = 'table'").rows();
  return new Set(rows.map((row) => row.bytes('name').toString('utf8')));
}

/** The columns of a table; empty when there is no such table (a view is none). */
export function columnsOf(database: Database, table: string): ReadonlySet<string> {
  if (!tablesOf(database).has(table)) return new Set();
  const rows = database.query('SELECT CAST(name AS BLOB) AS name FROM pragma_table_info(?)').rows(table);
  return new Set(rows.map((row) => row.bytes('name').toString('utf8')));
}

/**
 * A column's text as bytes, whatever was put into it: one of the SQLite modules ends text at a NUL. Longer than `most`
 * bytes is NULL.
 */
export function bytesOf(column: string, most: number, name = column.split('.').at(-1)): string {
  return `CASE WHEN length(CAST(${column} AS BLOB)) <= ${most} THEN CAST(${column} AS BLOB) END AS ${name}`;
}

/** Reads all of a column that is needed later: damage must be met before anything is recorded. */
export function touchOf(column: string): string {
  return `length(CAST(${column} AS BLOB)) AS touched`;
}

/** A column as a whole number that JavaScript can hold; NULL for anything else. */
export function wholeOf(column: string, name = column.split('.').at(-1)): string {
  const whole = `CAST(${column} AS INTEGER)`;
  const isNumber = `typeof(${column}) IN ('integer', 'real') OR ${column} GLOB '[0-9]*' OR ${column} GLOB '-[0-9]*'`;
  return `CASE WHEN (${isNumber}) AND ${whole} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${whole} END AS ${name}`;
}

/**
 * With a log beside it that somebody has open, SQLite's own way of reading beside a writer. Without one nobody writes,
 * and reading must not leave the files of a log behind, in a folder of others.
 */
function accessTo(path: string, head: Buffer): Access {
  if (head[WRITE_VERSION_AT] !== WAL) return 'read';
  return statSync(`${path}-wal`, { throwIfNoEntry: false }) ? 'read' : 'frozen';
}

function beginningOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(WRITE_VERSION_AT + 1);
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

const RECOVER = 'nothing was imported; sqlite3 FILE .recover may save what is left';
const DAMAGED = 'the database is damaged';

function damaged(path: string, why: string): ProblemError {
  const problem = { where: path, what: `${DAMAGED}: ${why}`, hint: RECOVER };
  return new ProblemError(EXIT.badData, problem, { cause: new Error(why) });
}

const WORDS: ReadonlyMap<ExitStatus, string> = new Map([
  [EXIT.badData, DAMAGED],
  [EXIT.unavailable, 'the database cannot be read now'],
  [EXIT.notPermitted, 'the database may not be read'],
]);

function problemOf(path: string, error: unknown): unknown {
  if (error instanceof ProblemError) {
    const { cause, status } = error;
    const words = WORDS.get(status);
    if (words === undefined || error.problems.some(({ where }) => where !== path)) return error;
    if (status === EXIT.notPermitted && existsSync(`${path}-journal`)) {
      const hint = 'let its owner open it once, or copy it with the -journal beside it and open the copy with sqlite3';
      return new ProblemError(EXIT.badData, { where: path, what: 'a write to it was interrupted', hint }, { cause });
    }
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    const hint = status === EXIT.badData ? RECOVER : undefined;
    return new ProblemError(status, { where: path, what: `${words}${why}`, ...(hint ? { hint } : {}) }, { cause });
  }
  switch (errorCode(error)) {
    case 'ENOENT':
      return new ProblemError(EXIT.noInput, { where: path, what: 'there is no such file' }, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new ProblemError(EXIT.notPermitted, { where: path, what: 'may not be read' }, { cause: error });
    default:
      return error;
  }
}
