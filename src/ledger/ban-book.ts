/** Bans, blocks and releases, written: added, never changed. */
import { parseNetwork } from '../base/address.ts';
import type { Ban, Block, Evidence, Origin } from '../model.ts';
import { keyOf, rangeOf } from './address-key.ts';
import { BanPages } from './ban-pages.ts';
import { FOR_GOOD } from './ban-row.ts';
import type { Database, Query, SqlValue } from './database.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The end of a ban before its time. */
export interface Release {
  /** Address or network, canonical text. */
  readonly subject: string;
  readonly host: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly why: string;
}

/** Rows that one statement writes: the price of a call is shared among them. */
const ROWS = 32;
const COLUMNS = 13;

export class BanBook {
  readonly #vocabulary: Vocabulary;
  readonly #pages: BanPages;
  readonly #ban: Query;
  readonly #evidenceRow: Query;
  readonly #evidenceRows: Query;
  /** Cells of rows that are not written yet. */
  #waiting: SqlValue[] = [];
  readonly #block: Query;
  readonly #release: Query;

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#pages = new BanPages(database, vocabulary);
    this.#ban = database.query(
      `INSERT INTO ban (low, high, subject, host, jail, service, kind, since, until, prior, reason, origin)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#evidenceRow = database.query(insertEvidence(1));
    this.#evidenceRows = database.query(insertEvidence(ROWS));
    this.#block = database.query('INSERT INTO block (ban, state, at, why) VALUES (?, ?, ?, ?)');
    this.#release = database.query(
      `INSERT INTO release (low, high, subject, host, at, why, last_ban)
       VALUES (?, ?, ?, ?, ?, ?, (SELECT ifnull(max(id), 0) FROM ban))`,
    );
  }

  /** Writes a ban with its evidence; its id. */
  ban(ban: Ban, origin: Origin): number {
    const { names, origins, reasons } = this.#vocabulary;
    const { low, high } = rangeOf(ban.subject);
    const { id } = this.#ban.run(
      low,
      high,
      ban.subject.text,
      names.id(ban.host),
      names.id(ban.jail),
      names.id(ban.service),
      names.id(ban.kind),
      whole(ban.from),
      whole(ban.until),
      ban.prior,
      reasons.id(ban.reason),
      origins.id(origin),
    );
    for (const [number, evidence] of ban.evidence.entries()) this.#writeEvidence(id, number, evidence);
    if (BanPages.isFull(id)) this.#pages.pack();
    return id;
  }

  block(banId: number, block: Block): void {
    const at = block.state === 'dry-run' ? null : whole(block.at);
    const why = block.state === 'refused' || block.state === 'ineffective' ? Buffer.from(block.why, 'utf8') : null;
    this.#block.run(banId, block.state, at, why);
  }

  release({ subject, host, at, why }: Release): void {
    const network = parseNetwork(subject);
    if (!network) throw new Error(`not an address or network: ${subject}`);
    const { low, high } = rangeOf(network);
    const hostId = this.#vocabulary.names.id(host);
    this.#release.run(low, high, network.text, hostId, whole(at), Buffer.from(why, 'utf8'));
  }

  /** Whether all rows are written. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Writes the rows that wait. */
  flush(): void {
    const cells = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < cells.length; at += COLUMNS) this.#evidenceRow.run(...cells.slice(at, at + COLUMNS));
  }

  /** Forgets what was not written: after a rollback. */
  drop(): void {
    this.#waiting = [];
  }

  #writeEvidence(ban: number, number: number, evidence: Evidence): void {
    const { names } = this.#vocabulary;
    this.#waiting.push(
      ban,
      number,
      whole(evidence.time),
      keyOf(evidence.address),
      names.id(evidence.kind),
      names.id(evidence.filter),
      evidence.pattern,
      evidence.user === undefined ? null : Buffer.from(evidence.user, 'latin1'),
      evidence.target === undefined ? null : Buffer.from(evidence.target, 'latin1'),
      names.id(evidence.path),
      evidence.offset,
      evidence.count,
      Buffer.from(evidence.line, 'latin1'),
    );
    if (this.#waiting.length < ROWS * COLUMNS) return;
    this.#evidenceRows.run(...this.#waiting);
    this.#waiting = [];
  }
}

function insertEvidence(rows: number): string {
  const row = `(${new Array(COLUMNS).fill('?').join(', ')})`;
  return `INSERT INTO evidence (ban, number, time, address, kind, filter, pattern, user, target, path, offset, count, line)
    VALUES ${new Array(rows).fill(row).join(', ')}`;
}

/** Whole milliseconds: bans that grow by a half end between two, and the column takes integers. */
function whole(time: number): number {
  return time >= FOR_GOOD ? FOR_GOOD : Math.round(time);
}
