/** Who came back after its bans, on how many days, and how soon. */
import { dayOf } from '../../base/zone.ts';
import type { BanRecord } from '../../model.ts';
import { WORD } from '../facts/profiles.ts';
import { topSubjects } from './few.ts';
import type { Story, Telling } from './story.ts';
import { claimOf, MOST, whoIs } from './story.ts';
import { bansOf, talliesOf, trailOf } from './trail.ts';

/** Coming back once is chance. */
const RETURNS_MIN = 2;
/** Addresses that are looked at, those that tried on the most days: each is a few look-ups in the ledger. */
const LOOKED_AT = 10;
/** Bans of one address that are looked at; whoever has more has come back often enough. */
const BANS_MAX = 10_000;

export function returned(telling: Telling): readonly Story[] {
  const { attempts, bans } = telling.facts;
  const days = (subject: number): number =>
    bans.of(subject, WORD.bans) < RETURNS_MIN ? 0 : attempts.after.daysOf(subject);
  const stories: Story[] = [];
  for (const subject of topSubjects(bans.subjects.size, days, LOOKED_AT)) {
    if (stories.length === MOST) break;
    stories.push(...storyOf(telling, subject));
  }
  return stories;
}

function storyOf(telling: Telling, subject: number): Story[] {
  const { bans, attempts } = telling.facts;
  const { period } = telling.options.scope;
  const text = bans.subjects.text(subject);
  const { ended, returns, soonestMs } = returnsOf(telling, text);
  if (returns < RETURNS_MIN) return [];
  const { zone } = telling.options;
  const isEndless = !Number.isFinite(period.from) || !Number.isFinite(period.until);
  const count = bans.of(subject, WORD.bans);
  const figures = {
    who: whoIs(telling, subject),
    days: attempts.after.daysOf(subject),
    ofDays: isEndless ? undefined : dayOf(zone, period.until - 1) - dayOf(zone, period.from) + 1,
    bans: count,
    ...{ ended, returns, soonestMs },
  };
  const claims = [claimOf(telling, count, ['offenders', { subject: text }, 'bans'])];
  return [
    {
      topic: 'returned',
      subject: text,
      text: telling.phrases.returned(figures),
      claims,
      trail: trailOf(telling, text),
    },
  ];
}

interface Returns {
  /** Bans that ended within the period; one may still run at its end. */
  readonly ended: number;
  /** After how many of them the address was seen again on the same host. */
  readonly returns: number;
  readonly soonestMs: number;
}

function returnsOf(telling: Telling, text: string): Returns {
  const bans: BanRecord[] = [];
  const seen = new Map<string, number[]>();
  const see = (host: string, time: number): void => {
    const times = seen.get(host) ?? [];
    seen.set(host, times);
    times.push(time);
  };
  for (const ban of bansOf(telling, text)) {
    if (ban.subject !== text || bans.length === BANS_MAX) continue;
    bans.push(ban);
    see(ban.host, ban.from);
  }
  // A day's tally tells when it began and when it ended: what was in between may have been sooner.
  for (const { host, first, last } of talliesOf(telling, text)) {
    see(host, first);
    see(host, last);
  }
  for (const times of seen.values()) times.sort((a, b) => a - b);
  const { scope, now } = telling.options;
  const end = Math.min(scope.period.until, now);
  const ended = bans.filter((ban) => ban.until < end);
  const pauses = ended.flatMap((ban) => {
    const back = firstFrom(seen.get(ban.host) ?? [], ban.until);
    return back === undefined ? [] : [back - ban.until];
  });
  return { ended: ended.length, returns: pauses.length, soonestMs: Math.min(...pauses) };
}

/** The first of sorted times that is not before a time. */
function firstFrom(times: readonly number[], time: number): number | undefined {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return times[low];
}
