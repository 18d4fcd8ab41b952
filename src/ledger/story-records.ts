/** What a report asks beyond its passes over everything: when bans began, and what lines of evidence were aimed at. */
import type { Aim } from '../model.ts';
import { addressFromHex } from './address-key.ts';
import type { Database, Query } from './database.ts';
import { type Cells, PAGE } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Bytes of a user name or a target that are read: more says nothing in a sentence, and there may be thousands of them. */
const AIM_BYTES = 512;

export interface StoryRecordsOptions {
  readonly database: Database;
  readonly vocabulary: Vocabulary;
  /** The numbers of a host's name, or of those of all hosts. */
  readonly bans: { hostIdsOf(host: string | undefined): readonly number[] };
}

export class StoryRecords {
  readonly #options: StoryRecordsOptions;
  readonly #first: Query;
  readonly #aims: Query;

  constructor(options: StoryRecordsOptions) {
    const { database } = options;
    this.#options = options;
    this.#first = database.query('SELECT min(since) AS since FROM ban WHERE host = ?');
    this.#aims = database.query(
      `SELECT json_group_array(json_array(ban, host, time, address, kind, user, target)) AS page FROM (
         SELECT evidence.ban, ban.host, evidence.time, hex(evidence.address) AS address, evidence.kind,
           ${latin1('user')}, ${latin1('target')}
         FROM evidence JOIN ban ON ban.id = evidence.ban
         WHERE evidence.ban IN (SELECT value FROM json_each(?))
           AND (evidence.user IS NOT NULL OR evidence.target IS NOT NULL) AND evidence.count > 0
         ORDER BY evidence.ban, evidence.number)`,
    );
  }

  /** When the first ban began, on a host or on all. */
  firstBan(host: string | undefined): number | undefined {
    const times = this.#options.bans.hostIdsOf(host).flatMap((id) => {
      const row = this.#first.row(id);
      return row?.has('since') ? [row.number('since')] : [];
    });
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What the lines of evidence of some bans were aimed at, where they say so, in the order of the bans. */
  *aimsOf(banIds: readonly number[]): Generator<Aim> {
    for (let at = 0; at < banIds.length; at += PAGE) {
      const page = this.#aims.page(JSON.stringify(banIds.slice(at, at + PAGE)));
      for (const cells of page) yield this.#aimFrom(cells);
    }
  }

  #aimFrom(cells: Cells): Aim {
    const { database, vocabulary } = this.#options;
    const address = addressFromHex(cells.text(3));
    if (!address) throw database.damaged('evidence has no address');
    const text = (position: number): string | undefined => {
      return cells.has(position) ? Buffer.from(cells.text(position), 'hex').toString('latin1') : undefined;
    };
    return {
      ban: cells.number(0),
      host: vocabulary.names.get(cells.number(1)),
      time: cells.number(2),
      address,
      kind: vocabulary.names.get(cells.number(4)),
      user: text(5),
      target: text(6),
    };
  }
}

/** The beginning of a text in hexadecimal, NULL where there is none: `hex` of nothing would be an empty text. */
function latin1(column: 'user' | 'target'): string {
  return `iif(evidence.${column} IS NULL, NULL, hex(substr(evidence.${column}, 1, ${AIM_BYTES}))) AS ${column}`;
}
