/** What stories need to know of many addresses at once, in little memory. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress, parseNetwork } from '../../base/address.ts';
import { UTC } from '../../base/zone.ts';
import type { CampaignReason } from '../../model.ts';
import { topSubjects } from '../story/few.ts';
import { banPageOf, listOf, tallyPageOf } from '../testing/pages.ts';
import { banOf, DAY, OCTOBER, tallyOf } from '../testing/records.ts';
import { AttemptFacts } from './attempt-facts.ts';
import { BanFacts } from './ban-facts.ts';
import { Labels } from './labels.ts';
import { Names } from './names.ts';
import { TIME } from './profiles.ts';
import { Sample } from './sample.ts';
import { Subjects } from './subjects.ts';
import { UnusualFacts } from './unusual-facts.ts';

test('Sample keeps every one while there is room, then an even part of them', () => {
  fc.assert(
    fc.property(fc.nat({ max: 500 }), (count) => {
      const sample = new Sample(16);
      for (let i = 0; i < count; i++) sample.add(i);
      const items = sample.items();
      const step = (items[1] ?? 1) - (items[0] ?? 0);

      expect(sample.count).toBe(count);
      expect(items).toEqual(Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step));
      expect(items.length).toBeLessThanOrEqual(16);
      expect(items.length).toBeGreaterThanOrEqual(Math.min(count, 8));
    }),
  );
});

test('topSubjects() are the highest scores, of equals those with the lower number', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 6 }), { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (scores, limit) => {
      const sorted = scores.map((score, subject) => ({ score, subject })).filter(({ score }) => score > 0);
      sorted.sort((a, b) => b.score - a.score || a.subject - b.subject);

      expect(topSubjects(scores.length, (subject) => scores[subject] ?? 0, limit)).toEqual(
        sorted.slice(0, limit).map(({ subject }) => subject),
      );
    }),
  );
});

describe('Subjects', () => {
  const subjects = new Subjects();
  const texts = [
    '192.0.2.7',
    '192.0.2.0/24',
    '2001:db8::/64',
    '2001:db8:1::/48',
    '2001:db8:2:0:8::/80',
    'x',
    '192.0.2.9',
  ];
  for (const text of texts) subjects.id(text);

  test.each([
    ['192.0.2.7', 0],
    ['192.0.2.8', -1],
    ['2001:db8::5', 2],
    ['2001:db8:1::5', -1],
    ['2001:db8:2:0:8::1', 4],
    ['2001:db8:2:0:9::1', -1],
  ])('hold %s as number %d, not in networks of several', (text, number) => {
    const address = parseAddress(text);
    if (address === undefined) throw new Error(text);

    expect(subjects.holderOf(address)).toBe(number);
    expect(subjects.holderIn(listOf([text]), 0)).toBe(number);
  });

  test('find what they have, and take nothing unreadable for the same', () => {
    expect(texts.map((text) => subjects.find(text))).toEqual([0, 1, 2, 3, 4, -1, 6]);
    expect(texts.map((text) => subjects.findIn(listOf([text]), 0))).toEqual([0, 1, 2, 3, 4, -1, 6]);
    expect(['y', 'x', '192.0.2.0/24'].map((text) => subjects.holderIn(listOf([text]), 0))).toEqual([-1, -1, 1]);
    expect(subjects.size).toBe(texts.length);
  });

  test.each([
    ['192.0.2.0/24', 2],
    ['192.0.2.8/29', 1],
    ['0.0.0.0/0', 2],
    ['::/0', 2],
    ['203.0.113.0/24', 0],
  ])('count the single addresses in %s: %d', (text, count) => {
    const network = parseNetwork(text);
    if (network === undefined) throw new Error(text);
    expect(subjects.countIn(network)).toBe(count);
  });
});

test('AfterFacts count days once, and attempts from the end of the last ban on', () => {
  const deeds = new Labels(new Names(), new Names());
  const bans = new BanFacts(deeds, UTC);
  const from = OCTOBER.from + DAY;
  for (const until of [from + 2000, from + 5000, from + 1000]) {
    bans.add(banPageOf([{ ...banOf({ from, until }), rule: 'threshold' }]));
  }
  const attempts = new AttemptFacts(deeds, bans);
  const at = (day: number, first: number, last: number, count: number) =>
    attempts.add(tallyPageOf(tallyOf({ day: OCTOBER.from / DAY + day, first, last, count })));
  at(0, OCTOBER.from, OCTOBER.from, 9);
  at(1, from + 4999, from + 9000, 9);
  at(1, from + 5000, from + 6000, 2);
  at(1, from + 5500, from + 5600, 3);
  at(3, from + 2 * DAY, from + 2 * DAY, 4);
  attempts.add(tallyPageOf(tallyOf({ address: '203.0.113.1', count: 50, first: from + DAY })));

  expect([bans.timeOf(0, TIME.end), bans.lengthOf(0)]).toEqual([from + 5000, 8000]);
  expect(attempts.after.daysOf(0)).toBe(3);
  expect(attempts.after.afterOf(0)).toEqual({ attempts: 9, first: from + 5000, last: from + 2 * DAY });
  expect(attempts.after.afterOf(1)).toEqual({ attempts: 0, first: 0, last: 0 });
});

test('AttemptFacts know who was banned, as itself or in a network that counts as one', () => {
  const deeds = new Labels(new Names(), new Names());
  const bans = new BanFacts(deeds, UTC);
  const subjects = ['192.0.2.7', '2001:db8::/64', '198.51.100.0/24', 'hidden'];
  bans.add(banPageOf(subjects.map((subject) => ({ ...banOf({ subject }), rule: 'threshold' as const }))));
  const attempts = new AttemptFacts(deeds, bans);
  const tried = ['192.0.2.8', '2001:db8::5', '192.0.2.7', '198.51.100.9', 'hidden', '2001:db8::6', '192.0.2.8'];
  for (const address of tried) attempts.add(tallyPageOf(tallyOf({ address, kind: 'ssh.login' })));
  const numbers = [...Array(attempts.seen.things).keys()].filter((address) => attempts.seen.first(address) >= 0);

  expect(numbers).toHaveLength(6);
  expect(numbers.map((address) => attempts.subjectOf(address)).sort((a, b) => a - b)).toEqual([-1, -1, -1, 0, 1, 1]);
  const networks = ['192.0.2.0/24', '192.0.2.8/29', '198.51.100.0/24', '2001:db8::/32'];
  const counted = networks.map((text) => attempts.countIn(parseNetwork(text) ?? fail(text)));
  expect(counted).toEqual([2, 1, 1, 2]);
  expect(bans.subjects.size).toBe(subjects.length);
});

function fail(text: string): never {
  throw new Error(text);
}

test('UnusualFacts drop campaigns beyond those that they tell apart, and say how many bans that were', () => {
  const unusual = new UnusualFacts();
  const reason: CampaignReason = { rule: 'campaign', user: '', service: 'ssh', addresses: 1, findTime: 1, since: 0 };
  for (let i = 0; i < 10_050; i++) {
    const user = `user${i % 10_010}`;
    unusual.add(banPageOf([{ ...banOf({ id: i }), rule: 'campaign' }], () => ({ ...reason, user })));
  }
  const usual = banPageOf([{ ...banOf({}), rule: 'threshold' }], () => {
    throw new Error('asked for the reason of a usual ban');
  });
  unusual.add(usual);

  expect([unusual.campaigns.size, unusual.dropped]).toEqual([10_000, 10]);
  expect(unusual.campaigns.get('["ssh","user0",0]')).toMatchObject({ bans: { count: 2 } });
});
