/** Who is compared: rapsheet's daemon, and the daemons of others that are installed. */
import type { Bed } from './live-bed.ts';
import type { Running } from './live-process.ts';

export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Why it cannot be run here. */
  readonly missing: string | undefined;
  /** The most attackers one after the other, so that a slow one does not take all the time. */
  readonly attackersMax: number;
  /** Within which an address surely comes, or never. */
  readonly patienceMs: number;
  /** On watch when it resolves. */
  start(bed: Bed): Promise<Running>;
  /** With so many jails; undefined where there is no such thing. */
  readonly startWithJails: ((bed: Bed, jails: number) => Promise<Running>) | undefined;
}
