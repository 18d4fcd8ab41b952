/** Bans that the ledger knows, for jails: asked so that a ledger that cannot be read keeps nobody from being banned. */
import { type Network, parseNetwork } from '../base/address.ts';
import { ProblemError } from '../base/problem.ts';
import type { PastBan } from '../jail/jail.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** None when the ledger cannot be read: then who is banned may be banned again, which does no harm. */
export function spansOf(
  ledger: Ledger,
  host: string,
  now: number,
): Array<{ subject: Network; from: number; until: number; jail: string }> {
  try {
    return [...ledger.inForce(host, now)].flatMap(({ subject, from, until, jail }) => {
      const network = parseNetwork(subject);
      return network ? [{ subject: network, from, until, jail }] : [];
    });
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}

/** None when the ledger cannot be read: then the next ban is as long as a first one. */
export function pastBansOf(ledger: Ledger, subject: Network): Iterable<PastBan> {
  try {
    return [...ledger.bansExactly(subject)];
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}
