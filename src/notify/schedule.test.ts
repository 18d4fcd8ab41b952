import { describe, expect, it } from 'vitest';
import { zoneOf } from '../base/zone.ts';
import { type Every, monthBefore, nextTime } from './schedule.ts';

const zurich = zoneOf('Europe/Zurich');
if (!zurich) throw new Error('this Node has no time zones');
const next = (every: Every, at: number, after: string): string =>
  new Date(nextTime({ every, atMinutes: at, zone: zurich }, Date.parse(after))).toISOString();

describe('nextTime()', () => {
  it.each<[Every, number, string, string]>([
    ['day', 420, '2026-11-27T05:59:59Z', '2026-11-27T06:00:00.000Z'],
    ['day', 420, '2026-11-27T06:00:00Z', '2026-11-28T06:00:00.000Z'],
    ['week', 420, '2026-11-27T12:00:00Z', '2026-11-30T06:00:00.000Z'],
    ['month', 0, '2026-11-27T12:00:00Z', '2026-11-30T23:00:00.000Z'],
    ['month', 420, '2026-12-31T23:30:00Z', '2027-01-01T06:00:00.000Z'],
    ['hour', 420, '2026-11-27T12:00:00Z', '2026-11-27T13:00:00.000Z'],
    ['hour', 435, '2026-11-27T12:00:00Z', '2026-11-27T12:15:00.000Z'],
  ])('finds the %s at minute %i after %s', (every, at, after, expected) => {
    expect(next(every, at, after)).toBe(expected);
  });

  it('puts off what falls into the hour that the clock skips, and goes on as before', () => {
    // 2026-03-29: 02:00 becomes 03:00.
    expect(next('day', 150, '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(next('day', 150, '2026-03-29T01:30:00Z')).toBe('2026-03-30T00:30:00.000Z');
  });

  it('has a time that the clock repeats only once', () => {
    // 2026-10-25: 03:00 becomes 02:00.
    expect(next('day', 150, '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(next('day', 150, '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
    expect(next('hour', 0, '2026-10-25T00:30:00Z')).toBe('2026-10-25T01:00:00.000Z');
    expect(next('hour', 0, '2026-10-25T01:00:00Z')).toBe('2026-10-25T02:00:00.000Z');
  });

  it('comes once a day and once an hour through a year', () => {
    for (const [every, count] of [
      ['day', 365],
      ['hour', 8_760],
      ['month', 12],
    ] as const) {
      let [time, times] = [Date.parse('2025-12-31T23:00:00Z'), 0];
      const end = Date.parse('2026-12-31T23:00:00Z');
      while (true) {
        const later = nextTime({ every, atMinutes: 150, zone: zurich }, time);
        if (later >= end) break;
        expect(later).toBeGreaterThan(time);
        [time, times] = [later, times + 1];
      }
      expect([every, times]).toEqual([every, count]);
    }
  });
});

describe('monthBefore()', () => {
  it('goes by the calendar of the zone', () => {
    expect(monthBefore(zurich, Date.parse('2026-11-30T22:59:59Z'))).toBe('2026-10');
    expect(monthBefore(zurich, Date.parse('2026-11-30T23:00:00Z'))).toBe('2026-11');
    expect(monthBefore(zurich, Date.parse('2027-01-15T12:00:00Z'))).toBe('2026-12');
  });
});
