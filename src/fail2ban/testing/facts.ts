/** Bans for the tests of actions, as the original's tickets have them. */
import { parseNetwork } from '../../base/address.ts';
import type { BanFacts, Surroundings } from '../action/ban-facts.ts';
import type { TestBan } from './original-actions.ts';

export const NOW = 1_700_000_000_000;

export const AROUND: Surroundings = {
  clock: () => NOW,
  names: { full: 'host.example.org', short: 'host' },
  banTime: 600,
  counts: () => ({ banned: 0, bannedTotal: 0, found: 0, foundTotal: 0 }),
  hostName: async () => undefined,
};

export const BAN: TestBan = {
  ...{ ip: '192.0.2.7', time: NOW / 1_000, bantime: 600, failures: 5 },
  ...{ matches: ['one', 'two'], fields: { user: 'root' } },
};

export function factsOf(ban: TestBan): BanFacts {
  const subject = parseNetwork(ban.ip);
  if (!subject) throw new Error(`${ban.ip} is no address`);
  return {
    ...{ subject, time: ban.time * 1_000, banTime: ban.bantime, banCount: 1, isRestored: ban.restored ?? false },
    failures: () => ban.failures,
    matches: () => ban.matches,
    fields: () => new Map(Object.entries(ban.fields)),
    merged: () => ({ failures: ban.failures, matches: ban.matches }),
  };
}
