/** What an enforcer is told and asks, and what it tells. */
import type { Network } from '../base/address.ts';
import type { Log } from '../base/log.ts';
import type { Firewall } from '../firewall/firewall.ts';
import type { Block } from '../model.ts';
import type { Problems } from './problems.ts';
import type { Target } from './target.ts';

export interface EnforcerOptions {
  /** Opened when it is first needed, and again after it failed. Undefined in a dry run. */
  readonly open: (() => Promise<Firewall>) | undefined;
  readonly clock: () => number;
  readonly log: Log;
  readonly problems: Problems;
  /** Why this must not be blocked; asked right before the kernel is told. */
  forbids(target: Target): string | undefined;
  /** What became of a ban. */
  onBlock(target: Target, block: Block): void;
  /** A ban that is in force by the ledger, and must not be in the kernel. */
  onForbidden(target: Target): void;
  /** All bans that should be in the kernel now, for `reconcile`. */
  wanted(): Iterable<Target>;
  /** No block lasts longer than until then: the end of a trial. */
  limit(): number;
  /** The kernel has taken these; their connections may be cut. */
  onBlocked?(subjects: readonly Network[]): void;
  /** Somebody else changed our table; again and again, in a fight. */
  onForeignChange?(who: string, isFight: boolean): void;
}
