/**
 * Messages on their way to people: written in the transaction of what they tell of, sent by whoever sends (notify/), and
 * kept until it is known what became of them. The only table of the ledger whose rows go: what they tell of stays.
 */
import type { Database, Query } from './database.ts';
import type { Row } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

/** `sending`: handed to a channel that has not said yet what became of it; found again after a crash. `dead`: given up. */
export type MessageState = 'waiting' | 'sending' | 'sent' | 'dead';

export interface NewMessage {
  /** What makes it the same message: a channel is not given two of one key. */
  readonly key: string;
  /** The name of a channel. */
  readonly channel: string;
  readonly made: number;
  /** When it may be sent. */
  readonly due: number;
  /** Text of the caller's own making. */
  readonly content: string;
}

export interface OutboxMessage extends NewMessage {
  readonly id: number;
  readonly state: MessageState;
  /** How often it was handed to the channel. */
  readonly tries: number;
  /** When it was sent, or given up. */
  readonly ended: number | undefined;
  /** What went wrong last. */
  readonly error: string | undefined;
}

/** The messages of one channel that are neither sent nor forgotten. */
export interface Backlog {
  readonly channel: string;
  /** Also those that are being sent. */
  readonly waiting: number;
  readonly dead: number;
  /** When the oldest that waits was made. */
  readonly since: number | undefined;
}

export type Outcome =
  | { readonly state: 'sent'; readonly at: number }
  /** It is tried again. */
  | { readonly state: 'waiting'; readonly due: number; readonly error: string; readonly content?: string }
  | { readonly state: 'dead'; readonly at: number; readonly error: string; readonly content?: string };

/** What goes wrong is a sentence; a server may say more. */
const ERROR_MAX = 500;

export class Outbox {
  readonly #vocabulary: Vocabulary;
  readonly #insert: Query;
  readonly #due: Query;
  readonly #list: Query;
  readonly #find: Query;
  readonly #counts: Query;
  readonly #backlogs: Query;
  readonly #sentBetween: Query;
  readonly #begin: Query;
  readonly #end: Query;
  readonly #revive: Query;
  readonly #forget: Query;

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#insert = database.query(
      `INSERT INTO outbox (key, channel, made, due, tries, state, content) VALUES (?, ?, ?, ?, 0, 'waiting', ?)
       ON CONFLICT (channel, key) DO NOTHING`,
    );
    this.#due = database.query(
      `SELECT * FROM outbox WHERE state IN ('waiting', 'sending') AND channel = ? AND due <= ? ORDER BY due, id LIMIT ?`,
    );
    this.#list = database.query('SELECT * FROM outbox WHERE state = ? ORDER BY id DESC LIMIT ?');
    this.#find = database.query('SELECT * FROM outbox WHERE channel = ? AND key = ?');
    this.#counts = database.query('SELECT state, count(*) AS count FROM outbox GROUP BY state');
    this.#backlogs = database.query(
      `SELECT channel, count(*) FILTER (WHERE state != 'dead') AS waiting, count(*) FILTER (WHERE state = 'dead') AS dead,
         min(made) FILTER (WHERE state != 'dead') AS since
       FROM outbox WHERE state IN ('waiting', 'sending', 'dead') GROUP BY channel`,
    );
    this.#sentBetween = database.query(
      `SELECT count(*) AS count FROM outbox WHERE state = 'sent' AND channel = ? AND ended > ? AND ended <= ?`,
    );
    this.#begin = database.query(`UPDATE outbox SET state = 'sending', tries = tries + 1 WHERE id = ?`);
    this.#end = database.query(
      `UPDATE outbox SET state = ?, due = ifnull(?, due), ended = ?, error = ?, content = ifnull(?, content) WHERE id = ?`,
    );
    this.#revive = database.query(
      `UPDATE outbox SET state = 'waiting', tries = 0, due = ?, ended = NULL WHERE state = 'dead' AND (? IS NULL OR id = ?)`,
    );
    this.#forget = database.query(`DELETE FROM outbox WHERE state IN ('sent', 'dead') AND ended < ?`);
  }

  /** False when the channel has one of this key: then that one stays. */
  post({ key, channel, made, due, content }: NewMessage): boolean {
    const channelId = this.#vocabulary.names.id(channel);
    const { changes } = this.#insert.run(bytesOf(key), channelId, Math.round(made), Math.round(due), bytesOf(content));
    return changes > 0;
  }

  /** Of a channel, what may be sent by now, the longest due first; also what a process that is gone was about to send. */
  due(channel: string, now: number, most: number): OutboxMessage[] {
    const channelId = this.#vocabulary.names.find(channel);
    if (channelId === undefined) return [];
    return this.#due.rows(channelId, Math.round(now), most).map((row) => this.#messageOf(row));
  }

  /** The newest of a state. */
  list(state: MessageState, most: number): OutboxMessage[] {
    return this.#list.rows(state, most).map((row) => this.#messageOf(row));
  }

  /** Undefined: never posted, or forgotten. */
  find(channel: string, key: string): OutboxMessage | undefined {
    const channelId = this.#vocabulary.names.find(channel);
    if (channelId === undefined) return undefined;
    const row = this.#find.row(channelId, bytesOf(key));
    return row && this.#messageOf(row);
  }

  counts(): Readonly<Record<MessageState, number>> {
    const counts: Record<MessageState, number> = { waiting: 0, sending: 0, sent: 0, dead: 0 };
    for (const row of this.#counts.rows()) counts[stateOf(row.text('state'))] = row.number('count');
    return counts;
  }

  /** By channel, as far as anything waits or was given up. */
  backlogs(): Backlog[] {
    return this.#backlogs.rows().map((row) => ({
      channel: this.#vocabulary.names.get(row.number('channel')),
      waiting: row.number('waiting'),
      dead: row.number('dead'),
      since: row.has('since') ? row.number('since') : undefined,
    }));
  }

  /** How many messages a channel was sent in a span of time. */
  sentBetween(channel: string, after: number, until: number): number {
    const channelId = this.#vocabulary.names.find(channel);
    if (channelId === undefined) return 0;
    return this.#sentBetween.row(channelId, Math.round(after), Math.round(until))?.number('count') ?? 0;
  }

  /** It is handed to its channel now. */
  began(id: number): void {
    this.#begin.run(id);
  }

  /** Where the outcome has a content, the message is that from now on. */
  ended(id: number, outcome: Outcome): void {
    if (outcome.state === 'sent') {
      this.#end.run('sent', null, Math.round(outcome.at), null, null, id);
      return;
    }
    const { state, error, content } = outcome;
    const [due, at] = outcome.state === 'waiting' ? [Math.round(outcome.due), null] : [null, Math.round(outcome.at)];
    const changed = content === undefined ? null : bytesOf(content);
    this.#end.run(state, due, at, bytesOf(error.slice(0, ERROR_MAX)), changed, id);
  }

  /** What was given up is tried again: one message, or all. How many they are. */
  revive(id: number | 'all', now: number): number {
    const only = id === 'all' ? null : id;
    return this.#revive.run(Math.round(now), only, only).changes;
  }

  /** Forgets what was sent or given up before a time. */
  forget(before: number): void {
    this.#forget.run(Math.round(before));
  }

  #messageOf(row: Row): OutboxMessage {
    return {
      id: row.number('id'),
      key: row.bytes('key').toString('utf8'),
      channel: this.#vocabulary.names.get(row.number('channel')),
      made: row.number('made'),
      due: row.number('due'),
      tries: row.number('tries'),
      state: stateOf(row.text('state')),
      ended: row.has('ended') ? row.number('ended') : undefined,
      error: row.has('error') ? row.bytes('error').toString('utf8') : undefined,
      content: row.bytes('content').toString('utf8'),
    };
  }
}

function stateOf(text: string): MessageState {
  switch (text) {
    case 'waiting':
    case 'sending':
    case 'sent':
      return text;
    default:
      return 'dead';
  }
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
