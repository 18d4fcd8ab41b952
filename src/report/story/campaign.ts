/** Many addresses that tried one account, and were banned for it. */
import { fromLog } from '../../base/text.ts';
import type { Story, Telling } from './story.ts';
import { dayText, MOST, minuteText } from './story.ts';
import { quoted } from './stranger.ts';
import { trailFrom } from './trail.ts';

/** Those that led to the most bans, then those of the most addresses. */
export function campaign(telling: Telling): readonly Story[] {
  const found = [...telling.facts.unusual.campaigns.values()].sort(
    (a, b) =>
      b.bans.count - a.bans.count ||
      b.addresses - a.addresses ||
      a.reason.since - b.reason.since ||
      telling.compare(a.reason.user, b.reason.user),
  );
  return found.slice(0, MOST).map(({ reason, bans, addresses, last }) => ({
    topic: 'campaign',
    subject: fromLog(reason.user),
    text: telling.phrases.campaign({
      account: quoted(telling, fromLog(reason.user)),
      service: reason.service,
      since: minuteText(telling, reason.since),
      addresses,
      bans: bans.count,
      last: dayText(telling, last),
    }),
    claims: [],
    trail: trailFrom(bans),
  }));
}
