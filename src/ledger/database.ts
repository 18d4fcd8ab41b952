/**
 * SQLite, whichever this Node has: its own `node:sqlite`, else the package with the same interface. Loaded when the
 * first database is opened and not before. Every failure of SQLite that an operator can meet becomes a ProblemError here.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { EXIT, type ExitStatus, errorCode, type Problem, ProblemError } from '../base/problem.ts';
import { Cells, isRows, Row } from './row.ts';

/** What a statement takes. */
export type SqlValue = number | string | null | Uint8Array;

/** `frozen` is for a file that nobody can write, not even SQLite's own side files: a backup, a read-only disk. */
export type Access = 'read' | 'write' | 'frozen';

/** The part of the interface that both modules have, and that we use. */
interface Statement {
  run(...values: readonly SqlValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...values: readonly SqlValue[]): unknown;
  all(...values: readonly SqlValue[]): readonly unknown[];
}

interface Connection {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

interface Sqlite {
  readonly DatabaseSync: new (path: string | URL, options: { readonly readOnly: boolean }) => Connection;
}

/** How long to wait for another writer when nobody says: other commands commit in less. */
const PATIENCE_MS = 5000;

/**
 * Opens a file, or `:memory:`. Sets nothing and reads nothing yet: what is in it may not be ours.
 * @throws ProblemError when there is no SQLite for this Node or the file cannot be opened.
 */
export function openDatabase(path: string, access: Access, patienceMs = PATIENCE_MS): Database {
  const { DatabaseSync } = loadSqlite();
  const location = access === 'frozen' ? new URL(`${pathToFileURL(path).href}?immutable=1`) : path;
  try {
    const database = new Database(path, new DatabaseSync(location, { readOnly: access !== 'write' }));
    database.exec(`PRAGMA busy_timeout = ${patienceMs}`);
    return database;
  } catch (error) {
    throw problemOf(path, error);
  }
}

/** An open database. */
export class Database {
  readonly path: string;
  readonly #connection: Connection;
  #isOpen = true;

  constructor(path: string, connection: Connection) {
    this.path = path;
    this.#connection = connection;
  }

  /** Runs statements that give nothing back. */
  exec(sql: string): void {
    try {
      this.#connection.exec(sql);
    } catch (error) {
      throw problemOf(this.path, error);
    }
  }

  /** Prepares a statement, for as often as one likes. */
  query(sql: string): Query {
    try {
      return new Query(this, this.#connection.prepare(sql));
    } catch (error) {
      throw problemOf(this.path, error);
    }
  }

  /** A number that is another one after others have committed, as this connection sees it. */
  version(): number {
    return this.query('PRAGMA data_version').row()?.number('data_version') ?? 0;
  }

  /** What is thrown when the file says something that it cannot say. */
  damaged(what: string): ProblemError {
    return damageOf(this.path, what);
  }

  /**
   * Brings all that was written into the one file, so that it can be copied: with one of the SQLite modules, closing alone
   * leaves this to the end of the process.
   */
  gather(): void {
    try {
      this.#connection.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Somebody reads, or the disk is full: what is in the log beside the file is safe there.
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A second time is no mistake: whoever ends a piece of work may close what it used. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#connection.close();
  }
}

/** A prepared statement. No row stays open between calls, so that a reader never holds up a commit. */
export class Query {
  readonly #database: Database;
  readonly #statement: Statement;

  constructor(database: Database, statement: Statement) {
    this.#database = database;
    this.#statement = statement;
  }

  /** Writes; how many rows changed, and the id of the last that was inserted. */
  run(...values: readonly SqlValue[]): { readonly changes: number; readonly id: number } {
    try {
      const { changes, lastInsertRowid } = this.#statement.run(...values);
      return { changes: Number(changes), id: Number(lastInsertRowid) };
    } catch (error) {
      throw problemOf(this.#database.path, error);
    }
  }

  /** The first row. */
  row(...values: readonly SqlValue[]): Row | undefined {
    try {
      const row = this.#statement.get(...values);
      return row === undefined ? undefined : new Row(row, this.#database);
    } catch (error) {
      throw problemOf(this.#database.path, error);
    }
  }

  /** All rows; for answers that are known to be short. */
  rows(...values: readonly SqlValue[]): Row[] {
    try {
      return this.#statement.all(...values).map((row) => new Row(row, this.#database));
    } catch (error) {
      throw problemOf(this.#database.path, error);
    }
  }

  /**
   * Rows of a statement whose only column `page` is a JSON array of arrays. One call for hundreds of rows is two to
   * three times faster than a call a row, with either module.
   */
  page(...values: readonly SqlValue[]): Cells[] {
    const text = this.row(...values)?.text('page') ?? '[]';
    const rows = parseJson(text);
    if (!isRows(rows)) throw this.#database.damaged('a page of rows cannot be read');
    return rows.map((row) => new Cells(row, this.#database));
  }

  /** Likewise, of pages that have one number in each row. */
  ids(...values: readonly SqlValue[]): number[] {
    return this.page(...values).map((cells) => cells.number(0));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const MODULES = ['node:sqlite', '@photostructure/sqlite'] as const;

function loadSqlite(): Sqlite {
  // Not `import`: bundlers leave `createRequire` alone, and Node 20 must not trip over a module that it does not have.
  const require = createRequire(import.meta.url);
  let cause: unknown;
  for (const name of MODULES) {
    try {
      const module: unknown = withoutSqliteWarning(() => require(name));
      if (isSqlite(module)) return module;
    } catch (error) {
      cause = error;
    }
  }
  throw new ProblemError(
    EXIT.unavailable,
    {
      what: `there is no SQLite for Node ${process.version}`,
      hint: 'Node 22.13 and later have it built in; for older ones, npm installs @photostructure/sqlite with this package',
    },
    { cause },
  );
}

/** Node 22 warns that `node:sqlite` is experimental. The user cannot do anything about it; other warnings pass. */
function withoutSqliteWarning(load: () => unknown): unknown {
  const emitWarning = process.emitWarning;
  process.emitWarning = new Proxy(emitWarning, {
    apply: (target, self, given: readonly unknown[]) => {
      const [warning, type] = given;
      if (type === 'ExperimentalWarning' && String(warning).startsWith('SQLite ')) return;
      Reflect.apply(target, self, given);
    },
  });
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function isSqlite(module: unknown): module is Sqlite {
  return typeof module === 'object' && module !== null && 'DatabaseSync' in module;
}

/** What SQLite says that is not the program's fault, by its primary result code. */
const FAILURES = new Map<number, { status: ExitStatus; what: string; hint?: string }>([
  [3, { status: EXIT.notPermitted, what: 'the ledger may not be opened' }],
  [
    5,
    { status: EXIT.unavailable, what: 'another process is writing to the ledger', hint: 'is rapsheet running twice?' },
  ],
  [6, { status: EXIT.unavailable, what: 'another process has locked the ledger' }],
  [8, { status: EXIT.notPermitted, what: 'the ledger may be read but not written' }],
  [10, { status: EXIT.unavailable, what: 'the disk failed; nothing since the last commit was recorded' }],
  [13, { status: EXIT.unavailable, what: 'the disk is full; nothing since the last commit was recorded' }],
  [14, { status: EXIT.notPermitted, what: 'the ledger cannot be opened' }],
]);
/**
 * 1 is a statement that makes no sense. Ours are the same always and all prepared when a ledger is opened, so it is the
 * file that makes none: a schema of a format that there is not, a table that is gone.
 */
const DAMAGE = new Set([1, 11, 26]);
const FULL = 13;
const SHARED_MEMORY_SIZE = 4874;
/** The package leaves the code out of some errors; these sentences have been SQLite's for twenty years. */
const SENTENCES = new Map([
  ['database is locked', 5],
  ['disk I/O error', 10],
  ['database disk image is malformed', 11],
  ['database or disk is full', 13],
]);

/** The failure as a person can read it; anything else stays what it is. */
function problemOf(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // No number of ours is so large that it has no place in JavaScript's.
  if (errorCode(error) === 'ERR_OUT_OF_RANGE') return damageOf(path, error.message, error);
  const code = codeOf(error);
  if (DAMAGE.has(code)) return damageOf(path, error.message, error);
  const failure = FAILURES.get(code);
  if (!failure) return error;
  const { status, what, hint } = failure;
  const problem: Problem = { where: path, what: `${what}: ${error.message}` };
  return new ProblemError(status, hint === undefined ? problem : { ...problem, hint }, { cause: error });
}

/** SQLite's primary result code: the low byte of the one that is given. 0 when there is none. */
function codeOf(error: Error): number {
  // Without room for its shared memory file, SQLite speaks of the disk, and means that it is full.
  if ('errcode' in error && error.errcode === SHARED_MEMORY_SIZE) return FULL;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  return SENTENCES.get(error.message) ?? 0;
}

function damageOf(path: string, what: string, cause?: unknown): ProblemError {
  const hint = 'restore it from a backup, or move it away and replay the logs';
  return new ProblemError(EXIT.badData, { where: path, what: `the ledger is damaged: ${what}`, hint }, { cause });
}
