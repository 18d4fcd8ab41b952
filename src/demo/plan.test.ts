import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { contains, type Network, parseAddress, parseNetwork } from '../base/address.ts';
import type { Burst } from './burst.ts';
import type { Part } from './cast.ts';
import { banLengthMs, FIND_TIME_MS, LIMIT, MANNERS, type Manner, SLOW_LIMIT, SLOW_TIME_MS } from './manners.ts';
import { MONTH } from './month.ts';
import { placeOf } from './places.ts';
import { planDemo } from './plan.ts';
import { itemAt } from './random.ts';
import { SLOW, SPAMERI, WORST } from './stories.ts';

const plan = planDemo(202_410);

/** What one line of the plan comes to, with the weight that data/kinds.toml gives it. */
interface Event {
  readonly time: number;
  readonly address: string;
  readonly jail: string;
  readonly host: string;
  readonly service: string;
  readonly weight: number;
}

const weights = new Map(
  Object.entries(
    v.parse(
      v.object({ kind: v.record(v.string(), v.object({ weight: v.number() })) }),
      parse(readFileSync('data/kinds.toml', 'utf8')),
    ).kind,
  ),
);

function eventsOf(bursts: readonly Burst[]): Event[] {
  const events = bursts.flatMap(({ address, host, manner, attempts }) => {
    const { service } = MANNERS[manner];
    return attempts.map(({ time, kind }) => {
      const weight = weights.get(kind)?.weight ?? Number.NaN;
      return { time, address, host, service, jail: `${host}/${service}`, weight };
    });
  });
  return events.sort((a, b) => a.time - b.time);
}

interface SimulatedBan {
  readonly address: string;
  readonly service: string;
  readonly host: string;
  readonly time: number;
}

/** The rules of the jails, written down a second time and as plainly as possible. */
function simulate(events: readonly Event[]): SimulatedBan[] {
  const windows = new Map<string, Event[]>();
  const bannedUntil = new Map<string, number>();
  const priors = new Map<string, number>();
  const bans: SimulatedBan[] = [];
  for (const event of events) {
    const { address, host, jail, service, time } = event;
    if (time < (bannedUntil.get(`${address} ${host}`) ?? 0)) continue;
    const key = `${address} ${jail}`;
    const window = [...(windows.get(key) ?? []), event].filter((other) => other.time > time - SLOW_TIME_MS);
    windows.set(key, window);
    const quick = window.filter((other) => other.time > time - FIND_TIME_MS);
    // The long window leaves out what weighs little.
    const slow = window.filter(({ weight }) => weight >= 1);
    const isQuick = weightOf(quick) >= LIMIT;
    if (!isQuick && weightOf(slow) < SLOW_LIMIT) continue;
    const prior = priors.get(address) ?? 0;
    const noticedMs = isQuick ? 0 : time - itemAt(slow, 0).time;
    windows.delete(key);
    priors.set(address, prior + 1);
    bannedUntil.set(`${address} ${host}`, time + Math.max(banLengthMs(prior), noticedMs));
    bans.push({ address, service, host, time });
  }
  return bans;
}

function weightOf(events: readonly Event[]): number {
  return events.reduce((sum, { weight }) => sum + weight, 0);
}

const bans = simulate(eventsOf(plan.bursts));
const networks = plan.holdings.map(({ network, part }) => ({ network: parseNetwork(network), part }));

function partOf(address: string): Part {
  const parsed = parseAddress(address);
  const owners = networks.filter(({ network }) => network && parsed && contains(network, parsed));
  if (owners.length !== 1) throw new Error(`${address} lies in ${owners.length} networks`);
  return itemAt(owners, 0).part;
}

const countryOf = (address: string): string => placeOf(partOf(address).city).country;
const companyOf = (address: string): string => {
  const { organization } = partOf(address);
  return organization.includes('Alibaba') ? 'Alibaba' : organization;
};

function addresses(service?: string): string[] {
  return [...new Set(bans.filter((ban) => !service || ban.service === service).map((ban) => ban.address))];
}

/** The largest groups, as the article prints them. */
function largest(list: readonly string[], key: (address: string) => string, count: number): Array<[string, number]> {
  const groups = new Map<string, number>();
  for (const address of list) groups.set(key(address), (groups.get(key(address)) ?? 0) + 1);
  const order = [...groups].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  expect(order[count]?.[1] ?? 0, 'the first that is not shown is smaller').toBeLessThan(order[count - 1]?.[1] ?? 0);
  return order.slice(0, count);
}

const FACTS = '../shared/seed/facts.json';
const hasFacts = existsSync(FACTS);
if (!hasFacts) console.warn(`plan.test.ts: ${FACTS} is not here, the plan is only held against the figures below`);

const FIGURES = {
  bans: { total: 1698, web: 1222, mail: 442, ssh: 34 },
  uniqueAddresses: { total: 887, web: 692, mail: 190 },
};

describe('planDemo(), replayed by the rules of the jails,', () => {
  it('gives the bans of the month', () => {
    const of = (service: string): number => bans.filter((ban) => ban.service === service).length;

    expect({ total: bans.length, web: of('web'), mail: of('mail'), ssh: of('ssh') }).toEqual(FIGURES.bans);
  });

  it('gives the addresses of the month', () => {
    const counts = { total: addresses().length, web: addresses('web').length, mail: addresses('mail').length };

    expect(counts).toEqual(FIGURES.uniqueAddresses);
  });

  it.runIf(hasFacts)('has the figures of facts.json', () => {
    const facts: unknown = JSON.parse(readFileSync(FACTS, 'utf8'));

    expect(facts).toMatchObject(FIGURES);
  });

  it('bans exactly where a burst is meant to end in a ban', () => {
    const meant = plan.bursts.filter((burst) => burst.bans);
    const key = (address: string, host: string, service: string): string => `${address} ${host} ${service}`;
    const expected = meant.map((burst) => key(burst.address, burst.host, MANNERS[burst.manner].service));

    expect(bans.map((ban) => key(ban.address, ban.host, ban.service)).sort()).toEqual(expected.sort());
    for (const ban of bans) {
      const inBurst = meant.some(
        ({ address, attempts }) =>
          address === ban.address &&
          ban.time >= itemAt(attempts, 0).time &&
          ban.time <= itemAt(attempts, attempts.length - 1).time,
      );
      expect(inBurst, `${ban.address} at ${ban.time}`).toBe(true);
    }
  });

  it('bans within October only', () => {
    for (const ban of bans) {
      expect(ban.time).toBeGreaterThanOrEqual(MONTH.from);
      expect(ban.time).toBeLessThan(MONTH.until);
    }
  });

  it.each([
    ['everywhere', undefined, 10, 'US 223, SG 149, IE 104, DE 75, NL 56, GB 42, CN 40, JP 34, HK 26, AU 25'],
    ['on the web', 'web', 5, 'SG 146, US 146, IE 104, DE 41, CN 37'],
    ['by mail', 'mail', 6, 'US 77, DE 34, NL 24, HK 15, GB 7, TR 7'],
  ])('gives the countries %s', (_where, service, count, expected) => {
    const top = largest(addresses(service), countryOf, count);

    expect(top.map(([country, size]) => `${country} ${size}`).join(', ')).toBe(expected);
  });

  it.each([
    [
      'web',
      5,
      {
        'Microsoft Corporation': 126,
        'DigitalOcean, LLC': 92,
        'Internet Utilities Europe & Asia': 81,
        'Datacamp, Limited': 45,
        Alibaba: 41,
      },
    ],
    [
      'mail',
      8,
      {
        'Censys, Inc.': 58,
        'DigitalOcean, LLC': 17,
        'Ucloud Information Technology': 17,
        'Amazon.com, Inc.': 11,
        'Cheapy.host, LLC': 6,
        'Cogent Communications': 6,
        'IP Volume, Inc.': 6,
        Railnet: 6,
      },
    ],
  ])('gives the organizations of %s', (service, count, expected) => {
    expect(Object.fromEntries(largest(addresses(service), companyOf, count))).toEqual(expected);
  });

  it('gives the worst of all 17 bans on every host and for every service, its neighbors 16 together', () => {
    const worst = bans.filter((ban) => ban.address === WORST);
    const rest = bans.filter((ban) => ban.address.startsWith('79.110.62.') && ban.address !== WORST);
    const counts = new Map<string, number>();
    for (const ban of bans) counts.set(ban.address, (counts.get(ban.address) ?? 0) + 1);

    expect(worst).toHaveLength(17);
    expect(new Set(worst.map((ban) => ban.host)).size).toBe(3);
    expect(new Set(worst.map((ban) => ban.service)).size).toBe(3);
    expect(rest).toHaveLength(16);
    expect(Math.max(...[...counts].map(([address, count]) => (address === WORST ? 0 : count)))).toBeLessThan(17);
  });
});

describe('planDemo()', () => {
  const kinds = new Map<string, number>();
  for (const { attempts } of plan.bursts) {
    for (const { kind } of attempts) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const of = (kind: string): number => kinds.get(kind) ?? 0;
  const web = [...kinds].reduce((sum, [kind, count]) => sum + (kind.startsWith('web.') ? count : 0), 0);

  it('has the attempts that the article counts', () => {
    expect(of('mail.auth.imap') + of('mail.auth.pop3')).toBe(886);
    expect(of('mail.relay')).toBe(57);
    expect(of('web.probe.env')).toBeGreaterThan(500);
    expect(of('web.probe.phpunit')).toBeGreaterThan(100);
    expect(of('web.probe.phpmyadmin')).toBeGreaterThan(100);
    expect(of('web.probe.git')).toBeGreaterThan(200);
    expect(of('web.probe.wordpress')).toBeGreaterThan(web / 2);
  });

  it('looks for phpMyAdmin and PHPUnit from Germany and Asia', () => {
    const from = plan.bursts.filter(({ manner }) => manner === 'phpmyadmin' || manner === 'phpunit');
    const there = from.filter(({ address }) =>
      ['DE', 'SG', 'CN', 'JP', 'HK', 'IN', 'KR', 'VN', 'ID', 'TW', 'TH'].includes(countryOf(address)),
    );

    expect(there.length / from.length).toBeGreaterThan(0.95);
  });

  it('weighs each manner as data/kinds.toml does', () => {
    for (const [name, { kinds: its, weight }] of Object.entries<Manner>(MANNERS)) {
      for (const kind of its) expect(weights.get(kind)?.weight, `${name}: ${kind}`).toBe(weight);
    }
  });

  it('lets the slow one go on below the limit after its bans', () => {
    const bursts = plan.bursts.filter((burst) => burst.address === SLOW);
    const [slow, slower] = bursts.slice(-2);

    expect(bursts.map((burst) => burst.bans)).toEqual([true, true, true, true, false]);
    expect([slow?.attempts.length, slower?.attempts.length]).toEqual([100, 50]);
    expect(bans.filter((ban) => ban.address === SLOW)).toHaveLength(4);
    expect(bans.findLast((ban) => ban.address === SLOW)?.time).toBe(slow?.attempts.at(-1)?.time);
  });

  it('lets spameri try on most days', () => {
    const days = new Set(
      plan.bursts
        .filter((burst) => burst.address === SPAMERI)
        .map(({ attempts }) => new Date(itemAt(attempts, 0).time).getUTCDate()),
    );

    expect(days.size).toBeGreaterThan(20);
  });

  it('gives every address exactly one network', () => {
    for (const { address } of plan.bursts) expect(() => partOf(address)).not.toThrow();
    const bases = networks.map(({ network }) => network).filter((network): network is Network => network !== undefined);
    expect(bases).toHaveLength(plan.holdings.length);
    expect(new Set(bases.map((network) => network.text)).size).toBe(bases.length);
  });

  it('tells the same story for another seed', () => {
    const other = planDemo(1);

    expect(other.bursts).not.toEqual(plan.bursts);
    expect(simulate(eventsOf(other.bursts))).toHaveLength(FIGURES.bans.total);
  });
});
