/** Who slowed down after its bans until it stayed below the limit, and whether the long window found it. */
import { WORD } from '../facts/profiles.ts';
import type { SlowFound } from '../facts/unusual-facts.ts';
import type { SlowedFigures } from '../phrase/phrase.ts';
import { topSubjects } from './few.ts';
import type { Story, Telling } from './story.ts';
import { claimOf, dayText, MOST, whoIs } from './story.ts';
import { bansUntilNow, trailOf } from './trail.ts';

/** Attempts after the last ban from which a pace is seen. */
const PACE_MIN = 10;
/** Addresses that are looked at, those with the most such attempts: each is a few look-ups in the ledger. */
const LOOKED_AT = 50;
/** Reasons that are read of one address, back from its last ban: those of a short window are the rule. */
const REASONS = 20;

export function slowed(telling: Telling): readonly Story[] {
  const { attempts, bans, unusual } = telling.facts;
  const later = (subject: number): number => {
    const { attempts: count } = attempts.after.afterOf(subject);
    return count < PACE_MIN ? 0 : count;
  };
  // Whoever the long window found is told of before others, whoever was found first before all.
  const caught = [...unusual.slow.keys()].slice(0, LOOKED_AT).map((text) => bans.subjects.find(text));
  const others = topSubjects(bans.subjects.size, later, LOOKED_AT).filter((subject) => !caught.includes(subject));
  const stories: Story[] = [];
  for (const subject of [...caught, ...others]) {
    if (stories.length === MOST) break;
    if (subject >= 0) stories.push(...storyOf(telling, subject));
  }
  return stories;
}

function storyOf(telling: Telling, subject: number): Story[] {
  const { bans, attempts, unusual } = telling.facts;
  const text = bans.subjects.text(subject);
  const found = unusual.slow.get(text);
  const quick = quickBefore(telling, text, found);
  const { attempts: since, first, last } = attempts.after.afterOf(subject);
  const afterMs = found === undefined ? (last - first) / Math.max(1, since - 1) : slowPace(found);
  if (quick === undefined) return [];
  const { limit, findTimeMs, beforeMs } = quick;
  if (beforeMs > findTimeMs / limit || afterMs <= findTimeMs / limit) return [];
  const figures: SlowedFigures = {
    who: whoIs(telling, subject),
    bans: quick.bans,
    beforeMs: Math.max(1_000, beforeMs),
    afterMs,
    limit,
    findTimeMs,
    caught: found && {
      day: dayText(telling, found.ban.from),
      score: found.reason.limit,
      findTimeMs: found.reason.findTime,
    },
    attempts: since,
  };
  const all = bans.of(subject, WORD.bans);
  // The offenders are those with several bans, and have all of them; the sentence has those before it slowed down.
  const claims = quick.bans === all && all > 1 ? [claimOf(telling, all, ['offenders', { subject: text }, 'bans'])] : [];
  return [
    { topic: 'slowed', subject: text, text: telling.phrases.slowed(figures), claims, trail: trailOf(telling, text) },
  ];
}

function slowPace({ ban, reason }: SlowFound): number {
  return (ban.from - reason.since) / Math.max(1, reason.score - 1);
}

interface Quick {
  /** Bans up to and with it. */
  readonly bans: number;
  readonly limit: number;
  readonly findTimeMs: number;
  readonly beforeMs: number;
}

/** The last ban by the short window before the long one found it, in the period or before, with the pace of its lines. */
function quickBefore(telling: Telling, text: string, found: SlowFound | undefined): Quick | undefined {
  const before: number[] = [];
  for (const ban of bansUntilNow(telling, text)) {
    if (ban.subject !== text || (found !== undefined && ban.id >= found.ban.id)) continue;
    before.push(ban.id);
  }
  for (let i = before.length - 1; i >= Math.max(0, before.length - REASONS); i--) {
    const id = before[i] ?? 0;
    const reason = telling.records.reasonOf(id);
    if (reason?.rule !== 'threshold') continue;
    const beforeMs = paceOf(telling, id);
    return beforeMs === undefined
      ? undefined
      : { bans: i + 1, limit: reason.limit, findTimeMs: reason.findTime, beforeMs };
  }
  return undefined;
}

/** Milliseconds between the lines of a ban; undefined when there is but one. */
function paceOf({ records }: Telling, ban: number): number | undefined {
  let [lines, first, last] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { time, count } of records.evidenceOf(ban)) {
    lines += count;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return lines < 2 ? undefined : (last - first) / (lines - 1);
}
