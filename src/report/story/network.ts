/** The network with the most bans of several addresses, and the networks that were banned as a whole. */
import { parseNetwork } from '../../base/address.ts';
import { WORD } from '../facts/profiles.ts';
import { originOfNetwork } from '../question/networks.ts';
import { mostPersistent } from '../question/offenders.ts';
import type { Story, Telling } from './story.ts';
import { claimOf, MOST, withOrigin } from './story.ts';
import { trailFrom, trailOf } from './trail.ts';

/** Unless the most persistent address has told of it. */
export function network(telling: Telling): readonly Story[] {
  const { neighborhoods: found } = telling.facts;
  let worst = -1;
  let ties = 0;
  for (let each = 0; each < found.size; each++) {
    if (found.addressesIn(each) < 2) continue;
    const step = worst < 0 ? 1 : found.bansIn(each) - found.bansIn(worst);
    if (step > 0) [worst, ties] = [each, 0];
    else if (step === 0) ties++;
  }
  const persistent = mostPersistent(telling)?.subject;
  if (worst < 0 || (persistent !== undefined && found.of(persistent) === worst)) return [];
  return [networkStory(telling, 'network', { network: worst, ties })];
}

export function networkStory(
  telling: Telling,
  topic: 'neighbors' | 'network',
  { network: id, ties }: { network: number; ties: number },
): Story {
  const { bans, attempts, neighborhoods } = telling.facts;
  const text = neighborhoods.text(id);
  const network = parseNetwork(text);
  const top = neighborhoods.topOf(id);
  const isCountable = network !== undefined && !text.includes(':');
  const attacked = isCountable ? Math.max(attempts.countIn(network), bans.subjects.countIn(network)) : 0;
  const figures = {
    bans: neighborhoods.bansIn(id),
    addresses: neighborhoods.addressesIn(id),
    topBans: bans.of(top, WORD.bans),
    otherBans: neighborhoods.bansIn(id) - bans.of(top, WORD.bans),
  };
  return {
    topic,
    subject: text,
    text: telling.phrases.network({
      ...figures,
      network: withOrigin(text, [
        originOfNetwork(telling, id, 'organization'),
        originOfNetwork(telling, id, 'country'),
      ]),
      top: bans.subjects.text(top),
      size: isCountable ? 2 ** (128 - network.bits) : undefined,
      attacked,
      ties,
    }),
    claims: Object.entries(figures).map(([key, value]) =>
      claimOf(telling, value, ['networks', { network: text }, key]),
    ),
    trail: trailOf(telling, text),
  };
}

/** Those that were banned most often, then those that had the most attackers. */
export function wide(telling: Telling): readonly Story[] {
  const found = [...telling.facts.unusual.wide.values()].sort(
    (a, b) =>
      b.bans.count - a.bans.count || b.reason.attacked - a.reason.attacked || telling.compare(a.network, b.network),
  );
  return found.slice(0, MOST).map(({ network: text, bans, lengthMs, reason }) => {
    const { banned, size, attacked, findTime: findTimeMs } = reason;
    const figures = { network: text, times: bans.count, lengthMs, banned, findTimeMs, size, attacked };
    return {
      topic: 'wide',
      subject: text,
      text: telling.phrases.wide(figures),
      claims: [],
      trail: trailFrom(bans, text),
    };
  });
}
