/** From the fields of a date to an instant, by fail2ban's rules for what a date leaves out. */
import type { Zone } from '../../base/zone.ts';
import { DAYS, MONTHS } from './tokens.ts';
import { zoneOffset } from './zone-names.ts';

/** Fields by their token, as text; those that the text does not have are absent. */
export interface Fields {
  get(name: string): string | undefined;
}

export interface Frame {
  /** Milliseconds since 1970: what "this year" and "today" refer to. */
  readonly now: number;
  /** The zone of dates that name none. */
  readonly zone: Zone;
  /** Minutes east of Greenwich, for dates that name no zone, instead of `zone`. */
  readonly offset?: number | undefined;
}

const DAY = 86_400_000;
const MINUTE = 60_000;

/**
 * Milliseconds since 1970, whole seconds; undefined when there is no such date. A date without its year that is more than a
 * day ahead belongs to last year, a time without its date that is ahead belongs to yesterday.
 */
export function instantOf(fields: Fields, frame: Frame): number | undefined {
  // Wall clocks are handled as if they were UTC.
  const now = frame.now + frame.zone.offsetAt(frame.now);
  const given = yearOf(fields);
  const year = given ?? new Date(now).getUTCFullYear();
  const date = dateOf(fields, year) ?? dateAt(now);
  const local = wallClock(date, timeOf(fields));
  const offset = offsetOf(fields, frame);
  if (local === undefined || offset === 'unknown') return undefined;
  return settled({ local, date, offset, isYearGiven: given !== undefined }, now, frame.zone);
}

/** A date in numbers, with its month and day, such that a calendar has them. */
export interface DateNumbers {
  readonly year: number | undefined;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of Greenwich, when the date says so. */
  readonly offset: number | undefined;
}

/** As `instantOf`. */
export function instantOfNumbers(numbers: DateNumbers, frame: Frame): number {
  const { year: given, month, day, hour, minute, second, offset = frame.offset } = numbers;
  if (given !== undefined && offset !== undefined) {
    return Date.UTC(given, month - 1, day, hour, minute, second) - offset * MINUTE;
  }
  const now = frame.now + frame.zone.offsetAt(frame.now);
  const year = given ?? new Date(now).getUTCFullYear();
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const date: CalendarDate = { year, month, day, isAssumed: false };
  return settled({ local, date, offset, isYearGiven: given !== undefined }, now, frame.zone) ?? Number.NaN;
}

interface Read {
  readonly local: number;
  readonly date: CalendarDate;
  /** Minutes east of Greenwich. */
  readonly offset: number | undefined;
  readonly isYearGiven: boolean;
}

/** `now` as if it were UTC. */
function settled({ local, date, offset, isYearGiven }: Read, now: number, zone: Zone): number | undefined {
  let shifted = offset === undefined ? local : local - offset * MINUTE;
  if (date.isAssumed && shifted > now) shifted -= DAY;
  if (!isYearGiven && shifted > now + DAY) {
    const before = inLastYear(shifted, { ...date, year: date.year - 1 });
    if (before === undefined) return undefined;
    shifted = before;
  }
  return offset === undefined ? fromWallClock(zone, shifted) : shifted;
}

interface CalendarDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly isAssumed: boolean;
}

function yearOf(fields: Fields): number | undefined {
  const long = fields.get('Y');
  const short = fields.get('y');
  // Of two the one that stands first in the pattern would be covered by the other; no pattern has both.
  if (long !== undefined) return decimal(long);
  if (short === undefined) return undefined;
  const year = decimal(short);
  return year <= 2_000 ? year + 2_000 : year;
}

function dateOf(fields: Fields, year: number): CalendarDate | undefined {
  const month = monthOf(fields);
  const day = fields.get('d');
  if (month !== undefined && day !== undefined) return { year, month, day: decimal(day), isAssumed: false };
  const nth = dayOfYear(fields) ?? dayOfWeek(fields, year);
  if (nth !== undefined) {
    const at = new Date(Date.UTC(year, 0, 1) + (nth - 1) * DAY);
    return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), isAssumed: false };
  }
  // One without the other is no date.
  if (month === undefined && day === undefined) return undefined;
  return { year, month: month ?? Number.NaN, day: Number.NaN, isAssumed: false };
}

function monthOf(fields: Fields): number | undefined {
  const number = fields.get('m');
  if (number !== undefined) return decimal(number);
  const long = fields.get('B');
  if (long !== undefined) return MONTHS.indexOf(long.toLowerCase()) + 1;
  const short = fields.get('b');
  return short === undefined ? undefined : MONTHS.findIndex((name) => name.startsWith(short.toLowerCase())) + 1;
}

function dayOfYear(fields: Fields): number | undefined {
  const day = fields.get('j');
  return day === undefined ? undefined : decimal(day);
}

/** The day of the year from a week of the year and a day of the week. */
function dayOfWeek(fields: Fields, year: number): number | undefined {
  const fromSunday = fields.get('U');
  const week = fromSunday ?? fields.get('W');
  const day = weekday(fields);
  if (week === undefined || day === undefined) return undefined;
  // Days from Monday; with weeks from Sunday, Sunday is the first.
  const shift = fromSunday === undefined ? 0 : 1;
  const first = (new Date(Date.UTC(year, 0, 1)).getUTCDay() + 6 + shift) % 7;
  const inWeek = (day + shift) % 7;
  const before = (7 - first) % 7;
  return decimal(week) === 0 ? inWeek - first + 1 : before + 7 * (decimal(week) - 1) + inWeek + 1;
}

/** From 0, Monday. */
function weekday(fields: Fields): number | undefined {
  const number = fields.get('w');
  if (number !== undefined) return (decimal(number) + 6) % 7;
  const name = (fields.get('A') ?? fields.get('a'))?.toLowerCase();
  return name === undefined ? undefined : DAYS.findIndex((day) => day.startsWith(name));
}

function dateAt(local: number): CalendarDate {
  const date = new Date(local);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), isAssumed: true };
}

interface Time {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function timeOf(fields: Fields): Time {
  const part = (name: string): number => decimal(fields.get(name) ?? '0');
  return { hour: hourOf(fields), minute: part('M'), second: part('S') };
}

function hourOf(fields: Fields): number {
  const half = fields.get('I');
  if (half === undefined) return decimal(fields.get('H') ?? '0');
  const hour = decimal(half);
  const isAfternoon = fields.get('p')?.toLowerCase() === 'pm';
  if (hour === 12) return isAfternoon ? 12 : 0;
  return isAfternoon ? hour + 12 : hour;
}

/** As if it were UTC; undefined when no calendar has it. Leap seconds are none. */
function wallClock({ year, month, day }: CalendarDate, { hour, minute, second }: Time): number | undefined {
  if (!(year >= 1 && hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute, second);
  return time.getUTCMonth() + 1 === month && time.getUTCDate() === day ? time.getTime() : undefined;
}

/** The day of the year before, at the hour that the instant has. */
function inLastYear(instant: number, date: CalendarDate): number | undefined {
  const at = new Date(instant);
  return wallClock(date, { hour: at.getUTCHours(), minute: at.getUTCMinutes(), second: at.getUTCSeconds() });
}

function offsetOf(fields: Fields, frame: Frame): number | undefined | 'unknown' {
  const zone = fields.get('Z') ?? fields.get('z');
  if (zone === undefined) return frame.offset;
  return zoneOffset(zone) ?? 'unknown';
}

/** Of the hour that a clock repeats, the second: what the original takes. */
function fromWallClock(zone: Zone, local: number): number {
  const first = zone.fromLocal(local);
  for (const later of [first + DAY / 48, first + DAY / 24]) {
    if (later + zone.offsetAt(later) === local) return later;
  }
  return first;
}

/** A number in decimal digits of any script, with a blank before it or not. */
export function decimal(text: string): number {
  let value = 0;
  for (const character of text) {
    if (character === ' ') continue;
    value = value * 10 + digit(character.codePointAt(0) ?? 0);
  }
  return value;
}

/** The digits of each script follow each other, from zero to nine. */
function digit(code: number): number {
  if (code < 0x80) return code - 0x30;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return code - zero;
}
