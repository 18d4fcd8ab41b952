import { expect, test } from 'vitest';
import { UTC, zoneOf } from '../base/zone.ts';
import { previousPeriod } from './previous-period.ts';

const at = (text: string): number => Date.parse(`${text}Z`);

test.each([
  ['2024-10-01T00:00', '2024-11-01T00:00', '2024-09-01T00:00', '2024-09'],
  ['2024-01-01T00:00', '2024-02-01T00:00', '2023-12-01T00:00', '2023-12'],
  ['2024-01-01T00:00', '2025-01-01T00:00', '2023-01-01T00:00', '2023'],
  ['2024-07-01T00:00', '2024-10-01T00:00', '2024-04-01T00:00', undefined],
  ['2024-04-01T00:00', '2025-04-01T00:00', '2023-04-01T00:00', undefined],
  ['2024-10-03T00:00', '2024-10-04T00:00', '2024-10-02T00:00', '2024-10-02'],
  ['2024-10-03T00:00', '2024-10-17T00:00', '2024-09-19T00:00', undefined],
  ['2024-10-03T12:00', '2024-10-03T18:00', '2024-10-03T06:00', undefined],
])('previousPeriod() of %s to %s begins at %s', (from, until, before, name) => {
  expect(previousPeriod({ from: at(from), until: at(until) }, UTC)).toEqual({
    from: at(before),
    until: at(from),
    name,
  });
});

test('previousPeriod() counts months in the zone, though the clock was changed in between', () => {
  const zone = zoneOf('Europe/Berlin');
  if (zone === undefined) throw new Error('no such zone');
  const november = { from: at('2024-10-31T23:00'), until: at('2024-11-30T23:00') };

  expect(previousPeriod(november, zone)).toEqual({
    from: at('2024-09-30T22:00'),
    until: november.from,
    name: '2024-10',
  });
});

test('previousPeriod() of all time is none', () => {
  const [from, until] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

  expect(previousPeriod({ from, until }, UTC)).toBeUndefined();
  expect(previousPeriod({ from: 0, until }, UTC)).toBeUndefined();
});
