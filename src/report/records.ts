/** What a report asks the ledger: the passes over all of a period, and a closer look at the few that a story is about. */
import type { Network } from '../base/address.ts';
import type { Aim, BanRecord, Evidence, Reason, Records, Scope, Tally } from '../model.ts';

export interface ReportRecords extends Records {
  /** How many bans began in scope. */
  countBans(scope: Scope): number;
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
