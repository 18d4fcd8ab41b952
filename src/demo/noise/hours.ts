/** When people are up: times spread over the month, few at night. */
import { DAY, DAYS, HOUR, MONTH } from '../month.ts';
import { itemAt, type Random } from '../random.ts';

/** How busy each hour of the day (UTC) is, the busiest 1. Readers sit in America and Europe, so it never gets quiet. */
const BUSY = [
  0.62, 0.6, 0.55, 0.48, 0.4, 0.36, 0.38, 0.44, 0.52, 0.6, 0.68, 0.74, 0.8, 0.88, 0.95, 1, 1, 0.98, 0.96, 0.95, 0.92,
  0.88, 0.8, 0.7,
];

/** A time of the month, an hour away from its ends at least, so that what begins then also ends in it. */
export function busyTime(random: Random): number {
  for (;;) {
    const time = MONTH.from + HOUR + Math.floor(random.fraction() * (DAYS * DAY - 2 * HOUR));
    if (random.chance(itemAt(BUSY, new Date(time).getUTCHours()))) return time;
  }
}
