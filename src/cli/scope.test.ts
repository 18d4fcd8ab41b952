import { expect, it } from 'vitest';
import { UTC, zoneOf } from '../base/zone.ts';
import { periodOf } from './scope.ts';

const iso = (time: number): string => new Date(time).toISOString().slice(0, 16);

it.each([
  ['2024-10', '2024-10-01T00:00', '2024-11-01T00:00'],
  ['2024-12', '2024-12-01T00:00', '2025-01-01T00:00'],
  ['2024-02-29', '2024-02-29T00:00', '2024-03-01T00:00'],
  ['2024', '2024-01-01T00:00', '2025-01-01T00:00'],
])('periodOf() reads %s', (text, from, until) => {
  const period = periodOf(text, {}, UTC);
  expect([iso(period.from), iso(period.until), period.name]).toEqual([from, until, text]);
});

it('periodOf() counts from midnight in the zone', () => {
  const period = periodOf('2024-10', {}, zoneOf('Europe/Zurich') ?? UTC);
  expect([iso(period.from), iso(period.until)]).toEqual(['2024-09-30T22:00', '2024-10-31T23:00']);
});

it('periodOf() takes the last day with --until, and all time without anything', () => {
  const period = periodOf(undefined, { since: '2024-10-03', until: '2024-10' }, UTC);
  expect([iso(period.from), iso(period.until), period.name]).toEqual([
    '2024-10-03T00:00',
    '2024-11-01T00:00',
    '2024-10-03 to 2024-10',
  ]);
  expect(periodOf(undefined, {}, UTC)).toMatchObject({ from: -Infinity, until: Infinity });
});

it.each([['2024-13'], ['2024-02-30'], ['October'], ['24-10'], ['2024-1']])('periodOf() refuses %s', (text) => {
  expect(() => periodOf(text, {}, UTC)).toThrow(/is not a month or a day/);
});
