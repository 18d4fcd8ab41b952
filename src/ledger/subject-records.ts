/** The bans of one subject, however it is named: found by number first, so that who has too many can choose which to read. */
import type { Network } from '../base/address.ts';
import type { BanRecord, Reason } from '../model.ts';
import { banFrom, importedFrom, LISTED, REASON_COLUMN } from './ban-row.ts';
import type { Database, Query } from './database.ts';
import { PAGE } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What bans may be searched by: what was banned, or what was recorded with it. A user name is latin1. */
export type BanSearch =
  | { readonly type: 'network'; readonly network: Network }
  | { readonly type: 'asn'; readonly asn: number }
  | { readonly type: 'organization'; readonly organization: string }
  | { readonly type: 'user'; readonly user: string };

export interface FoundBans {
  /** In the order in which they were made. */
  readonly ids: readonly number[];
  /** How many bans were not looked at, all of them older. */
  readonly unread: number;
}

export interface ReasonedBan extends BanRecord {
  readonly reason: Reason;
}

/** Bans whose evidence is looked through for a name, which has no index: some 300 MB, read in a second or two. */
export const NAMED_WITHIN = 200_000;

export interface SubjectRecordsOptions {
  readonly database: Database;
  readonly vocabulary: Vocabulary;
  /** The numbers of the bans of a network, of what lies in it, and of larger ones that hold it. */
  readonly bans: { idsOf(network: Network): number[] };
}

export class SubjectRecords {
  readonly #vocabulary: Vocabulary;
  readonly #bans: SubjectRecordsOptions['bans'];
  readonly #ofAsn: Query;
  readonly #ofOrganization: Query;
  readonly #naming: Query;
  readonly #listed: Query;
  readonly #newest: Query;

  constructor({ database, vocabulary, bans }: SubjectRecordsOptions) {
    this.#vocabulary = vocabulary;
    this.#bans = bans;
    this.#ofAsn = database.query(idsOf('SELECT id FROM ban WHERE origin IN (SELECT id FROM origin WHERE asn = ?)'));
    // Operators are written in as many ways as there are sources; `lower` knows the letters that names of networks have.
    this.#ofOrganization = database.query(
      idsOf(
        `SELECT id FROM ban WHERE origin IN (SELECT id FROM origin WHERE lower(?1) IN
           (lower(content ->> 'organization'), lower(content ->> 'organizationAsGiven')))`,
      ),
    );
    this.#naming = database.query(idsOf('SELECT DISTINCT ban AS id FROM evidence WHERE ban > ? AND user = ?'));
    this.#listed = database.query(LISTED);
    this.#newest = database.query('SELECT ifnull(max(id), 0) AS id FROM ban');
  }

  /** The number of the last ban; 0 for none. */
  newest(): number {
    return this.#newest.row()?.number('id') ?? 0;
  }

  search(search: BanSearch): FoundBans {
    switch (search.type) {
      case 'network':
        return { ids: this.#bans.idsOf(search.network), unread: 0 };
      case 'asn':
        return { ids: this.#ofAsn.ids(search.asn), unread: 0 };
      case 'organization':
        return { ids: this.#ofOrganization.ids(search.organization), unread: 0 };
      case 'user': {
        const unread = Math.max(0, this.newest() - NAMED_WITHIN);
        return { ids: this.#naming.ids(unread, Buffer.from(search.user, 'latin1')), unread };
      }
    }
  }

  /** In the order of the numbers, which is that of making. */
  *reasoned(list: readonly number[]): Generator<ReasonedBan> {
    for (let at = 0; at < list.length; at += PAGE) {
      for (const cells of this.#listed.page(JSON.stringify(list.slice(at, at + PAGE)))) {
        const reason = this.#vocabulary.reasons.get(cells.number(REASON_COLUMN));
        yield { ...banFrom(cells, this.#vocabulary, importedFrom(reason)), reason };
      }
    }
  }
}

function idsOf(select: string): string {
  return `SELECT json_group_array(json_array(id)) AS page FROM (${select} ORDER BY id)`;
}
