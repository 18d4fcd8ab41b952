import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UTC, zoneOf } from '../base/zone.ts';
import { Timestamps } from './timestamp.ts';

const zurich = zoneOf('Europe/Zurich') ?? UTC;
const reader = (modified = '2024-11-01T00:00:00Z', zone = UTC): Timestamps =>
  new Timestamps({ zone, modified: Date.parse(modified) });
const iso = (epoch: number): string => (Number.isNaN(epoch) ? 'none' : new Date(epoch).toISOString());

describe('Timestamps', () => {
  it.each([
    ['2024-10-03T12:00:01.123456+02:00', '2024-10-03T10:00:01.123Z'],
    ['2024-10-03T12:00:01Z', '2024-10-03T12:00:01.000Z'],
    ['2024-10-03 12:00:01,5 ', '2024-10-03T12:00:01.500Z'],
    ['2024-10-03T12:00:01-0330', '2024-10-03T15:30:01.000Z'],
    ['2024-02-29T23:59:60Z', '2024-02-29T23:59:59.000Z'],
    ['2024-10-03T12:00:01', '2024-10-03T12:00:01.000Z'],
    ['2024-13-03T12:00:01Z', 'none'],
    ['2024-10-03X12:00:01Z', 'none'],
    ['2024-10-03T25:00:01Z', 'none'],
    ['2024-10', 'none'],
    ['2024-10-03T12:00:01.123456789+00:00', '2024-10-03T12:00:01.123Z'],
    ['2o24-10-03T12:00:01Z', 'none'],
    ['202x-10-03T12:00:01Z', 'none'],
    ['2024-1x-03T12:00:01Z', 'none'],
    ['2024-10-x3T12:00:01Z', 'none'],
    ['2024-10-03Tx2:00:01Z', 'none'],
    ['2024-10-03T12:0x:01Z', 'none'],
    ['2024-10-03T12:00:x1Z', 'none'],
    ['2024-10-03T12:00:01+0x:00', 'none'],
    ['2024-10-03T12:00:01+02:x0', 'none'],
  ])('rfc3339() reads %s as %s', (text, expected) => {
    expect(iso(reader().rfc3339(`${text} rest`, 0))).toBe(expected);
  });

  it.each([
    ['Oct  3 12:00:01', '2024-10-03T12:00:01.000Z'],
    ['Oct 13 12:00:01', '2024-10-13T12:00:01.000Z'],
    ['Oct 3 12:00:01', '2024-10-03T12:00:01.000Z'],
    ['Oct 13 12:00:01.250', '2024-10-13T12:00:01.250Z'],
    ['Oct 13 2019 12:00:01', '2019-10-13T12:00:01.000Z'],
    // Nothing of November is older than the file's last change, but for a day's grace.
    ['Nov  1 12:00:01', '2024-11-01T12:00:01.000Z'],
    ['Nov  3 12:00:01', '2023-11-03T12:00:01.000Z'],
    ['Oct 33 12:00:01', 'none'],
    ['Okt  3 12:00:01', 'none'],
    ['Oct  3 12:00', 'none'],
  ])('classic() reads %s as %s', (text, expected) => {
    expect(iso(reader().classic(`${text} rest`, 0))).toBe(expected);
  });

  it('classic() turns the year at New Year, both ways of lateness', () => {
    const timestamps = reader('2025-01-02T00:00:00Z');
    const lines = ['Dec 30 23:00:00', 'Dec 31 23:59:59', 'Jan  1 00:00:01', 'Dec 31 23:59:58', 'Jan  1 00:00:02'];
    expect(lines.map((line) => iso(timestamps.classic(`${line} `, 0)).slice(0, 10))).toEqual([
      '2024-12-30',
      '2024-12-31',
      '2025-01-01',
      '2024-12-31',
      '2025-01-01',
    ]);
  });

  it('classic() reads February 29 of a leap year', () => {
    expect(iso(reader('2024-03-01T00:00:00Z').classic('Feb 29 10:00:00 ', 0))).toBe('2024-02-29T10:00:00.000Z');
  });

  it.each([
    ['03/Oct/2024:12:00:01 +0200]', '2024-10-03T10:00:01.000Z'],
    ['29/Feb/2024:00:00:00 -0700]', '2024-02-29T07:00:00.000Z'],
    ['3/Oct/2024:12:00:01 +0200]', 'none'],
  ])('common() reads %s', (text, expected) => {
    expect(iso(reader().common(text, 0))).toBe(expected);
  });

  it('slashed() and ctime() are in the zone of the log', () => {
    expect(iso(reader(undefined, zurich).slashed('2024/10/03 12:00:01 [error]', 0))).toBe('2024-10-03T10:00:01.000Z');
    expect(iso(reader(undefined, zurich).ctime('Thu Oct 03 12:00:01.123456 2024]', 0))).toBe(
      '2024-10-03T10:00:01.123Z',
    );
  });

  it('rfc3339() reads back every instant', () => {
    const timestamps = reader();
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-02'), max: new Date('2199-12-31'), noInvalidDate: true }),
        (date) => {
          expect(timestamps.rfc3339(`${date.toISOString()} `, 0)).toBe(date.getTime());
        },
      ),
    );
  });

  it('never throws and never returns anything but a time or NaN for hostile text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const timestamps = reader();
        for (const read of ['rfc3339', 'classic', 'common', 'slashed', 'ctime'] as const) {
          const time = timestamps[read](text, 0);
          expect(Number.isNaN(time) || Number.isFinite(time)).toBe(true);
        }
      }),
    );
  });
});
