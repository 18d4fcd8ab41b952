/** What is to be blocked, and what is: bans on their way into the kernel. */
import type { Network } from '../base/address.ts';

/** A ban with what is needed to enforce it. */
export interface Target {
  readonly subject: Network;
  readonly jail: string;
  readonly group: string;
  readonly from: number;
  readonly until: number;
  /** Made by an earlier process. */
  readonly isOld: boolean;
  /** Its row in the ledger; `id` is undefined while it is not there. */
  readonly row: { readonly id: number | undefined };
  /** The ledger knows already what became of it. */
  readonly isAnswered: boolean;
}

/** A block that is in the kernel by our account. */
export interface Held extends Target {
  /** Since when, epoch milliseconds. */
  readonly at: number;
}
