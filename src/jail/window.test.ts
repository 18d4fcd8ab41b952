import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import { Windows } from './window.ts';

function subject(n: number) {
  const address = parseAddress(`198.18.${n >> 8}.${n & 255}`);
  if (!address) throw new RangeError(String(n));
  return address;
}

it('Windows grow beyond their first size and keep every window', () => {
  const windows = new Windows({ findTime: 1_000, depth: 3, size: 10_000 });
  for (let n = 0; n < 5_000; n++) expect(windows.add(subject(n), 0, { time: 10, weight: 100, place: n })).toBe(100);
  for (let n = 0; n < 5_000; n++)
    expect(windows.entries(subject(n), 0, 10)).toEqual([{ time: 10, weight: 100, place: n }]);
});

it('Windows make room by forgetting the empty ones when they are full', () => {
  const windows = new Windows({ findTime: 1_000, depth: 2, size: 4 });
  for (let n = 0; n < 4; n++) windows.add(subject(n), 0, { time: n * 600, weight: 100, place: n });
  expect(windows.add(subject(9), 0, { time: 2_000, weight: 50, place: 9 })).toBe(50);
  expect(windows.entries(subject(3), 0, 2_000)).toEqual([{ time: 1_800, weight: 100, place: 3 }]);
  expect(windows.entries(subject(0), 0, 2_000)).toEqual([]);
  expect(windows.dropped).toBe(0);
});

it('Windows count what they must drop when all are in use', () => {
  const windows = new Windows({ findTime: 1_000, depth: 1, size: 2 });
  for (let n = 0; n < 5; n++) windows.add(subject(n), 0, { time: 10, weight: 100, place: n });
  expect(windows.dropped).toBe(3);
  expect(windows.add(subject(0), 0, { time: 11, weight: 100, place: 0 })).toBe(100);
});

it('Windows overwrite their oldest entry when one is fuller than it needs to be', () => {
  const windows = new Windows({ findTime: 1_000, depth: 2, size: 2 });
  for (let n = 0; n < 3; n++) windows.add(subject(0), 0, { time: 10 + n, weight: 100, place: n });
  expect(windows.entries(subject(0), 0, 12).map(({ place }) => place)).toEqual([1, 2]);
});

it('Windows add up what the plain sum over all attempts adds up to, also when lines come late', () => {
  const findTime = 1_000;
  const attempt = fc.record({
    step: fc.integer({ min: 0, max: 900 }),
    late: fc.integer({ min: 0, max: findTime }),
    weight: fc.integer({ min: 1, max: 300 }),
    n: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 64 }), (attempts) => {
      const windows = new Windows({ findTime, depth: 64, size: 8 });
      const all: Array<{ n: number; time: number; weight: number; place: number }> = [];
      let clock = 1_000_000;
      for (const [place, { step, late, weight, n }] of attempts.entries()) {
        clock += step;
        const entry = { time: clock - late, weight, place };
        all.push({ n, ...entry });
        const inside = all.filter((each) => each.n === n && each.time > entry.time - findTime);
        expect(windows.add(subject(n), 0, entry)).toBe(inside.reduce((sum, each) => sum + each.weight, 0));
      }
    }),
  );
});

it('Windows that were cleared or silent for long begin anew', () => {
  const windows = new Windows({ findTime: 1_000, depth: 3, size: 8 });
  for (let n = 0; n < 5; n++) windows.add(subject(0), 0, { time: n, weight: 100, place: n });
  windows.clear(subject(0), 0);
  expect(windows.add(subject(0), 0, { time: 5, weight: 100, place: 5 })).toBe(100);
  expect(windows.add(subject(0), 0, { time: 9_000, weight: 100, place: 6 })).toBe(100);
  expect(windows.entries(subject(0), 0, 9_000).map(({ place }) => place)).toEqual([6]);
});
