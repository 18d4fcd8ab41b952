import { describe, expect, it } from 'vitest';
import { attemptsAt, offsetsFor, offsetsOf } from './burst.ts';
import { FIND_TIME_MS, LIMIT, MANNERS, type Manner, type MannerName } from './manners.ts';
import { itemAt, randomOf } from './random.ts';

/** Those that end in a ban; the others are for strays. */
const BANNING = Object.entries<Manner>(MANNERS).filter(([, { attempts, weight }]) => attempts[0] * weight >= LIMIT);

describe.each(BANNING)('offsetsOf() a burst of %s', (name, { weight }) => {
  const random = randomOf(1, name);
  const manner = Object.keys(MANNERS).find((key): key is MannerName => key === name) ?? 'wordpress';
  const bursts = Array.from({ length: 100 }, () => offsetsOf(manner, random));

  it('reaches the limit within the window', () => {
    for (const offsets of bursts) {
      const last = itemAt(offsets, Math.ceil(LIMIT / weight) - 1);
      expect(last).toBeLessThan(FIND_TIME_MS);
    }
  });

  it('ends soon after the limit is reached', () => {
    for (const offsets of bursts) {
      const limit = itemAt(offsets, Math.ceil(LIMIT / weight) - 1);
      expect(itemAt(offsets, offsets.length - 1) - limit).toBeLessThan(15_000);
    }
  });
});

it('offsetsFor() begins at 0 and keeps to the pause', () => {
  const offsets = offsetsFor(30, [10, 20], randomOf(1, 'test'));
  const pauses = offsets.slice(1).map((offset, index) => offset - itemAt(offsets, index));

  expect(offsets[0]).toBe(0);
  expect(offsets).toHaveLength(30);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(10);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(20);
});

it('attemptsAt() takes the kinds of a manner in turn', () => {
  const kinds = attemptsAt(1000, 'secrets', [0, 5, 10, 15, 20, 25]).map(({ time, kind }) => `${time} ${kind}`);

  expect(kinds.slice(3)).toEqual(['1015 web.probe.env', '1020 web.probe.git', '1025 web.probe.env']);
});
