/**
 * An older ledger becomes one of this version: in one transaction, beside a copy of what it was. Nothing is done to a
 * ledger that cannot be written; its owner is told.
 */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { BanPages } from './ban-pages.ts';
import type { Database } from './database.ts';
import { openDatabase } from './database.ts';
import {
  APPLICATION_ID,
  fifthVersionStatements,
  fourthVersionStatements,
  SCHEMA_VERSION,
  secondVersionStatements,
  sixthVersionStatements,
  thirdVersionStatements,
} from './schema.ts';
import { SeriesTable } from './series.ts';
import { TallyPacks } from './tally-packs.ts';
import { openVocabulary } from './vocabulary.ts';

/** What is done to a ledger of a version to make it one of the next. */
const STEPS: ReadonlyMap<number, () => readonly string[]> = new Map([
  [1, secondVersionStatements],
  [2, thirdVersionStatements],
  [3, fourthVersionStatements],
  [4, fifthVersionStatements],
  [5, sixthVersionStatements],
]);

/** Whether the open database is a ledger of an older version that `migrate` takes. */
export function isOlder(database: Database): boolean {
  return STEPS.has(versionOf(database));
}

/** The version of a ledger; 0 for anything else. */
function versionOf(database: Database): number {
  const row = database
    .query(
      'SELECT application_id AS application, user_version AS version FROM pragma_application_id, pragma_user_version',
    )
    .row();
  return row?.number('application') === APPLICATION_ID ? row.number('version') : 0;
}

/** The copy that is left beside a ledger of a version which was brought up to date. */
export function copyOf(path: string, version: number): string {
  return `${path}.version-${version}`;
}

/** Brings the ledger at `path` up to date. @throws ProblemError when the file or its folder cannot be written. */
export function migrate(path: string): void {
  const database = openDatabase(path, 'write');
  try {
    keepCopy(database, path);
    database.exec('BEGIN IMMEDIATE');
    for (let version = versionOf(database); version < SCHEMA_VERSION; version++) {
      for (const statement of STEPS.get(version)?.() ?? []) database.exec(statement);
    }
    packAll(database);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** Whole or not at all, and for nobody who may not read the ledger: SQLite would make it for all. */
function keepCopy(database: Database, path: string): void {
  const copy = copyOf(path, versionOf(database));
  // One copy is enough: a second run finds that of an interrupted first one, which was the same ledger.
  if (existsSync(copy)) return;
  const begun = `${copy}.${process.pid}`;
  const before = process.umask(~statSync(path).mode & 0o777);
  try {
    database.query('VACUUM INTO ?').run(begun);
    renameSync(begun, copy);
  } finally {
    process.umask(before);
    rmSync(begun, { force: true });
  }
}

/**
 * A million bans take a second or two. The last two days wait for whoever writes next: until it is restarted, a daemon of
 * the version before goes on adding to them, and knows of no pages that it would have to drop.
 */
function packAll(database: Database): void {
  const vocabulary = openVocabulary(database);
  new BanPages(database, vocabulary).pack();
  const newest = database.query('SELECT max(day) AS day FROM series').row();
  if (!newest?.has('day')) return;
  new TallyPacks(database, new SeriesTable(database, vocabulary)).pack(newest.number('day') - 1);
}
