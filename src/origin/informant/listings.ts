/** DNS blocklists as one who is asked: which of them have the address. Whoever asks the lists is given (blocklist.ts). */
import { single } from '../../base/address.ts';
import type { Listings } from '../../model.ts';
import type { Blocklists, Checked } from '../blocklist.ts';
import type { Informant, Reply } from '../informant.ts';

const HOUR = 3_600_000;

export interface ListingsOptions {
  readonly clock: () => number;
  readonly blocklists: Pick<Blocklists, 'check'>;
}

export function listings({ clock, blocklists }: ListingsOptions): Informant {
  return {
    about: 'listings',
    option: 'blocklists',
    // Attempts to relay are looked up at the same pace, and lead to bans: few of ours may stand before them.
    workers: 4,
    // Sixteen zones, each with a reason, are 32 questions an address: at three a second four of them take 43 seconds.
    patienceMs: 60_000,
    keepMs: HOUR,
    /** What is wrong with each list is told by whoever keeps them. */
    trouble: undefined,
    neighborhood: (address) => single(address),
    holds: () => true,
    readyAt: () => 0,
    ask: async (address): Promise<Reply> => {
      try {
        const checked = await blocklists.check(address);
        if (!checked) return { state: 'unasked' };
        // An answer that was used again is as old as it is.
        const at = Math.min(clock(), ...checked.listings.map(({ checkedAt }) => checkedAt));
        return { state: 'answered', finding: { address, at, source: 'DNS blocklists', answer: answerOf(checked) } };
      } catch (error) {
        return { state: 'failed', why: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => undefined,
  };
}

function answerOf({ listings: found, unlisted }: Checked): Listings {
  const zones = [...new Set(found.map(({ zone }) => zone))];
  const lists = zones.map((zone) => {
    const ofZone = found.filter((listing) => listing.zone === zone);
    return { list: zone, codes: ofZone.map(({ code, meaning }) => [code, meaning ?? []].flat().join(' ')) };
  });
  return { about: 'listings', lists, unlisted };
}
