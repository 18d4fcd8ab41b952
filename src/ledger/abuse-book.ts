/**
 * Reports to whom attackers' networks belong: each as it was drafted, and what became of it, step by step. Nothing of it is
 * ever changed: a draft that has to be another one is a new draft.
 */
import { type Network, parseAddress } from '../base/address.ts';
import { addressOf, keyOf, rangeOf } from './address-key.ts';
import type { Database, Query } from './database.ts';
import type { Row } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

export const ABUSE_STATES = ['approved', 'dropped', 'sent', 'failed', 'bounced', 'answered'] as const;
/** `approved`: somebody wants it sent. `failed`: it was given up. Without any step it is a draft. */
export type AbuseState = (typeof ABUSE_STATES)[number];

export interface NewAbuseReport {
  /** How it goes out, as the caller calls it: by mail, to a service. */
  readonly way: string;
  /** Whom it goes to: a mail address, the name of a service. */
  readonly contact: string;
  /** Who that is; undefined: not known. */
  readonly organization: string | undefined;
  /** Of which day it tells, since 1970-01-01 in the ledger's zone. */
  readonly day: number;
  readonly made: number;
  readonly attempts: number;
  /** Canonical text, each once. */
  readonly addresses: readonly string[];
  /** Text of the caller's own making. */
  readonly content: string;
}

export interface AbuseStep {
  readonly state: AbuseState;
  readonly at: number;
  /** What a person wrote about it; may be empty. */
  readonly note: string;
}

export interface AbuseReport extends Omit<NewAbuseReport, 'addresses' | 'content'> {
  readonly id: number;
  readonly addresses: number;
  /** In the order of recording. */
  readonly steps: readonly AbuseStep[];
}

/** Two lines on a terminal. */
const NOTE_MAX = 200;
const COLUMNS = 'id, way, contact, organization, day, made, attempts';

export class AbuseBook {
  readonly #database: Database;
  readonly #vocabulary: Vocabulary;
  readonly #insert: Query;
  readonly #insertAddress: Query;
  readonly #insertStep: Query;
  readonly #one: Query;
  readonly #ofDays: Query;
  readonly #ofNetwork: Query;
  readonly #undelivered: Query;
  readonly #content: Query;
  readonly #addresses: Query;
  readonly #count: Query;
  readonly #steps: Query;
  readonly #lastWish: Query;

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#database = database;
    this.#vocabulary = vocabulary;
    this.#insert = database.query(
      'INSERT INTO abuse (way, contact, organization, day, made, attempts, content) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#insertAddress = database.query('INSERT INTO abuse_address (abuse, address) VALUES (?, ?)');
    this.#insertStep = database.query('INSERT INTO abuse_step (abuse, state, at, note) VALUES (?, ?, ?, ?)');
    this.#one = database.query(`SELECT ${COLUMNS} FROM abuse WHERE id = ?`);
    this.#ofDays = database.query(`SELECT ${COLUMNS} FROM abuse WHERE day >= ? AND day <= ? ORDER BY id`);
    this.#ofNetwork = database.query(
      `SELECT ${COLUMNS} FROM abuse WHERE id IN (
         SELECT DISTINCT abuse FROM abuse_address WHERE address >= ? AND address <= ? ORDER BY abuse DESC LIMIT ?
       ) ORDER BY id`,
    );
    // The last step of each that was ever approved.
    this.#undelivered = database.query(
      `SELECT ${COLUMNS} FROM abuse WHERE id IN (
         SELECT abuse FROM abuse_step AS step WHERE state IN ('approved', 'failed')
           AND NOT EXISTS (SELECT 1 FROM abuse_step AS later WHERE later.abuse = step.abuse AND later.id > step.id)
       ) ORDER BY id`,
    );
    this.#content = database.query('SELECT content FROM abuse WHERE id = ?');
    this.#addresses = database.query('SELECT address FROM abuse_address WHERE abuse = ? ORDER BY address');
    this.#count = database.query('SELECT count(*) AS count FROM abuse_address WHERE abuse = ?');
    this.#steps = database.query('SELECT state, at, note FROM abuse_step WHERE abuse = ? ORDER BY id');
    this.#lastWish = database.query(
      `SELECT max(step.at) AS at FROM abuse_address AS of JOIN abuse ON abuse.id = of.abuse
         JOIN abuse_step AS step ON step.abuse = abuse.id AND step.state = 'approved'
       WHERE of.address = ? AND abuse.way = ?`,
    );
  }

  /** Its number. */
  add(report: NewAbuseReport): number {
    const { names } = this.#vocabulary;
    const { way, contact, organization, day, made, attempts, addresses, content } = report;
    const { id } = this.#insert.run(
      ...[names.id(way), names.id(contact), organization === undefined ? null : bytesOf(organization)],
      ...[day, Math.round(made), attempts, bytesOf(content)],
    );
    for (const text of addresses) {
      const address = parseAddress(text);
      if (!address) throw new Error(`not an address: ${text}`);
      this.#insertAddress.run(id, keyOf(address));
    }
    return id;
  }

  step(id: number, { state, at, note }: AbuseStep): void {
    this.#insertStep.run(id, state, Math.round(at), bytesOf(note.slice(0, NOTE_MAX)));
  }

  report(id: number): AbuseReport | undefined {
    const row = this.#one.row(id);
    return row && this.#reportFrom(row);
  }

  /** Of these days, the first and the last included, in the order of drafting. */
  ofDays(first: number, last: number): AbuseReport[] {
    return this.#ofDays.rows(first, last).map((row) => this.#reportFrom(row));
  }

  /** The newest about an address of the network. */
  ofNetwork(network: Network, most: number): AbuseReport[] {
    const { low, high } = rangeOf(network);
    return this.#ofNetwork.rows(low, high, most).map((row) => this.#reportFrom(row));
  }

  /** What shall be sent and, as far as it is recorded here, was not. */
  undelivered(): AbuseReport[] {
    return this.#undelivered.rows().map((row) => this.#reportFrom(row));
  }

  /** What was drafted; undefined where there is no such report. */
  contentOf(id: number): string | undefined {
    return this.#content.row(id)?.bytes('content').toString('utf8');
  }

  addressesOf(id: number): string[] {
    return this.#addresses.rows(id).map((row) => {
      const address = addressOf(row.bytes('address'));
      if (!address) throw this.#database.damaged('a report has no address');
      return address.text;
    });
  }

  /** When a report about an address was last approved for a way. */
  lastApproved(address: string, way: string): number | undefined {
    const parsed = parseAddress(address);
    const wayId = this.#vocabulary.names.find(way);
    if (!parsed || wayId === undefined) return undefined;
    const row = this.#lastWish.row(keyOf(parsed), wayId);
    return row?.has('at') ? row.number('at') : undefined;
  }

  #reportFrom(row: Row): AbuseReport {
    const { names } = this.#vocabulary;
    const id = row.number('id');
    return {
      id,
      way: names.get(row.number('way')),
      contact: names.get(row.number('contact')),
      organization: row.has('organization') ? row.bytes('organization').toString('utf8') : undefined,
      day: row.number('day'),
      made: row.number('made'),
      attempts: row.number('attempts'),
      addresses: this.#count.row(id)?.number('count') ?? 0,
      steps: this.#steps.rows(id).map((step) => ({
        state: stateOf(step.text('state')),
        at: step.number('at'),
        note: step.bytes('note').toString('utf8'),
      })),
    };
  }
}

/** The table takes no others. */
function stateOf(text: string): AbuseState {
  return ABUSE_STATES.find((state) => state === text) ?? 'failed';
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
