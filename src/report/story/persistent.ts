/** Who was banned most often, and what else its network did. */
import { TIME } from '../facts/profiles.ts';
import { mostPersistent, placesOf } from '../question/offenders.ts';
import { networkStory } from './network.ts';
import type { Story, Telling } from './story.ts';
import { claimOf, dayText, whoIs } from './story.ts';
import { trailOf } from './trail.ts';

export function persistent(telling: Telling): readonly Story[] {
  const found = mostPersistent(telling);
  if (found === undefined) return [];
  const { bans, neighborhoods } = telling.facts;
  const { subject, bans: count } = found;
  const text = bans.subjects.text(subject);
  const { hosts, services } = placesOf(telling, subject);
  const story: Story = {
    topic: 'persistent',
    subject: text,
    text: telling.phrases.persistent({
      who: whoIs(telling, subject),
      bans: count,
      hosts,
      services,
      lengthMs: bans.lengthOf(subject),
      from: dayText(telling, bans.timeOf(subject, TIME.first)),
      until: dayText(telling, bans.timeOf(subject, TIME.last)),
      ties: found.ties,
    }),
    claims: [claimOf(telling, count, ['offenders', { subject: text }, 'bans'])],
    trail: trailOf(telling, text),
  };
  const network = neighborhoods.of(subject);
  const hasNeighbors = network >= 0 && neighborhoods.addressesIn(network) > 1;
  return hasNeighbors ? [story, networkStory(telling, 'neighbors', { network, ties: 0 })] : [story];
}
