/** A time as C's `asctime` writes it: `Mon Jan 03 21:59:59 2005`. */
import type { Zone } from '../../base/zone.ts';
import { DAYS, MONTHS } from '../dates/tokens.ts';

/** `time`: milliseconds since 1970. */
export function shownDate(zone: Zone, time: number): string {
  const local = new Date(time + zone.offsetAt(time));
  const [day = '', month = ''] = [DAYS[(local.getUTCDay() + 6) % 7], MONTHS[local.getUTCMonth()]];
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join(':');
  return `${short(day)} ${short(month)} ${two(local.getUTCDate())} ${clock} ${local.getUTCFullYear()}`;
}

function short(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1, 3)}`;
}
