/**
 * Bans in, blocks out: the only stage that changes the system. This is the seam; each firewall is a file beside it and a
 * line in `index.ts`, and all pass one suite (conformance.test.ts).
 *
 * A firewall keeps nothing that the kernel does not: what is to be blocked is in the ledger, and the daemon makes the two
 * agree (`replace`). Blocks end by the kernel's own timeouts, whether we are alive or not.
 */
import type { Network } from '../base/address.ts';
import type { Block } from '../model.ts';

/** What shall not get through, and until when. */
export interface BlockOrder {
  readonly subject: Network;
  /** Epoch milliseconds; infinite for good. */
  readonly until: number;
  /** Which ports: the name of a group that the firewall was opened with; `ALL_PORTS` is always there. */
  readonly group: string;
}

export const ALL_PORTS = 'all';

/** Ports that are blocked together, TCP and UDP alike: the `ports` of a jail. */
export interface PortGroup {
  /** Letters, digits, `_`, at most 16: it becomes part of the names of sets. */
  readonly name: string;
  /** Ports and ranges, ends included. */
  readonly ports: ReadonlyArray<readonly [from: number, to: number]>;
}

/** Where packets are stopped: those for this host, and those that it forwards (containers, virtual machines, networks). */
export type Hook = 'input' | 'forward';

export interface FirewallOptions {
  /** Beside `ALL_PORTS`. */
  readonly groups: readonly PortGroup[];
  readonly hooks: readonly Hook[];
  /** Milliseconds since 1970: kernels are told how long, not until when. */
  readonly clock: () => number;
}

/** What one change consists of. */
export interface Change {
  readonly block?: readonly BlockOrder[];
  /** From all groups. */
  readonly release?: readonly Network[];
}

export interface Firewall {
  /** `nftables`, ... */
  readonly name: string;
  /**
   * Releases, then blocks; a subject that is blocked already gets the new end. A block for each order, in their order:
   * one that the kernel refuses is `refused` and does not keep the others from being made. An order whose end has passed
   * is refused.
   * @throws FirewallError when nothing can be done at all: the program is missing, not permitted, the table is gone.
   */
  apply(change: Change): Promise<readonly Block[]>;
  /**
   * Makes its table, sets and rules anew where they are missing or altered, and makes the kernel hold exactly these
   * orders, in one transaction where it can: no moment in which one of them is not blocked. As `apply`.
   */
  replace(orders: readonly BlockOrder[]): Promise<readonly Block[]>;
  /** What is blocked. @throws FirewallError, also when the rules that make it effective are not all there. */
  list(): Promise<readonly BlockOrder[]>;
  /** Removes every trace. */
  remove(): Promise<void>;
  /** Ends its processes. The blocks stay. */
  close(): Promise<void>;
  /**
   * Calls when somebody else changed or removed what is ours, with who it was as far as is known. Undefined where a
   * firewall cannot tell; then `list` finds it. Returns how to stop watching.
   */
  watch?(onChange: (who: string) => void): () => void;
}

/** That a firewall can do nothing at the moment. */
export class FirewallError extends Error {
  /** What a person can do about it. */
  readonly hint: string | undefined;

  constructor(what: string, options: { hint?: string; cause?: unknown } = {}) {
    super(what, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'FirewallError';
    this.hint = options.hint;
  }
}
