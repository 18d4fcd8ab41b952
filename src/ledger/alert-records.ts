/** What whoever tells people of bans asks: what was there before a ban, and which blocks came to nothing. */
import type { Network } from '../base/address.ts';
import { rangeOf } from './address-key.ts';
import type { Database, Query } from './database.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface BannedKind {
  readonly host: string;
  readonly kind: string;
}

/** A block that was refused or has no effect. */
export interface FailedBlock {
  /** They are numbered in the order of recording. */
  readonly id: number;
  readonly ban: number;
}

export class AlertRecords {
  readonly #vocabulary: Vocabulary;
  readonly #kinds: Query;
  readonly #earlier: Query;
  readonly #failed: Query;
  readonly #newest: Query;

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#kinds = database.query('SELECT DISTINCT host, kind FROM ban WHERE id <= ?');
    this.#earlier = database.query('SELECT 1 AS found FROM ban WHERE low >= ? AND low <= ? AND id < ? LIMIT 1');
    this.#failed = database.query(
      `SELECT id, ban FROM block WHERE id > ? AND state IN ('refused', 'ineffective') ORDER BY id LIMIT ?`,
    );
    this.#newest = database.query('SELECT ifnull(max(id), 0) AS id FROM block');
  }

  /** Which kinds led to a ban on which hosts, up to a ban. It reads all bans: a quarter of a second for a million. */
  bannedKinds(lastBan: number): BannedKind[] {
    const { names } = this.#vocabulary;
    return this.#kinds
      .rows(lastBan)
      .map((row) => ({ host: names.get(row.number('host')), kind: names.get(row.number('kind')) }));
  }

  /** Whether a network, or anything in it, was banned before the ban with this number. */
  wasBannedBefore(network: Network, ban: number): boolean {
    const { low, high } = rangeOf(network);
    return this.#earlier.row(low, high, ban) !== undefined;
  }

  /** In the order of their numbers, from the one behind `after` on. */
  failedBlocks(after: number, most: number): FailedBlock[] {
    return this.#failed.rows(after, most).map((row) => ({ id: row.number('id'), ban: row.number('ban') }));
  }

  /** The number of the block that was recorded last, 0 for none. */
  newestBlock(): number {
    return this.#newest.row()?.number('id') ?? 0;
  }
}
