/** One address under several services, on several hosts. */
import { WORD } from '../facts/profiles.ts';
import { placesOf } from '../question/offenders.ts';
import type { Story, Telling } from './story.ts';
import { claimOf, whoIs } from './story.ts';
import { trailOf } from './trail.ts';

export function reach(telling: Telling): readonly Story[] {
  const { several, furthest, ties } = furthestIn(telling);
  if (furthest === undefined) return [];
  const { bans } = telling.facts;
  const text = bans.subjects.text(furthest);
  const count = bans.of(furthest, WORD.bans);
  return [
    {
      topic: 'reach',
      subject: text,
      text: telling.phrases.reach({
        several,
        who: whoIs(telling, furthest),
        ...placesOf(telling, furthest),
        bans: count,
        ties,
      }),
      claims: [
        claimOf(telling, several, ['totals', 'total', 'shared']),
        claimOf(telling, count, ['offenders', { subject: text }, 'bans']),
      ],
      trail: trailOf(telling, text),
    },
  ];
}

interface Furthest {
  /** Addresses that were banned under several services. */
  readonly several: number;
  /** The one of them with the most services, then hosts, then bans, if it was on several hosts. */
  readonly furthest: number | undefined;
  /** Others with as many services and hosts. */
  readonly ties: number;
}

function furthestIn({ facts }: Telling): Furthest {
  const { bans, bansByService } = facts;
  let several = 0;
  let ties = 0;
  let best = { subject: -1, services: 0, hosts: 1, bans: 0 };
  for (let subject = 0; subject < bansByService.things; subject++) {
    const first = bansByService.first(subject);
    if (first < 0 || bansByService.next(first) < 0) continue;
    several++;
    const { services, hosts } = countsOf(facts, subject);
    const step = services - best.services || hosts - best.hosts;
    const count = bans.of(subject, WORD.bans);
    if (hosts < 2 || step < 0) continue;
    ties = step > 0 ? 0 : ties + 1;
    if (step > 0 || count > best.bans) best = { subject, services, hosts, bans: count };
  }
  return { several, furthest: best.subject < 0 ? undefined : best.subject, ties };
}

function countsOf({ bans }: Telling['facts'], subject: number): { services: number; hosts: number } {
  const { seen, places } = bans;
  const [services, hosts] = [new Set<number>(), new Set<number>()];
  for (let pair = seen.first(subject); pair >= 0; pair = seen.next(pair)) {
    services.add(places.secondOf(seen.label(pair)));
    hosts.add(places.firstOf(seen.label(pair)));
  }
  return { services: services.size, hosts: hosts.size };
}
