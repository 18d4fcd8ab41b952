/** The attackers that the article tells of one by one: their networks, and what they do when. */
import { attemptsAt, type Burst, offsetsFor, type PlannedAttempt } from './burst.ts';
import { burstsOf } from './campaign.ts';
import { part } from './cast.ts';
import { type MannerName, SLOW_LIMIT } from './manners.ts';
import { DAY, DAYS, HOUR, type Host, MINUTE, MONTH } from './month.ts';
import type { Holding } from './networks.ts';
import { type Random, randomOf } from './random.ts';

/** The only network that the article names, and so the only real one. */
const EMANUAL = part('Emanual Hosting', 64496, 'Amsterdam', { note: 'named in the article' });
const KPROHOST = part('KProHost LLC', 64497, 'Amsterdam', { note: 'adapts to the limit' });
const CLOUDIE = part('Cloudie Limited', 55933, 'Hong Kong', { note: 'spameri' });

export const WORST = '79.110.62.40';
export const SLOW = '198.18.250.31';
/** Greets as WIN-4TTI4DH7SGH and sends as spameri@tiscali.it. */
export const SPAMERI = '198.18.251.17';

export const STORY_HOLDINGS: readonly Holding[] = [
  { network: '79.110.62.0/24', part: EMANUAL },
  { network: '198.18.250.0/24', part: KPROHOST },
  { network: '198.18.251.0/24', part: CLOUDIE },
];

export function tellStories(seed: number): Burst[] {
  const random = randomOf(seed, 'stories');
  return [...worst(random), ...neighbors(random), ...slow(random), ...spameri(random)];
}

/** What the worst of all does to each host in turn. Only three hosts side by side leave room for 17 doubling bans. */
const ROUND: ReadonlyArray<readonly [Host, readonly MannerName[]]> = [
  ['mail', ['imap', 'imap', 'password', 'pop3', 'imap', 'imap']],
  ['web1', ['wordpress', 'secrets', 'wordpress', 'password', 'git', 'wordpress']],
  ['web2', ['wordpress', 'password', 'wordpress', 'env', 'wordpress']],
];

function worst(random: Random): Burst[] {
  const strikes = Array.from({ length: 6 }, (_, round) =>
    ROUND.flatMap(([host, manners]) => manners.slice(round, round + 1).map((manner) => ({ host, manner }))),
  ).flat();
  return burstsOf({ address: WORST, window: MONTH, first: 0.1, strikes }, random);
}

/** The rest of its /24. */
const NEIGHBORS: ReadonlyArray<readonly [address: string, host: Host, manners: readonly MannerName[]]> = [
  ['79.110.62.11', 'mail', ['imap', 'imap', 'imap', 'pop3']],
  ['79.110.62.29', 'mail', ['imap', 'imap', 'imap']],
  ['79.110.62.77', 'mail', ['pop3', 'imap', 'pop3']],
  ['79.110.62.123', 'mail', ['imap', 'imap', 'imap']],
  ['79.110.62.190', 'web2', ['wordpress', 'env', 'wordpress']],
];

function neighbors(random: Random): Burst[] {
  return NEIGHBORS.flatMap(([address, host, manners]) => {
    const strikes = manners.map((manner) => ({ host, manner }));
    return burstsOf({ address, window: MONTH, first: random.between(0, 0.5), strikes }, random);
  });
}

/** What the slow one learns is that five in ten minutes are too many. What it does not know of is the long window. */
const SLOW_TRIES = SLOW_LIMIT;
/** How often it tries after that, so rarely that nothing comes of it. */
const SLOWER_TRIES = 50;

/**
 * Banned three times, it comes back with a try every three minutes, never five within ten, and is banned for the hundred
 * that they come to. Then it tries every forty minutes.
 */
function slow(random: Random): Burst[] {
  const window = { from: MONTH.from + 2 * DAY, until: MONTH.from + 5 * DAY };
  const strikes = (['imap', 'imap', 'imap'] as const).map((manner) => ({ host: 'mail' as const, manner }));
  const every = (minutes: number, start: number, tries: number): PlannedAttempt[] => {
    const pauseMs = [minutes * MINUTE - 8000, minutes * MINUTE + 8000] as const;
    return attemptsAt(start, 'imap', offsetsFor(tries, pauseMs, random));
  };
  const slowly = every(3, MONTH.from + 7 * DAY + 7 * HOUR, SLOW_TRIES);
  const slower = every(40, MONTH.from + 9 * DAY + 9 * HOUR, SLOWER_TRIES);
  return [
    ...burstsOf({ address: SLOW, window, first: 0.3, strikes }, random),
    { address: SLOW, host: 'mail', manner: 'imap', attempts: slowly, bans: true },
    { address: SLOW, host: 'mail', manner: 'imap', attempts: slower, bans: false },
  ];
}

/** Days of the month, from 0, on which spameri insists until it is banned, and those on which it rests. */
const INSISTS = new Set([1, 8, 14, 21, 28]);
const RESTS = new Set([4, 6, 11, 12, 19, 24, 26, 30]);

/** Its bans stay short of a day, so that each next day finds it free. */
function spameri(random: Random): Burst[] {
  const bursts: Burst[] = [];
  for (let day = 0; day < DAYS; day++) {
    if (RESTS.has(day)) continue;
    const bans = INSISTS.has(day);
    const start = MONTH.from + day * DAY + 14 * HOUR + random.whole(0, 50) * MINUTE + random.whole(0, 59_999);
    const attempts = attemptsAt(start, 'relay', offsetsFor(bans ? 3 : 1, [8000, 40_000], random));
    bursts.push({ address: SPAMERI, host: 'mail', manner: 'relay', attempts, bans });
  }
  return bursts;
}
