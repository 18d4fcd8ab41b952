import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentOf } from './table.ts';

test.each([
  [104, 887, 11.7],
  [223, 887, 25.1],
  [77, 190, 40.5],
  [146, 692, 21.1],
  [1, 2000, 0.1],
  [1, 2001, 0],
  [999, 2000, 50],
  [1, 3, 33.3],
  [2, 3, 66.7],
  [0, 7, 0],
  [7, 7, 100],
  [3, 0, null],
])('percentOf(%d, %d) is %d', (count, base, percent) => {
  expect(percentOf(count, base)).toBe(percent);
});

test('percentOf() rounds half up exactly, as whole-number arithmetic does', () => {
  const pairs = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 2 ** 31 }));
  fc.assert(
    fc.property(pairs, ([count, base]) => {
      const tenths = (BigInt(count) * 2000n + BigInt(base)) / (2n * BigInt(base));
      expect(percentOf(count, base)).toBe(Number(tenths) / 10);
    }),
  );
});
