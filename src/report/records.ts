/** What a report asks the ledger: the passes over all of a period, and a closer look at the few that a story is about. */
import type { Network } from '../base/address.ts';
import type { Aim, BanRecord, Evidence, HistoryForm, Origin, Reason, Scope, Tally, UserTally } from '../model.ts';

export interface ReportRecords {
  /** All bans that began in scope, in the order in which they were made. */
  banPages(scope: Scope): Iterable<BanPage>;
  /** All tallies of the days that a scope touches, by day. */
  tallyPages(scope: Scope): Iterable<TallyPage>;
  /** How many attempts there were in scope, and when the first was; infinite when there is none. */
  attemptsIn(scope: Scope): { readonly count: number; readonly first: number };
  users(scope: Scope): Iterable<UserTally>;
  /** The hosts that have bans or attempts in scope, sorted. */
  hosts(scope: Scope): readonly string[];
  /** When the first ban began, on a host or on all; undefined when there is none. */
  firstBan(host: string | undefined): number | undefined;
  /** Bans of a network, of what lies in it, and of larger ones that hold it, of all times, in the order of making. */
  bansOf(network: Network): Iterable<BanRecord>;
  /** Tallies of a network's addresses, of all times. */
  talliesOf(network: Network): Iterable<Tally>;
  reasonOf(banId: number): Reason | undefined;
  evidenceOf(banId: number): Iterable<Evidence>;
  /** What the lines of evidence of some bans were aimed at, where they say so, in the order of the bans. */
  aimsOf(banIds: readonly number[]): Iterable<Aim>;
}

/** Addresses or networks side by side: four words each, and the bits that are fixed in the 128-bit form. */
export interface SubjectList {
  readonly size: number;
  readonly words: Int32Array;
  /** -1 for what is neither address nor network: only its text is known. */
  readonly bits: Int32Array;
  readonly textOf: (row: number) => string;
}

/**
 * Bans as a report reads them, a list for each column: no object for each of a million. The lists are filled again with
 * the next page. Hosts, services, kinds and origins are numbers, which are the same on all pages.
 */
export interface BanPage extends SubjectList {
  readonly id: Float64Array;
  readonly host: Float64Array;
  readonly service: Float64Array;
  readonly kind: Float64Array;
  readonly from: Float64Array;
  readonly until: Float64Array;
  readonly prior: Float64Array;
  readonly origin: Float64Array;
  readonly hostOf: (number: number) => string;
  /** Of a service or kind. */
  readonly nameOf: (number: number) => string;
  readonly originOf: (number: number) => Origin;
  /** The rows that were banned by another rule than the usual one, `threshold`; of them the rest is asked. */
  readonly unusual: readonly number[];
  readonly decisionOf: (row: number) => {
    readonly rule: Reason['rule'];
    /** The form of the record of another program that it was imported from. */
    readonly importedFrom: HistoryForm | undefined;
  };
  readonly reasonOf: (row: number) => Reason;
}

/** Tallies of one day, host, service and kind; the lists are filled again with the next page. */
export interface TallyPage extends SubjectList {
  readonly day: number;
  readonly service: string;
  readonly kind: string;
  readonly count: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
}
