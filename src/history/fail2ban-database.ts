/**
 * fail2ban's database: `bans`, every ban that was not purged, and `bips` (since version 0.11), the last ban of each address
 * and jail, which outlives them. Versions 1 to 4 of its format; what is older than 3 knows no lengths.
 */
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Database, Query } from '../ledger/database.ts';
import type { Row } from '../ledger/row.ts';
import { failureData } from './fail2ban-data.ts';
import {
  bytesOf,
  columnsOf,
  openForeign,
  PAGE_ROWS,
  pagesOf,
  ROW_BYTES,
  readably,
  touchOf,
  wholeOf,
} from './foreign.ts';
import { failuresText } from './log-spans.ts';
import { endOf, jailName, type PastBan, subjectOf, timeFault } from './past-ban.ts';
import { type HistorySource, isWanted, type Reading, type Recollection } from './source.ts';

const FORM = 'fail2ban-db';
/** fail2ban bans ids and names too; no address is that long. */
const SUBJECT_BYTES = 255;
const JAIL_BYTES = 255;
/** Ten lines of 64 KiB and what is around them; what is longer than that is nothing that fail2ban wrote. */
const DATA_BYTES = 1_048_576;
/** As fail2ban writes them: for good, and not known. */
const PERMANENT = -1;
/** A place tells the table by being even or odd. */
const TABLES = ['bans', 'bips'] as const;

/** Whether a database with these tables is fail2ban's. */
export function isFail2ban(tables: ReadonlySet<string>): boolean {
  return tables.has('fail2banDb') || (tables.has('bans') && tables.has('jails'));
}

/** @throws ProblemError as `openForeign` does, and 65 when it has no bans. */
export function fail2banDatabase(path: string): HistorySource {
  const database = openForeign(path);
  try {
    const tables = TABLES.filter((table) => columnsOf(database, table).has('timeofban'));
    if (tables.length === 0) throw withoutBans(path);
    const sizes = readably(path, () => tables.map((table) => countOf(database, table)));
    const data = new Map(tables.map((table) => [table, database.query(dataOf(database, table))]));
    return {
      form: FORM,
      path,
      size: sizes.reduce((sum, size) => sum + size * ROW_BYTES, 0),
      async read(reading) {
        for (const table of tables) await readTable({ database, table, path }, reading);
      },
      recall: (ban) => readably(path, () => recall(ban, data)),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function withoutBans(path: string): ProblemError {
  return new ProblemError(EXIT.badData, { where: path, what: 'there is no table of bans in it' });
}

function countOf(database: Database, table: string): number {
  return database.query(`SELECT count(*) AS size FROM ${table}`).row()?.number('size') ?? 0;
}

async function readTable(
  { database, table, path }: { database: Database; table: (typeof TABLES)[number]; path: string },
  reading: Reading,
): Promise<void> {
  const columns = columnsOf(database, table);
  const page = readably(path, () =>
    database.query(
      `SELECT rowid AS id, ${bytesOf('jail', JAIL_BYTES)}, ${bytesOf('ip', SUBJECT_BYTES)}, ${wholeOf('timeofban')},
         ${columns.has('bantime') ? wholeOf('bantime') : 'NULL AS bantime'}, ${columns.has('data') ? touchOf('data') : '0'}
       FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE_ROWS}`,
    ),
  );
  for (const rows of pagesOf(path, page)) {
    for (const row of rows) stage(row, TABLES.indexOf(table), reading);
    await reading.advance(rows.length * ROW_BYTES);
  }
}

function stage(row: Row, table: number, reading: Reading): void {
  const { staging, leavings, now, source } = reading;
  const text = (column: string): string => (row.has(column) ? row.bytes(column).toString('utf8') : '');
  const [jail, address] = [jailName(text('jail')), text('ip')];
  const from = row.has('timeofban') ? row.number('timeofban') * 1_000 : Number.NaN;
  const example = `${address} (${jail})`;
  const subject = subjectOf(address);
  const fault = subject ? timeFault(from, now) : 'address';
  if (!subject || fault) {
    leavings.add(fault ?? 'address', example);
    return;
  }
  if (!isWanted({ jail, from }, example, { rules: reading, form: FORM, leavings })) return;
  const until = row.has('bantime') ? untilOf(from, row.number('bantime')) : undefined;
  const place = row.number('id') * TABLES.length + table;
  staging.addBan({ subject, jail, from, until, ended: undefined, failures: 0, text: '', place }, FORM, source);
}

function untilOf(from: number, seconds: number): number | undefined {
  if (seconds === PERMANENT) return Number.POSITIVE_INFINITY;
  // -2 is what an upgrade from an older format left.
  return seconds < 0 ? undefined : endOf(from, from + seconds * 1_000);
}

function dataOf(database: Database, table: string): string {
  const columns = columnsOf(database, table);
  const count = columns.has('bancount') ? wholeOf('bancount') : 'NULL AS bancount';
  const data = columns.has('data') ? bytesOf('data', DATA_BYTES) : 'NULL AS data';
  return `SELECT ${count}, ${data} FROM ${table} WHERE rowid = ?`;
}

function recall({ place }: PastBan, data: ReadonlyMap<string, Query>): Recollection {
  const table = TABLES[place % TABLES.length] ?? 'bans';
  const id = Math.floor(place / TABLES.length);
  const row = data.get(table)?.row(id);
  // Purged since it was read.
  if (!row) return { failures: 0, text: '', lines: [] };
  const { failures, matches, user } = failureData(row.has('data') ? row.bytes('data') : undefined);
  const count = row.has('bancount') ? row.number('bancount') : 1;
  const words = [
    ...(row.has('data') ? [failures === 0 ? 'no failures' : failuresText(failures)] : []),
    ...(count > 1 ? [`ban number ${count} by its count`] : []),
  ];
  // fail2ban keeps the last lines; those that it did not keep count with the first that it did.
  const lost = Math.max(0, failures - matches.length);
  const lines = matches.map((line, number) => ({
    ...{ time: undefined, line, place: id, count: number === 0 ? 1 + lost : 1 },
    user: number === matches.length - 1 ? user : undefined,
  }));
  return { failures: Math.max(failures, matches.length), text: words.join(', '), lines };
}
