/** Bans of one subject or in force, with evidence, blocks and releases, read. */
import type { Network } from '../base/address.ts';
import type { BanRecord, Block, Evidence, Reason } from '../model.ts';
import { addressOf, rangeOf, rangesAround } from './address-key.ts';
import type { Release } from './ban-book.ts';
import { banFrom, beginningOf, endOf, importedFrom, LISTED, REASON_COLUMN } from './ban-row.ts';
import type { Database, Query } from './database.ts';
import { type Cells, PAGE, type Row } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

const UNRELEASED = `NOT EXISTS (SELECT 1 FROM release WHERE release.low = ban.low
  AND release.high = ban.high AND release.host = ban.host AND release.last_ban >= ban.id)`;

export class BanRecords {
  readonly #database: Database;
  readonly #vocabulary: Vocabulary;
  readonly #anyImported: Query;
  readonly #listed: Query;
  readonly #same: Query;
  readonly #within: Query;
  readonly #exactly: Query;
  readonly #inForce: Query;
  readonly #inForceOf: Query;
  readonly #unanswered: Query;
  readonly #prior: Query;
  readonly #evidence: Query;
  readonly #reason: Query;
  readonly #blocks: Query;
  readonly #releases: Query;

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#database = database;
    this.#vocabulary = vocabulary;
    this.#anyImported = database.query('SELECT 1 AS found FROM reason WHERE content >= ? AND content < ? LIMIT 1');
    this.#listed = database.query(LISTED);
    this.#same = database.query(idsOf('low = ? AND high = ?', 'INDEXED BY ban_by_range'));
    this.#within = database.query(idsOf('low >= ? AND low <= ?'));
    this.#exactly = database.query(idsOf('low = ? AND high = ?'));
    this.#inForce = database.query(idsOf(`until > ? AND host = ? AND ${UNRELEASED}`, 'INDEXED BY ban_by_until'));
    this.#inForceOf = database.query(
      idsOf(`low = ? AND high = ? AND until > ? AND host = ? AND ${UNRELEASED}`, 'INDEXED BY ban_by_range'),
    );
    this.#unanswered = database.query(
      idsOf(
        'until > ? AND host = ? AND NOT EXISTS (SELECT 1 FROM block WHERE block.ban = ban.id)',
        'INDEXED BY ban_by_until',
      ),
    );
    this.#prior = database.query('SELECT count(*) AS bans FROM ban WHERE low = ? AND high = ?');
    this.#evidence = database.query('SELECT * FROM evidence WHERE ban = ? ORDER BY number');
    this.#reason = database.query('SELECT reason FROM ban WHERE id = ?');
    this.#blocks = database.query('SELECT state, at, why FROM block WHERE ban = ? ORDER BY id');
    this.#releases = database.query('SELECT * FROM release WHERE low >= ? AND low <= ? ORDER BY id');
  }

  /** Bans of a network, of what lies in it, and of larger ones that hold it, in the order in which they were made. */
  bansOf(network: Network): Generator<BanRecord> {
    return this.#listedBans(this.idsOf(network));
  }

  /** Their numbers. */
  idsOf(network: Network): number[] {
    const { low, high } = rangeOf(network);
    const within = this.#within.ids(low, high);
    const around = rangesAround(network).flatMap((range) => this.#exactly.ids(range.low, range.high));
    return [...new Set([...within, ...around])].sort((a, b) => a - b);
  }

  /** Bans of exactly this network. */
  bansExactly(network: Network): Generator<BanRecord> {
    const { low, high } = rangeOf(network);
    return this.#listedBans(this.#same.ids(low, high));
  }

  /** Bans of a host that have neither ended nor been released at a time. */
  inForce(host: string, now: number): Generator<BanRecord> {
    return this.#listedBans(this.#hostId(host).flatMap((id) => this.#inForce.ids(now, id)));
  }

  /** Of these, the ids of those of exactly this network. */
  inForceExactly(network: Network, host: string, now: number): number[] {
    const { low, high } = rangeOf(network);
    return this.#hostId(host).flatMap((id) => this.#inForceOf.ids(low, high, now, id));
  }

  /** Bans of a host that have not ended and that no block was recorded for. */
  unanswered(host: string, now: number): number[] {
    return this.#hostId(host).flatMap((id) => this.#unanswered.ids(now, id));
  }

  priorBans(subject: Network): number {
    const { low, high } = rangeOf(subject);
    return this.#prior.row(low, high)?.number('bans') ?? 0;
  }

  evidenceOf(banId: number): Evidence[] {
    return this.#evidence.rows(banId).map((row) => this.#evidenceFrom(row));
  }

  reasonOf(banId: number): Reason | undefined {
    const row = this.#reason.row(banId);
    return row && this.#vocabulary.reasons.get(row.number('reason'));
  }

  blocksOf(banId: number): Block[] {
    return this.#blocks.rows(banId).map((row) => {
      const state = row.text('state');
      if (state === 'dry-run') return { state };
      const at = row.number('at');
      if (state === 'blocked') return { state, at };
      const why = row.bytes('why').toString('utf8');
      return { state: state === 'refused' ? 'refused' : 'ineffective', at, why };
    });
  }

  /** Releases of a network and of what lies in it. */
  releasesOf(network: Network): Release[] {
    const { low, high } = rangeOf(network);
    return this.#releases.rows(low, high).map((row) => ({
      subject: row.text('subject'),
      host: this.#vocabulary.names.get(row.number('host')),
      at: row.number('at'),
      why: row.bytes('why').toString('utf8'),
    }));
  }

  /** None for a host that the ledger has never heard of. */
  #hostId(host: string): number[] {
    const id = this.#vocabulary.names.find(host);
    return id === undefined ? [] : [id];
  }

  *#listedBans(list: readonly number[]): Generator<BanRecord> {
    if (list.length === 0) return;
    const isAnyImported = this.#isAnyImported();
    for (let at = 0; at < list.length; at += PAGE) {
      const page = this.#listed.page(JSON.stringify(list.slice(at, at + PAGE)));
      for (const cells of page) yield this.#banFrom(cells, isAnyImported);
    }
  }

  /** Without imported bans nobody pays for telling them apart. */
  #isAnyImported(): boolean {
    const beginning = beginningOf('imported');
    return this.#anyImported.row(beginning, endOf(beginning)) !== undefined;
  }

  #banFrom(cells: Cells, isAnyImported: boolean): BanRecord {
    const { reasons } = this.#vocabulary;
    const form = isAnyImported ? importedFrom(reasons.get(cells.number(REASON_COLUMN))) : undefined;
    return banFrom(cells, this.#vocabulary, form);
  }

  #evidenceFrom(row: Row): Evidence {
    const { names } = this.#vocabulary;
    const address = addressOf(row.bytes('address'));
    if (!address) throw this.#database.damaged('evidence has no address');
    const latin1 = (column: string): string => row.bytes(column).toString('latin1');
    return {
      time: row.number('time'),
      address,
      kind: names.get(row.number('kind')),
      filter: names.get(row.number('filter')),
      pattern: row.number('pattern'),
      user: row.has('user') ? latin1('user') : undefined,
      target: row.has('target') ? latin1('target') : undefined,
      path: names.get(row.number('path')),
      offset: row.number('offset'),
      count: row.number('count'),
      line: latin1('line'),
    };
  }
}

function idsOf(condition: string, index = ''): string {
  return `SELECT json_group_array(json_array(id)) AS page FROM (SELECT id FROM ban ${index} WHERE ${condition} ORDER BY id)`;
}
