/**
 * From a path to a database that is a ledger of ours, or to the sentence that says why not. A file that is not ours, or
 * of another version, is looked at and never touched.
 */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { type Zone, zoneOf } from '../base/zone.ts';
import { type Access, type Database, openDatabase } from './database.ts';
import { isOlder, migrate } from './migration.ts';
import { APPLICATION_ID, createSchema, isEmpty, SCHEMA_VERSION, schemaStatements } from './schema.ts';

const MEMORY = ':memory:';
/** The first bytes of every SQLite file. */
const MAGIC = 'SQLite format 3\0';
const FOLDER_MODE = 0o750;
const FILE_MODE = 0o640;

export interface Place {
  readonly path: string;
  readonly mode: 'read' | 'write';
  readonly clock: Clock;
  /** For a ledger that is made. */
  readonly zone: Zone;
  /** For another writer, in milliseconds. */
  readonly patienceMs?: number | undefined;
}

/** Opens it, and makes it first when it is missing and may be written. */
export function openPlace(place: Place): { readonly database: Database; readonly zone: Zone } {
  const path = place.path === MEMORY ? MEMORY : resolve(place.path);
  if (path !== MEMORY) prepareFile(path, place.mode);
  if (isFinished(path))
    closing(openDatabase(path, accessTo(path, 'read')), (database) => updateIfOlder(database, path));
  // Closing a writable database completes what its last program left behind, so one that is not ours is only read.
  if (place.mode === 'write' && isFinished(path)) closing(openDatabase(path, 'read'), identify);
  const database = openDatabase(path, accessTo(path, place.mode), place.patienceMs);
  try {
    if (isEmpty(database)) {
      if (place.mode === 'read') throw problem(EXIT.badData, path, 'there is no ledger in this file: it is empty');
      createSchema(database, place);
    }
    const zone = identify(database);
    database.exec(settingsOf(place.mode));
    return { database, zone };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether there is a database in the file: not when it was just made, or its making was interrupted. */
function isFinished(path: string): boolean {
  return path !== MEMORY && statSync(path).size > 0 && !existsSync(`${path}-journal`);
}

/** A ledger of an earlier version is brought up to date by whoever opens it first and may write. */
function updateIfOlder(database: Database, path: string): void {
  if (!isOlder(database)) return;
  database.close();
  try {
    accessSync(path, constants.W_OK);
  } catch {
    const what = 'this ledger is of an earlier version, and whoever opens it first must be able to write it';
    throw problem(EXIT.notPermitted, path, what, 'run any command on it as its owner, once');
  }
  migrate(path);
}

function closing(database: Database, look: (database: Database) => unknown): void {
  try {
    look(database);
  } finally {
    database.close();
  }
}

/**
 * A commit is on the disk when it returns (FULL). The cache is what a flush of many addresses needs to be twice as fast;
 * the log of a large transaction shrinks again after it.
 */
function settingsOf(mode: 'read' | 'write'): string {
  const settings = ['cache_size = -16384', 'cell_size_check = ON', 'trusted_schema = OFF'];
  if (mode === 'write') {
    settings.push('journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'journal_size_limit = 67108864');
  }
  return settings.map((setting) => `PRAGMA ${setting};`).join('\n');
}

/** Makes a missing file, empty, with its mode; looks whether an existing one can be a database. */
function prepareFile(path: string, mode: 'read' | 'write'): void {
  try {
    if (mode === 'write' && !existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
      closeSync(openSync(path, 'a', FILE_MODE));
    }
    if (statSync(path).isDirectory()) throw problem(EXIT.badData, path, 'this is a folder, not a ledger');
    accessSync(path, mode === 'write' ? constants.R_OK | constants.W_OK : constants.R_OK);
    const head = headOf(path);
    if (head.length > 0 && head !== MAGIC)
      throw problem(EXIT.badData, path, 'this is not a ledger, nor any SQLite file');
  } catch (error) {
    throw fileProblem(path, error);
  }
}

function headOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MAGIC.length);
    return bytes.toString('latin1', 0, readSync(file, bytes, 0, MAGIC.length, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * A reader needs SQLite's side files, or to be able to make them. Where it cannot (a backup, another user's folder), it
 * reads the file alone, when the log beside it is empty: then the last writer closed it, and all is in the file.
 */
export function accessTo(path: string, mode: 'read' | 'write'): Access {
  if (mode === 'write' || path === MEMORY) return 'write';
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log && log.size > 0) return 'read';
  try {
    accessSync(dirname(path), constants.W_OK);
    return 'read';
  } catch {
    return 'frozen';
  }
}

/** The time zone of a ledger of ours; a problem for anything else. */
function identify(database: Database): Zone {
  const { path } = database;
  const row = database
    .query(
      'SELECT application_id AS application, user_version AS version FROM pragma_application_id, pragma_user_version',
    )
    .row();
  if (row?.number('application') !== APPLICATION_ID) {
    throw problem(EXIT.badData, path, 'this is an SQLite file of another program, not a ledger');
  }
  const version = row.number('version');
  if (version !== SCHEMA_VERSION) {
    const hint = 'use the version of rapsheet that made it, or replay the logs into a new one';
    const what = `this ledger has version ${version}, and this program reads and writes version ${SCHEMA_VERSION}`;
    throw problem(EXIT.badData, path, what, hint);
  }
  const kept = new Set(
    database
      .query('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL')
      .rows()
      .map((object) => object.text('sql')),
  );
  const missing = schemaStatements().find((statement) => !kept.has(statement));
  if (missing) throw database.damaged(`it lacks "${missing.split('\n')[0]}", or has it changed`);
  return zoneIn(database);
}

function zoneIn(database: Database): Zone {
  const name = database.query("SELECT value FROM meta WHERE name = 'zone'").row()?.text('value');
  const zone = name === undefined ? undefined : zoneOf(name);
  if (zone) return zone;
  throw problem(EXIT.badData, database.path, `this Node does not know the ledger's time zone, ${name ?? 'none'}`);
}

/** What the file system said, as a person would. */
function fileProblem(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOENT':
      return problem(EXIT.noInput, path, 'there is no ledger here', '`rapsheet replay` and `rapsheet run` make one');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return problem(EXIT.notPermitted, path, 'permission denied', 'run as root, or name another with --ledger');
    case 'ENOSPC':
    case 'EDQUOT':
      return problem(EXIT.unavailable, path, 'the disk is full');
    case 'ENOTDIR':
    case 'EEXIST':
      return problem(EXIT.noInput, path, 'part of this path is a file, not a folder');
    default:
      return problem(EXIT.unavailable, path, error.message);
  }
}

function problem(status: ProblemError['status'], where: string, what: string, hint?: string): ProblemError {
  return new ProblemError(status, hint === undefined ? { where, what } : { where, what, hint });
}
