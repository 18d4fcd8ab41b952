/**
 * Who strikes where and when: the script of the month. The totals here are what the story aims at; the report counts
 * log lines and never sees them. Pure: the same seed gives the same plan.
 */
import type { Burst } from './burst.ts';
import { burstsOf, type Campaign } from './campaign.ts';
import { CAST } from './cast.ts';
import { CROWD_HOLDINGS } from './crowd.ts';
import { MANNERS, type MannerName, type Service } from './manners.ts';
import { HOSTS, type Host, MONTH, WEB_HOSTS } from './month.ts';
import { type Holding, type Member, settle } from './networks.ts';
import { placeOf } from './places.ts';
import { itemAt, type Random, randomOf, shuffled, weighted } from './random.ts';
import { STORY_HOLDINGS, tellStories } from './stories.ts';
import { strayBursts } from './strays.ts';

export interface Plan {
  /** In the order of their first attempts. */
  readonly bursts: readonly Burst[];
  /** Disjoint; each address of the story lies in one. */
  readonly holdings: readonly Holding[];
}

/** Bans of the whole month, by service. */
const BANS: Readonly<Record<Service, number>> = { web: 1222, mail: 442, ssh: 34 };
/** Web and mail attackers that are banned by SSH, too, once each. */
const ALSO_SSH = { web: 9, mail: 4 } as const;
/** Ten bans of one address on a single host, each twice as long as the last, still fit into a month; twelve do not. */
const MOST_BANS = 10;
const MOST_SSH_BANS = 3;

export function planDemo(seed: number): Plan {
  const { holdings, members } = settle(CAST, randomOf(seed, 'networks'));
  const stories = tellStories(seed);
  const strikes = strikesOf(members, bansLeft(stories), randomOf(seed, 'strikes'));
  const timing = randomOf(seed, 'timing');
  const waves = new Map(CAST.map((part) => [part, timing.fraction()]));
  const campaigns = members.map((member) => {
    const first = firstShare(waves.get(member.part) ?? 0, timing);
    return burstsOf({ address: member.address, window: MONTH, first, strikes: strikes.get(member) ?? [] }, timing);
  });
  const attacks = [...stories, ...campaigns.flat()];
  const bursts = [...attacks, ...strayBursts(attacks, seed)];
  return {
    bursts: bursts.sort((a, b) => itemAt(a.attempts, 0).time - itemAt(b.attempts, 0).time),
    holdings: [...STORY_HOLDINGS, ...holdings, ...CROWD_HOLDINGS],
  };
}

/** When a campaign begins: most addresses of one network come in the same days, the others at any time. */
function firstShare(wave: number, random: Random): number {
  if (random.chance(0.4)) return random.fraction();
  return 0.05 + 0.9 * wave + (random.fraction() - random.fraction()) * 0.05;
}

function bansLeft(stories: readonly Burst[]): Record<Service, number> {
  const left = { ...BANS };
  for (const burst of stories) if (burst.bans) left[MANNERS[burst.manner].service] -= 1;
  return left;
}

type PlannedStrike = Campaign['strikes'][number];

/** Deals the bans out to the members and says what each of them does where. */
function strikesOf(
  members: readonly Member[],
  left: Readonly<Record<Service, number>>,
  random: Random,
): Map<Member, PlannedStrike[]> {
  const dealt = new Map<Member, PlannedStrike[]>(members.map((member) => [member, []]));
  const add = (member: Member, strikes: readonly PlannedStrike[]): void => {
    dealt.set(member, shuffled([...(dealt.get(member) ?? []), ...strikes], random));
  };
  for (const [member, count] of webBans(members, left.web, random)) add(member, webStrikes(member, count, random));
  for (const [member, count] of mailBans(members, left.mail, random)) add(member, mailStrikes(member, count, random));
  for (const [member, count] of sshBans(members, left.ssh, random)) add(member, sshStrikes(member, count, random));
  return dealt;
}

interface Deal {
  readonly total: number;
  /** The most for one member. */
  readonly most: number;
}

/** Everyone once, the rest to those who already have: most are banned once or twice, some over and over. */
function deal(members: readonly Member[], { total, most }: Deal, random: Random): Array<[Member, number]> {
  const counts = members.map((): number => 1);
  let left = total - members.length;
  if (left < 0 || total > members.length * most) throw new RangeError(`${total} bans cannot be dealt out`);
  const hands = members.map((_, index) => index);
  while (left > 0) {
    const index = random.pick(hands);
    const count = itemAt(counts, index);
    if (count >= most) continue;
    counts[index] = count + 1;
    hands.push(index);
    left--;
  }
  return members.map((member, index) => [member, itemAt(counts, index)]);
}

function webBans(members: readonly Member[], total: number, random: Random): Array<[Member, number]> {
  const web = members.filter((member) => member.web);
  return deal(web, { total, most: MOST_BANS }, random);
}

function mailBans(members: readonly Member[], total: number, random: Random): Array<[Member, number]> {
  const fixed = members
    .filter((member) => member.mail && member.part.mailBans > 0)
    .map((member): [Member, number] => [member, member.part.mailBans]);
  const left = total - fixed.reduce((sum, [, count]) => sum + count, 0);
  const free = members.filter((member) => member.mail && member.part.mailBans === 0);
  return [...fixed, ...deal(free, { total: left, most: MOST_BANS }, random)];
}

function sshBans(members: readonly Member[], total: number, random: Random): Array<[Member, number]> {
  // Not the scanners, which do not log in, nor those who have two services to attack already.
  const eligible = (member: Member): boolean => member.part.note === '' && !(member.web && member.mail);
  const some = (candidates: readonly Member[], count: number): Member[] =>
    shuffled(candidates.filter(eligible), random).slice(0, count);
  const web = some(
    members.filter((member) => member.web),
    ALSO_SSH.web,
  );
  const mail = some(
    members.filter((member) => member.mail),
    ALSO_SSH.mail,
  );
  const also = [...web, ...mail].map((member): [Member, number] => [member, 1]);
  const only = members.filter((member) => member.ssh);
  return [...also, ...deal(only, { total: total - also.length, most: MOST_SSH_BANS }, random)];
}

function webStrikes(member: Member, count: number, random: Random): PlannedStrike[] {
  const manner = webManner(placeOf(member.part.city).country, random);
  let host = random.pick(WEB_HOSTS);
  return Array.from({ length: count }, () => {
    if (random.chance(0.6)) host = host === 'web1' ? 'web2' : 'web1';
    // Only web1 has a rate limit, and only nginx logs failed handshakes at its usual level.
    return { host: manner === 'flood' || manner === 'tls' ? 'web1' : host, manner };
  });
}

function mailStrikes(member: Member, count: number, random: Random): PlannedStrike[] {
  const manner = random.pick(member.part.manners);
  return Array.from({ length: count }, () => ({ host: 'mail', manner }));
}

function sshStrikes(member: Member, count: number, random: Random): PlannedStrike[] {
  return Array.from({ length: count }, () => ({ host: random.pick(sshHosts(member)), manner: 'password' }));
}

function sshHosts(member: Member): readonly Host[] {
  if (member.web) return WEB_HOSTS;
  return member.mail ? ['mail'] : HOSTS;
}

/** phpMyAdmin and PHPUnit are looked for from Germany and Asia. */
const GERMANY_AND_ASIA = new Set(['DE', 'SG', 'CN', 'JP', 'HK', 'IN', 'KR', 'VN', 'ID', 'TW', 'TH']);
const ANYWHERE: ReadonlyArray<readonly [MannerName, number]> = [
  ['wordpress', 74],
  ['env', 6],
  ['secrets', 5],
  ['git', 5],
  ['foreign', 2],
  ['malformed', 1.5],
  ['admin', 2],
  ['shell', 1.5],
  ['cms', 1],
  ['proxy', 1],
  ['tls', 1],
  ['flood', 0.7],
];
const THERE: typeof ANYWHERE = [...ANYWHERE, ['phpmyadmin', 9], ['phpunit', 8]];

function webManner(country: string, random: Random): MannerName {
  return weighted(GERMANY_AND_ASIA.has(country) ? THERE : ANYWHERE, random);
}
