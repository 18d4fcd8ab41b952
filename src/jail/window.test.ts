import { expect, it } from 'vitest';
import { networkOf, parseAddress } from '../base/address.ts';
import { Windows } from './window.ts';

function subject(n: number) {
  const address = parseAddress(`198.18.${n >> 8}.${n & 255}`);
  if (!address) throw new RangeError(String(n));
  return networkOf(address, 32);
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
