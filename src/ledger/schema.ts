/**
 * The tables. What is a fact (ban, evidence, block, release, and what they point to) can be added and never changed:
 * triggers refuse it to everyone, not only to this program. Tallies add up; positions and state are replaced.
 *
 * Text that comes from a log is BLOB, byte for byte. Names (hosts, jails, kinds, paths) are BLOB as well, UTF-8: one of
 * the SQLite modules ends TEXT at a NUL. Addresses are 16-byte keys (address-key.ts), times epoch milliseconds.
 */
import type { Clock } from '../base/clock.ts';
import type { Zone } from '../base/zone.ts';
import type { Database } from './database.ts';
import { ABUSE, ABUSE_TABLES, OUTBOX } from './schema-alerts.ts';

/** `Raps`: what `file` and SQLite see of whose file this is. */
export const APPLICATION_ID = 0x52617073;
/** Raised by every change to a statement below. */
export const SCHEMA_VERSION = 6;

/** Tables whose rows are never changed and never removed. */
export const FROZEN_TABLES = [
  'name',
  'origin',
  'reason',
  'ban',
  'evidence',
  'block',
  'release',
  'answer',
  'finding',
  'abuse',
  'abuse_address',
  'abuse_step',
  'ban_page',
] as const;

/** Changed by version 2: `ineffective`. */
const BLOCK = [
  `CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    ban INTEGER NOT NULL REFERENCES ban (id),
    state TEXT NOT NULL CHECK (state IN ('blocked', 'refused', 'dry-run', 'ineffective')),
    at INTEGER,
    why BLOB
  ) STRICT`,
  'CREATE INDEX block_by_ban ON block (ban)',
];

/** New in version 2. What the daemon judged lately, to go on after it was killed; text of the pipeline's own making. */
const RECENT = [
  `CREATE TABLE recent (
    id INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT`,
];

/** New in version 3. What jails remember for longer than `recent` reaches (jail/memory.ts), in rows of their own making. */
const MEMORY = [
  `CREATE TABLE memory (
    key BLOB PRIMARY KEY,
    until INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX memory_by_until ON memory (until)',
];

/**
 * New in version 4. What others said of banned addresses; bans of one network share an answer. One answer to a question for
 * a ban: what is said later does not replace it.
 */
const FINDINGS = [
  'CREATE TABLE answer (id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE) STRICT',
  `CREATE TABLE finding (
    ban INTEGER NOT NULL REFERENCES ban (id),
    about INTEGER NOT NULL REFERENCES name (id),
    address BLOB NOT NULL CHECK (length(address) = 16),
    at INTEGER NOT NULL,
    source INTEGER NOT NULL REFERENCES name (id),
    answer INTEGER NOT NULL REFERENCES answer (id),
    PRIMARY KEY (ban, about)
  ) STRICT, WITHOUT ROWID`,
  // What is known of a neighbor need not be asked again.
  'CREATE INDEX finding_by_address ON finding (about, address)',
];

/**
 * New in version 6. Bans and tallies a second time, as pages of packed columns for reports (ban-pages.ts, tally-packs.ts);
 * `unpacked` has the series whose tallies have no pages, or none any more.
 */
const PAGES = [
  `CREATE TABLE ban_page (
    id INTEGER PRIMARY KEY,
    earliest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT`,
  `CREATE TABLE tally_page (
    series INTEGER NOT NULL REFERENCES series (id),
    number INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (series, number)
  ) STRICT`,
  'CREATE TABLE unpacked (series INTEGER PRIMARY KEY REFERENCES series (id)) STRICT',
];

const TABLES = [
  'CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  'CREATE TABLE name (id INTEGER PRIMARY KEY, content BLOB NOT NULL UNIQUE) STRICT',
  // Thousands of bans share an origin or a reason. As JSON it is its own key, and new fields need no new columns.
  `CREATE TABLE origin (
    id INTEGER PRIMARY KEY,
    content TEXT NOT NULL UNIQUE,
    asn INTEGER GENERATED ALWAYS AS (content ->> 'asn') VIRTUAL
  ) STRICT`,
  'CREATE INDEX origin_by_asn ON origin (asn)',
  'CREATE TABLE reason (id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE) STRICT',
  `CREATE TABLE ban (
    id INTEGER PRIMARY KEY,
    low BLOB NOT NULL CHECK (length(low) = 16),
    high BLOB NOT NULL CHECK (length(high) = 16),
    subject TEXT NOT NULL,
    host INTEGER NOT NULL REFERENCES name (id),
    jail INTEGER NOT NULL REFERENCES name (id),
    service INTEGER NOT NULL REFERENCES name (id),
    kind INTEGER NOT NULL REFERENCES name (id),
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    prior INTEGER NOT NULL,
    reason INTEGER NOT NULL REFERENCES reason (id),
    origin INTEGER NOT NULL REFERENCES origin (id)
  ) STRICT`,
  'CREATE INDEX ban_by_range ON ban (low, high)',
  'CREATE INDEX ban_by_host ON ban (host, since)',
  'CREATE INDEX ban_by_until ON ban (until)',
  'CREATE INDEX ban_by_origin ON ban (origin)',
  `CREATE TABLE evidence (
    ban INTEGER NOT NULL REFERENCES ban (id),
    number INTEGER NOT NULL,
    time INTEGER NOT NULL,
    address BLOB NOT NULL CHECK (length(address) = 16),
    kind INTEGER NOT NULL REFERENCES name (id),
    filter INTEGER NOT NULL REFERENCES name (id),
    pattern INTEGER NOT NULL,
    user BLOB,
    target BLOB,
    path INTEGER NOT NULL REFERENCES name (id),
    offset INTEGER NOT NULL,
    count INTEGER NOT NULL,
    line BLOB NOT NULL,
    PRIMARY KEY (ban, number)
  ) STRICT, WITHOUT ROWID`,
  ...BLOCK,
  // It ends what was banned before it was written, by the order of writing: the clocks of logs and hosts differ.
  `CREATE TABLE release (
    id INTEGER PRIMARY KEY,
    low BLOB NOT NULL CHECK (length(low) = 16),
    high BLOB NOT NULL CHECK (length(high) = 16),
    subject TEXT NOT NULL,
    host INTEGER NOT NULL REFERENCES name (id),
    at INTEGER NOT NULL,
    why BLOB NOT NULL,
    last_ban INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX release_by_range ON release (low, high, host)',
  // A series is what a day's tallies of one host, service and kind share; the empty kind is for its user names.
  `CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    host INTEGER NOT NULL REFERENCES name (id),
    service INTEGER NOT NULL REFERENCES name (id),
    kind INTEGER NOT NULL REFERENCES name (id),
    UNIQUE (day, host, service, kind)
  ) STRICT`,
  `CREATE TABLE tally (
    series INTEGER NOT NULL REFERENCES series (id),
    address BLOB NOT NULL CHECK (length(address) = 16),
    count INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (series, address)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX tally_by_address ON tally (address)',
  `CREATE TABLE user_tally (
    series INTEGER NOT NULL REFERENCES series (id),
    user BLOB NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (series, user)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX user_tally_by_user ON user_tally (user)',
  // What came after the day's last name that there was room for.
  `CREATE TABLE user_rest (
    series INTEGER PRIMARY KEY REFERENCES series (id),
    count INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE position (
    id INTEGER PRIMARY KEY,
    host INTEGER NOT NULL REFERENCES name (id),
    path INTEGER NOT NULL REFERENCES name (id),
    head_length INTEGER NOT NULL,
    head_hash BLOB NOT NULL,
    position INTEGER NOT NULL,
    last_time INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX position_by_host ON position (host)',
  `CREATE TABLE state (
    name INTEGER PRIMARY KEY REFERENCES name (id),
    content BLOB NOT NULL
  ) STRICT`,
  ...RECENT,
  ...MEMORY,
  ...FINDINGS,
  ...OUTBOX,
  ...ABUSE,
  ...PAGES,
];

/** Every statement that makes a ledger, as SQLite keeps them. */
export function schemaStatements(): readonly string[] {
  return [...TABLES, ...FROZEN_TABLES.flatMap(refusals)];
}

/** What makes of a ledger of version 1 one of version 2; the rows stay. */
export function secondVersionStatements(): readonly string[] {
  return [
    'DROP INDEX block_by_ban',
    'DROP TRIGGER block_refuses_update',
    'DROP TRIGGER block_refuses_delete',
    'ALTER TABLE block RENAME TO block_of_version_1',
    ...BLOCK,
    'INSERT INTO block (id, ban, state, at, why) SELECT id, ban, state, at, why FROM block_of_version_1',
    'DROP TABLE block_of_version_1',
    ...refusals('block'),
    ...RECENT,
    `PRAGMA user_version = 2`,
  ];
}

/** What makes of a ledger of version 2 one of version 3. */
export function thirdVersionStatements(): readonly string[] {
  return [...MEMORY, 'PRAGMA user_version = 3'];
}

/** What makes of a ledger of version 3 one of version 4. */
export function fourthVersionStatements(): readonly string[] {
  return [...FINDINGS, ...['answer', 'finding'].flatMap(refusals), 'PRAGMA user_version = 4'];
}

/** What makes of a ledger of version 4 one of version 5. */
export function fifthVersionStatements(): readonly string[] {
  return [...OUTBOX, ...ABUSE, ...ABUSE_TABLES.flatMap(refusals), 'PRAGMA user_version = 5'];
}

/** What makes of a ledger of version 5 one of version 6; its bans and tallies are packed then (migration.ts). */
export function sixthVersionStatements(): readonly string[] {
  const unpacked = 'INSERT INTO unpacked (series) SELECT DISTINCT series FROM tally';
  return [...PAGES, ...refusals('ban_page'), unpacked, 'PRAGMA user_version = 6'];
}

function refusals(table: string): string[] {
  return ['UPDATE', 'DELETE'].map(
    (change) =>
      `CREATE TRIGGER ${table}_refuses_${change.toLowerCase()} BEFORE ${change} ON ${table} ` +
      `BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: ${table}'); END`,
  );
}

/**
 * Makes an empty database a ledger, in one transaction: half a ledger cannot be left behind. A caller that catches an
 * error closes the database, which undoes it.
 */
export function createSchema(database: Database, { zone, clock }: { zone: Zone; clock: Clock }): void {
  database.exec('BEGIN IMMEDIATE');
  // Between our look and our lock, another process may have made it.
  if (isEmpty(database)) {
    for (const statement of schemaStatements()) database.exec(statement);
    const meta = database.query('INSERT INTO meta (name, value) VALUES (?, ?)');
    meta.run('zone', zone.name);
    meta.run('created', String(clock()));
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  }
  database.exec('COMMIT');
}

export function isEmpty(database: Database): boolean {
  return (database.query('SELECT count(*) AS objects FROM sqlite_schema').row()?.number('objects') ?? 0) === 0;
}
