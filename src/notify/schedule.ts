/**
 * When digests and reports are due: at a time of day by the clock on the wall of the ledger's zone. A day on which that
 * time does not exist has it an hour later, and one that has it twice, once.
 */
import { dayOf, type Zone } from '../base/zone.ts';

export type Every = 'hour' | 'day' | 'week' | 'month';

export interface Appointment {
  readonly every: Every;
  /** Minutes since midnight; of an hour only the minutes count. */
  readonly atMinutes: number;
  readonly zone: Zone;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** 1970-01-05 was a Monday, four days after the day from which days are counted. */
const MONDAY = 4;

/** The first time that is later than `after`. */
export function nextTime(appointment: Appointment, after: number): number {
  const { every, atMinutes, zone } = appointment;
  if (every === 'hour') return nextHour(appointment, after);
  // The day before is looked at, too: an appointment that a skipped hour put off may still be to come.
  for (let day = dayOf(zone, after) - 1; ; day++) {
    if (!isDay(every, day)) continue;
    const time = zone.fromLocal(day * DAY + atMinutes * MINUTE);
    if (time > after) return time;
  }
}

function nextHour({ atMinutes, zone }: Appointment, after: number): number {
  const past = after + zone.offsetAt(after) - (atMinutes % 60) * MINUTE;
  return after + HOUR - (((past % HOUR) + HOUR) % HOUR);
}

function isDay(every: 'day' | 'week' | 'month', day: number): boolean {
  if (every === 'day') return true;
  if (every === 'week') return (((day - MONDAY) % 7) + 7) % 7 === 0;
  return new Date(day * DAY).getUTCDate() === 1;
}

/** The month before the one that a time falls in: `2026-10`. */
export function monthBefore(zone: Zone, time: number): string {
  const local = new Date(time + zone.offsetAt(time));
  return new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - 1)).toISOString().slice(0, 7);
}
