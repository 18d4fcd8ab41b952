/** The tables of what people are told: messages on their way, and reports of abuse. Part of the schema (schema.ts). */

/** New in version 5. Messages that wait to be sent, and for a while those that were (outbox.ts). */
export const OUTBOX = [
  `CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL,
    channel INTEGER NOT NULL REFERENCES name (id),
    made INTEGER NOT NULL,
    due INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'dead')),
    ended INTEGER,
    error BLOB,
    content BLOB NOT NULL,
    UNIQUE (channel, key)
  ) STRICT`,
  'CREATE INDEX outbox_by_due ON outbox (state, channel, due)',
];

/**
 * New in version 5. Reports to whom attackers' networks belong (abuse-book.ts): each as it was drafted, of whom it is, and
 * what became of it.
 */
export const ABUSE = [
  `CREATE TABLE abuse (
    id INTEGER PRIMARY KEY,
    way INTEGER NOT NULL REFERENCES name (id),
    contact INTEGER NOT NULL REFERENCES name (id),
    organization BLOB,
    day INTEGER NOT NULL,
    made INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    content BLOB NOT NULL
  ) STRICT`,
  'CREATE INDEX abuse_by_day ON abuse (day, way, contact)',
  `CREATE TABLE abuse_address (
    abuse INTEGER NOT NULL REFERENCES abuse (id),
    address BLOB NOT NULL CHECK (length(address) = 16),
    PRIMARY KEY (abuse, address)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX abuse_address_by_address ON abuse_address (address)',
  `CREATE TABLE abuse_step (
    id INTEGER PRIMARY KEY,
    abuse INTEGER NOT NULL REFERENCES abuse (id),
    state TEXT NOT NULL CHECK (state IN ('approved', 'dropped', 'sent', 'failed', 'bounced', 'answered')),
    at INTEGER NOT NULL,
    note BLOB NOT NULL
  ) STRICT`,
  'CREATE INDEX abuse_step_by_abuse ON abuse_step (abuse)',
];
export const ABUSE_TABLES = ['abuse', 'abuse_address', 'abuse_step'];
