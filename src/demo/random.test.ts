import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemAt, randomOf, shuffled, weighted } from './random.ts';

describe('randomOf()', () => {
  it('repeats itself for the same seed and name', () => {
    const draw = (): number[] => {
      const random = randomOf(7, 'dice');
      return Array.from({ length: 50 }, () => random.whole(1, 6));
    };

    expect(draw()).toEqual(draw());
  });

  it.each([
    [7, 'cards'],
    [8, 'dice'],
  ])('gives other numbers for seed %i and name %s', (seed, name) => {
    const numbers = (random: ReturnType<typeof randomOf>): number[] =>
      Array.from({ length: 8 }, () => random.fraction());

    expect(numbers(randomOf(seed, name))).not.toEqual(numbers(randomOf(7, 'dice')));
  });

  it('keeps to its bounds and reaches both', () => {
    const random = randomOf(1, 'bounds');
    const drawn = new Set(Array.from({ length: 400 }, () => random.whole(-2, 3)));

    expect([...drawn].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
  });

  it('spreads evenly enough for a story', () => {
    const random = randomOf(1, 'spread');
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10_000; i++) {
      const tenth = Math.floor(random.fraction() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }

    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

it('shuffled() keeps every item and leaves the list alone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (list, seed) => {
      const before = [...list];
      const result = shuffled(list, randomOf(seed, 'shuffle'));
      expect(list).toEqual(before);
      expect(result.sort((a, b) => a - b)).toEqual(before.sort((a, b) => a - b));
    }),
  );
});

it('weighted() follows the weights and never takes what weighs nothing', () => {
  const random = randomOf(3, 'weights');
  const counts = new Map<string, number>();
  for (let i = 0; i < 4000; i++) {
    const choices = [['never', 0] as const, ['often', 3] as const, ['seldom', 1] as const];
    const item = weighted(choices, random);
    counts.set(item, (counts.get(item) ?? 0) + 1);
  }

  expect(counts.has('never')).toBe(false);
  expect((counts.get('often') ?? 0) / 4000).toBeCloseTo(0.75, 1);
});

it('itemAt() refuses an index that is not there', () => {
  expect(() => itemAt(['a'], 1)).toThrow('no item 1 in a list of 1');
});
