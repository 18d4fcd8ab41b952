/** Bans of a period, on a host or on all: row by row, and column by column for a report. */
import { HISTORY_FORMS } from '../base/reason-words.ts';
import type { Answer, BanRecord, Period, ReportedBan, Scope } from '../model.ts';
import type { BanLists } from './ban-lists.ts';
import { BanPages } from './ban-pages.ts';
import {
  banFrom,
  banPage,
  beginningOf,
  type Decision,
  endOf,
  REASON_COLUMN,
  type Rules,
  reportedBanFrom,
} from './ban-row.ts';
import type { Database, Query, SqlValue } from './database.ts';
import { type Cells, PAGE, pages } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

const UNUSUAL = ['slow', 'wide', 'campaign', 'manual'] as const;
const ID_MAX = Number.MAX_SAFE_INTEGER;
/**
 * Which rows are in scope. The plus signs keep SQLite to the order of ids: by another index every page would sort the rest
 * of the period.
 */
const IN_SCOPE = 'id > ? AND id <= ? AND +since >= ? AND +since < ? AND +host BETWEEN ? AND ?';

export class ScopedBans {
  readonly #vocabulary: Vocabulary;
  readonly #hosts: Query;
  readonly #span: Query;
  readonly #any: Query;
  readonly #between: Query;
  readonly #pages: BanPages;
  readonly #byBeginning: Query;
  readonly #unfound: Query;

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    // From one host to the next by the index: a DISTINCT would read it whole.
    this.#hosts = database.query(
      `WITH RECURSIVE each (host) AS (
         SELECT min(host) FROM ban
         UNION ALL SELECT (SELECT min(host) FROM ban WHERE host > each.host) FROM each WHERE host IS NOT NULL)
       SELECT host FROM each WHERE host IS NOT NULL`,
    );
    this.#span = database.query(
      'SELECT min(id) AS first, max(id) AS last FROM ban WHERE host = ? AND since >= ? AND since < ?',
    );
    this.#any = database.query('SELECT id FROM ban WHERE host = ? AND since >= ? AND since < ? LIMIT 1');
    this.#between = database.query(banPage(`${IN_SCOPE} ORDER BY id LIMIT ${PAGE}`));
    this.#pages = new BanPages(database, vocabulary);
    this.#byBeginning = database.query(
      'SELECT json_group_array(json_array(id)) AS page FROM reason WHERE content >= ? AND content < ?',
    );
    this.#unfound = database.query(
      banPage(
        `${IN_SCOPE} AND NOT EXISTS (
           SELECT 1 FROM finding WHERE finding.ban = ban.id AND finding.about = ?) ORDER BY id LIMIT ${PAGE}`,
      ),
    );
  }

  /** Bans that began within the period, in the order in which they were made. */
  *bans(scope: Scope): Generator<ReportedBan> {
    const rules = this.#rules();
    for (const cells of this.#paged(this.#between, scope)) yield reportedBanFrom(cells, this.#vocabulary, rules);
  }

  /** The same, column by column; the lists are filled again with the next page. */
  pages(scope: Scope): Generator<BanLists> {
    return this.#pages.pages(scope, this.#rules());
  }

  /** Of these, the ones that a question has no answer for. */
  *withoutFinding(about: Answer['about'], scope: Scope): Generator<BanRecord> {
    const name = this.#vocabulary.names.find(about) ?? -1;
    const rules = this.#rules();
    for (const cells of this.#paged(this.#unfound, scope, name)) {
      yield banFrom(cells, this.#vocabulary, rules.get(cells.number(REASON_COLUMN))?.importedFrom);
    }
  }

  /** The hosts that have bans within the period. */
  hosts({ period, host }: Scope): string[] {
    const banned = this.hostIdsOf(host).filter((id) => this.#any.row(id, period.from, period.until) !== undefined);
    return banned.map((id) => this.#vocabulary.names.get(id));
  }

  /** The numbers of a host's name, or of those of all that have bans; none for a host that the ledger has never heard of. */
  hostIdsOf(host: string | undefined): number[] {
    if (host === undefined) return this.#hosts.rows().map((row) => row.number('host'));
    const id = this.#vocabulary.names.find(host);
    return id === undefined ? [] : [id];
  }

  *#paged(query: Query, scope: Scope, ...more: readonly SqlValue[]): Generator<Cells> {
    const { after, rest } = this.#boundsOf(scope);
    yield* pages((last) => query.page(last?.number(0) ?? after, ...rest, ...more));
  }

  /** What `IN_SCOPE` asks for: the number before the first ban, and the rest. */
  #boundsOf({ period, host }: Scope): { readonly after: number; readonly rest: readonly number[] } {
    const hosts = this.hostIdsOf(host);
    const { first, last } = this.#spanOf(hosts, period);
    const [low, high] = host === undefined ? [0, ID_MAX] : [hosts[0] ?? -1, hosts[0] ?? -1];
    return { after: first - 1, rest: [last, period.from, period.until, low, high] };
  }

  /** The first and last ban of a period: live bans lie together, so the rest of the table is not read. */
  #spanOf(hosts: readonly number[], { from, until }: Period): { first: number; last: number } {
    let first = ID_MAX;
    let last = 0;
    for (const host of hosts) {
      const row = this.#span.row(host, from, until);
      if (!row?.has('first')) continue;
      first = Math.min(first, row.number('first'));
      last = Math.max(last, row.number('last'));
    }
    return { first, last };
  }

  /** By the numbers of their reasons, the rules that are not the usual one. */
  #rules(): Rules {
    const rules = new Map<number, Decision>();
    const put = (beginning: string, decision: Decision): void => {
      for (const id of this.#byBeginning.ids(beginning, endOf(beginning))) rules.set(id, decision);
    };
    for (const rule of UNUSUAL) put(beginningOf(rule), { rule, importedFrom: undefined });
    for (const form of HISTORY_FORMS) {
      put(`${beginningOf('imported')},"from":"${form}"`, { rule: 'imported', importedFrom: form });
    }
    return rules;
  }
}
