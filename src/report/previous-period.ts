/** The span of time that came before another: the month before a month, the fortnight before a fortnight. */
import type { Zone } from '../base/zone.ts';
import type { Period } from '../model.ts';

export interface PreviousPeriod {
  readonly from: number;
  readonly until: number;
  /** `2024-09`, where it is a day, a month or a year. */
  readonly name: string | undefined;
}

const DAY = 86_400_000;

/** Undefined for what has no beginning or no end. */
export function previousPeriod(
  { from, until }: Pick<Period, 'from' | 'until'>,
  zone: Zone,
): PreviousPeriod | undefined {
  if (!Number.isFinite(from) || !Number.isFinite(until)) return undefined;
  const [begin, end] = [new Date(from + zone.offsetAt(from)), new Date(until + zone.offsetAt(until))];
  const months = monthsBetween(begin, end);
  if (months > 0) {
    const before = Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() - months, 1);
    return { from: zone.fromLocal(before), until: from, name: nameOf(before, months) };
  }
  const days = Math.round((end.getTime() - begin.getTime()) / DAY);
  const isDays = begin.getTime() % DAY === 0 && end.getTime() - begin.getTime() === days * DAY;
  const before = begin.getTime() - (end.getTime() - begin.getTime());
  const name = isDays && days === 1 ? new Date(before).toISOString().slice(0, 10) : undefined;
  return { from: zone.fromLocal(before), until: from, name };
}

/** How many whole months it is from the beginning of one to the beginning of another; 0 when it is not so. */
function monthsBetween(begin: Date, end: Date): number {
  const isFirst = (date: Date): boolean => date.getUTCDate() === 1 && date.getTime() % DAY === 0;
  if (!isFirst(begin) || !isFirst(end)) return 0;
  return (end.getUTCFullYear() - begin.getUTCFullYear()) * 12 + end.getUTCMonth() - begin.getUTCMonth();
}

function nameOf(before: number, months: number): string | undefined {
  const day = new Date(before).toISOString();
  if (months === 1) return day.slice(0, 7);
  return months === 12 && day.slice(5, 7) === '01' ? day.slice(0, 4) : undefined;
}
