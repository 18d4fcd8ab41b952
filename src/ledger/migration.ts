/**
 * An older ledger becomes one of this version: in one transaction, beside a copy of what it was. Nothing is done to a
 * ledger that cannot be written; its owner is told.
 */
import { existsSync } from 'node:fs';
import type { Database } from './database.ts';
import { openDatabase } from './database.ts';
import { APPLICATION_ID, secondVersionStatements } from './schema.ts';

/** The version that can be brought up to date. */
const OLD = 1;

/** Whether the open database is a ledger of an older version that `migrate` takes. */
export function isOlder(database: Database): boolean {
  const row = database
    .query(
      'SELECT application_id AS application, user_version AS version FROM pragma_application_id, pragma_user_version',
    )
    .row();
  return row?.number('application') === APPLICATION_ID && row.number('version') === OLD;
}

/** The copy that is left beside a ledger which was brought up to date. */
export function copyOf(path: string): string {
  return `${path}.version-${OLD}`;
}

/** Brings the ledger at `path` up to date. @throws ProblemError when the file or its folder cannot be written. */
export function migrate(path: string): void {
  const database = openDatabase(path, 'write');
  try {
    // One copy is enough: a second run finds what an interrupted first one left, which was the same ledger.
    if (!existsSync(copyOf(path))) database.query('VACUUM INTO ?').run(copyOf(path));
    database.exec('BEGIN IMMEDIATE');
    if (isOlder(database)) for (const statement of secondVersionStatements()) database.exec(statement);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}
