import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banLengthMs, FIND_TIME_MS } from './manners.ts';
import { DAY, HOSTS, HOUR, MINUTE, MONTH } from './month.ts';
import { itemAt, randomOf } from './random.ts';
import { type Strike, scheduleStrikes } from './schedule.ts';

const strike: fc.Arbitrary<Strike> = fc.record({
  host: fc.constantFrom(...HOSTS),
  spanMs: fc.integer({ min: 0, max: 5 * MINUTE }),
});

describe('scheduleStrikes()', () => {
  it('waits for the end of every ban, keeps strikes apart and stays in the month', () => {
    fc.assert(
      fc.property(
        fc.array(strike, { minLength: 1, maxLength: 10 }),
        fc.float({ min: 0, max: 1, noNaN: true }),
        fc.integer(),
        (strikes, first, seed) => {
          const starts = scheduleStrikes(strikes, MONTH, { first, random: randomOf(seed, 'test') });

          for (const [index, start] of starts.entries()) {
            const { host, spanMs } = itemAt(strikes, index);
            expect(start).toBeGreaterThanOrEqual(MONTH.from);
            expect(start + spanMs).toBeLessThan(MONTH.until);
            for (let later = index + 1; later < starts.length; later++) {
              const gap = itemAt(starts, later) - start - spanMs;
              expect(gap).toBeGreaterThan(itemAt(strikes, later).host === host ? banLengthMs(index) : FIND_TIME_MS);
            }
          }
        },
      ),
    );
  });

  it('begins the later, the larger the first share is', () => {
    const startAt = (first: number): number =>
      itemAt(scheduleStrikes([{ host: 'mail', spanMs: 0 }], MONTH, { first, random: randomOf(1, 'test') }), 0);

    expect(startAt(0)).toBe(MONTH.from);
    expect(startAt(0.5) - MONTH.from).toBeCloseTo(15.5 * DAY, -5);
  });

  it('refuses more strikes than the window holds', () => {
    const strikes: Strike[] = Array.from({ length: 3 }, () => ({ host: 'mail', spanMs: 0 }));
    const window = { from: 0, until: 3 * HOUR };

    expect(() => scheduleStrikes(strikes, window, { first: 0, random: randomOf(1, 'test') })).toThrow('do not fit');
  });
});
