/**
 * How often protected subjects reached a limit. Who is logged in may mistype, or have a mail program with an old password;
 * who goes on all day is an attacker with an account, or with a stolen one, and is banned in the end.
 */
import type { Address } from '../base/address.ts';
import type { Protection } from './options.ts';
import { Windows } from './window.ts';

const DAY_MS = 86_400_000;
/**
 * Limits within a day that a trusted subject may reach. Ten times five failures are no mistake of a person any more, and
 * too few guesses to find a password.
 */
export const STRIKES_MAX = 10;
/** Protected subjects that attack. They are this host's own and those who logged in, so thousands are too many already. */
const SUBJECTS_MAX = 10_000;

/** Not saved: after a restart it spares for longer, never shorter. */
export class Strikes {
  #windows = new Windows({ findTime: DAY_MS, depth: STRIKES_MAX, size: SUBJECTS_MAX });

  /** Adds one, and returns how many the last day has; no more than STRIKES_MAX. */
  add(base: Address, host: number, at: { readonly strength: Protection['strength']; readonly time: number }): number {
    const strikes = this.#windows.add(base, tagOf(host, at.strength), { time: at.time, weight: 1, place: -1 });
    return Math.max(1, strikes);
  }

  clear(base: Address, host: number): void {
    this.#windows.clear(base, tagOf(host, 'always'));
    this.#windows.clear(base, tagOf(host, 'trusted'));
  }
}

/** Counted apart: what an address did while nothing could get it banned is not held against it afterwards. */
function tagOf(host: number, strength: Protection['strength']): number {
  return host * 2 + (strength === 'trusted' ? 1 : 0);
}
