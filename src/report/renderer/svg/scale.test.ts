import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { legendCounts, radiusOf, SHADES, shadeOf, shadeRange, ticksOf } from './scale.ts';

const count = fc.integer({ min: 1, max: 20_000_000 });

describe('ticksOf', () => {
  test.each([
    [86, 6, [0, 20, 40, 60, 80, 100]],
    [71, 6, [0, 20, 40, 60, 80]],
    [1, 6, [0, 1]],
    [0, 6, [0]],
    [14_648, 6, [0, 5000, 10_000, 15_000]],
  ])('ticksOf() of %i, at most %i', (greatest, most, expected) => {
    expect(ticksOf(greatest, most)).toEqual(expected);
  });

  test('ticksOf() reaches the greatest with no more than it may have', () => {
    fc.assert(
      fc.property(count, (greatest) => {
        const ticks = ticksOf(greatest, 6);

        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(greatest);
      }),
    );
  });
});

describe('radiusOf', () => {
  test('radiusOf() makes areas, not radii, as large as the counts', () => {
    expect(radiusOf(100, 100, 30)).toBe(30);
    expect(radiusOf(25, 100, 30)).toBe(15);
    expect(radiusOf(0, 100, 30)).toBe(0);
    expect(radiusOf(0, 0, 30)).toBe(0);
  });
});

describe('legendCounts', () => {
  test.each([
    [149, [1, 10, 100]],
    [900, [5, 100, 500]],
    [7, [1, 5]],
    [1, [1]],
  ])('legendCounts() of %i', (greatest, expected) => {
    expect(legendCounts(greatest)).toEqual(expected);
  });

  test('legendCounts() rise, and none is beyond the greatest', () => {
    fc.assert(
      fc.property(count, (greatest) => {
        const counts = legendCounts(greatest);

        expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
        expect(counts.every((each) => each > 0 && each <= greatest)).toBe(true);
      }),
    );
  });
});

describe('shadeOf', () => {
  test('shadeOf() puts every count into the shade whose range holds it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat({ max: 500 }), (greatest, other) => {
        const each = Math.min(other, greatest);
        const range = shadeRange(shadeOf(each, greatest), greatest);

        expect(range?.[0]).toBeLessThanOrEqual(each);
        expect(range?.[1]).toBeGreaterThanOrEqual(each);
      }),
    );
    expect([shadeOf(0, 9), shadeOf(9, 9)]).toEqual([0, SHADES]);
  });
});
