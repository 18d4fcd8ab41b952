import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lately, roomFor, type Told } from './budget.ts';

const HOUR = 3_600_000;

describe('roomFor()', () => {
  it('lets no hour have more than its share, whatever comes when', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 900_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 12 }), (waits, perHour) => {
        let told: Told = [];
        let now = 0;
        const made: number[] = [];
        for (const wait of waits) {
          now += wait;
          if (roomFor(told, { perHour, now }) === 0) continue;
          told = [...lately(told, now), now];
          made.push(now);
        }
        for (const time of made) {
          expect(made.filter((each) => each > time - HOUR && each <= time).length).toBeLessThanOrEqual(perHour);
        }
        expect(told.length).toBeLessThanOrEqual(perHour);
      }),
    );
  });

  it('has room again an hour after a clock was set back', () => {
    const now = 10 * HOUR;
    expect(roomFor([20 * HOUR], { perHour: 1, now })).toBe(0);
    expect(roomFor(lately([20 * HOUR], now), { perHour: 1, now: now + HOUR })).toBe(1);
  });
});
