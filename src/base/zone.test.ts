import { expect, it } from 'vitest';
import { dayName, dayOf, UTC, zoneOf } from './zone.ts';

const zurich = zoneOf('Europe/Zurich') ?? UTC;

it.each([
  ['2024-07-01T12:00:00', '2024-07-01T10:00:00.000Z'],
  ['2024-01-01T12:00:00', '2024-01-01T11:00:00.000Z'],
  // The clock is put forward at 02:00: 02:30 does not exist, and is read by the offset before.
  ['2024-03-31T02:30:00', '2024-03-31T01:30:00.000Z'],
  ['2024-03-31T03:00:00', '2024-03-31T01:00:00.000Z'],
  // It is put back at 03:00: 02:30 comes twice, and the first is meant.
  ['2024-10-27T02:30:00', '2024-10-27T00:30:00.000Z'],
  ['2024-10-27T03:00:00', '2024-10-27T02:00:00.000Z'],
])('fromLocal() reads %s in Zurich as %s', (local, utc) => {
  expect(new Date(zurich.fromLocal(Date.parse(`${local}Z`))).toISOString()).toBe(utc);
});

it('fromLocal() undoes offsetAt() at every hour of two years that is not repeated', () => {
  for (const name of ['Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Asia/Kathmandu']) {
    const zone = zoneOf(name) ?? UTC;
    for (let hour = 0; hour < 2 * 8_766; hour++) {
      const epoch = Date.UTC(2024, 0, 1) + hour * 3_600_000;
      const back = zone.fromLocal(epoch + zone.offsetAt(epoch));
      const repeated = zone.offsetAt(back) !== zone.offsetAt(epoch);
      expect(repeated ? back < epoch : back === epoch, `${name} ${new Date(epoch).toISOString()}`).toBe(true);
    }
  }
});

it.each([['CET-1CEST'], ['Mars/Olympus'], [''], ['../etc/passwd']])('zoneOf() knows no %j', (name) => {
  expect(zoneOf(name)).toBeUndefined();
});

it('dayOf() counts days by the local midnight', () => {
  const evening = Date.parse('2024-10-03T22:30:00Z');
  expect(dayName(dayOf(UTC, evening))).toBe('2024-10-03');
  expect(dayName(dayOf(zurich, evening))).toBe('2024-10-04');
});
