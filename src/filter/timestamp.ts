/**
 * Reads the timestamps of logs by hand from the text: 10 to 50 ns each, where `Date.parse` takes 200 to 600.
 * One reader a log, because a date without a year is dated by the lines before it, and zone offsets are remembered.
 */
import type { Zone } from '../base/zone.ts';

const DAY = 86_400_000;
const QUARTER_HOUR = 900_000;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

export interface TimestampOptions {
  /** For times without an offset. */
  readonly zone: Zone;
  /** When the log was last written; a date without a year is the last such date not after it (a day's grace). */
  readonly modified: number;
}

/** Each method reads at an index, returns epoch milliseconds or NaN, and leaves `end` behind what it read. */
export class Timestamps {
  end = 0;
  readonly #zone: Zone;
  readonly #modified: number;
  #year = 0;
  #month = -1;
  #memoSlot = Number.NaN;
  #memoOffset = 0;

  constructor(options: TimestampOptions) {
    this.#zone = options.zone;
    this.#modified = options.modified;
  }

  /** `2024-10-03T12:00:01.123456+02:00`, also with a blank for `T`, a comma for the dot, `Z`, `+0200` or no offset. */
  rfc3339(text: string, at: number): number {
    const separator = text.charCodeAt(at + 10);
    if (text.charCodeAt(at + 4) !== 45 || (separator !== 84 && separator !== 32)) return Number.NaN;
    const local = civil(number4(text, at), number2(text, at + 5), number2(text, at + 8)) + clock(text, at + 11);
    this.end = at + 19;
    const fraction = this.#fraction(text);
    return this.#offset(text, local) + fraction;
  }

  /** `Oct  3 12:00:01`, also `Oct 3 12:00:01.123` and `Oct  3 2024 12:00:01`; the year is found when there is none. */
  classic(text: string, at: number): number {
    const month = monthOf(text, at);
    let day = text.charCodeAt(at + 4) === 32 ? digit(text, at + 5) : number2(text, at + 4);
    let next = at + 6;
    if (day < 0) {
      day = digit(text, at + 4);
      next = at + 5;
    }
    if (month === 0 || !(day >= 1) || text.charCodeAt(next) !== 32) return Number.NaN;
    let year = 0;
    if (text.charCodeAt(next + 5) === 32) {
      year = number4(text, next + 1);
      next += 5;
    }
    const time = clock(text, next + 1);
    if (Number.isNaN(time) || year < 0) return Number.NaN;
    this.end = next + 9;
    const fraction = this.#fraction(text);
    return this.#local(civil(year || this.#yearOf(month, day), month, day) + time) + fraction;
  }

  /** `03/Oct/2024:12:00:01 +0200`: access logs. */
  common(text: string, at: number): number {
    const month = monthOf(text, at + 3);
    const local = civil(number4(text, at + 7), month, number2(text, at)) + clock(text, at + 12);
    this.end = at + 20;
    if (text.charCodeAt(this.end) === 32) this.end++;
    return month === 0 ? Number.NaN : this.#offset(text, local);
  }

  /** `2024/10/03 12:00:01`: nginx's error log. */
  slashed(text: string, at: number): number {
    if (text.charCodeAt(at + 4) !== 47 || text.charCodeAt(at + 7) !== 47) return Number.NaN;
    const local = civil(number4(text, at), number2(text, at + 5), number2(text, at + 8)) + clock(text, at + 11);
    this.end = at + 19;
    return this.#local(local);
  }

  /** `Thu Oct 03 12:00:01.123456 2024`: Apache's error log. */
  ctime(text: string, at: number): number {
    const month = monthOf(text, at + 4);
    const time = clock(text, at + 11);
    this.end = at + 19;
    const fraction = this.#fraction(text);
    const local = civil(number4(text, this.end + 1), month, number2(text, at + 8)) + time;
    this.end += 5;
    return month === 0 ? Number.NaN : this.#local(local) + fraction;
  }

  /** `.123456` or `,123` in milliseconds, cut; 0 when there is none. */
  #fraction(text: string): number {
    const mark = text.charCodeAt(this.end);
    if (mark !== 46 && mark !== 44) return 0;
    let scale = 100;
    let value = 0;
    let at = this.end + 1;
    for (let d = digit(text, at); d >= 0; d = digit(text, ++at)) {
      if (scale === 0) continue;
      value += d * scale;
      scale = scale === 1 ? 0 : scale / 10;
    }
    this.end = at;
    return value;
  }

  /** Applies `Z`, `+02:00` or `+0200` behind a time; without one the log's zone. */
  #offset(text: string, local: number): number {
    const sign = text.charCodeAt(this.end);
    if (sign === 90) {
      this.end++;
      return local;
    }
    if (sign !== 43 && sign !== 45) return this.#local(local);
    const colon = text.charCodeAt(this.end + 3) === 58 ? 1 : 0;
    const minutes = number2(text, this.end + 1) * 60 + number2(text, this.end + 3 + colon);
    if (minutes < 0) return Number.NaN;
    this.end += 5 + colon;
    return sign === 43 ? local - minutes * 60_000 : local + minutes * 60_000;
  }

  #local(local: number): number {
    const slot = Math.floor(local / QUARTER_HOUR);
    if (slot !== this.#memoSlot) {
      if (Number.isNaN(local)) return local;
      this.#memoSlot = slot;
      this.#memoOffset = local - this.#zone.fromLocal(local);
    }
    return local - this.#memoOffset;
  }

  /** The year of a date that has none: from the file's age at first, then from the turn of the year between lines. */
  #yearOf(month: number, day: number): number {
    if (this.#year === 0) {
      const year = new Date(this.#modified + DAY).getUTCFullYear();
      this.#year = civil(year, month, day) <= this.#modified + DAY ? year : year - 1;
      this.#month = month;
      return this.#year;
    }
    const step = month - this.#month;
    // A line that comes a little late around New Year belongs to the old year and does not turn it back.
    if (step > 6) return this.#year - 1;
    if (step < -6) this.#year++;
    this.#month = month;
    return this.#year;
  }
}

/**
 * Milliseconds of a civil date at midnight, as if in UTC; NaN when it is none, a negative year included. Algorithm: days
 * from civil.
 */
export function civil(year: number, month: number, day: number): number {
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return Number.NaN;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * DAY;
}

/** What a character that is no digit counts: any number that it is part of is negative. NaN would slow all of them. */
const NO_DIGIT = -100_000;

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : NO_DIGIT;
}

function number2(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function number4(text: string, at: number): number {
  return number2(text, at) * 100 + number2(text, at + 2);
}

/** `12:00:01` in milliseconds, NaN when there is none; a leap second is the second before it. */
function clock(text: string, at: number): number {
  const hours = number2(text, at);
  const minutes = number2(text, at + 3);
  const seconds = number2(text, at + 6);
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return Number.NaN;
  if (!(hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59 && seconds >= 0 && seconds <= 60)) return Number.NaN;
  return ((hours * 60 + minutes) * 60 + Math.min(seconds, 59)) * 1000;
}

/** 1 to 12, 0 when there is no month's name. */
function monthOf(text: string, at: number): number {
  const index = MONTHS.indexOf(text.slice(at, at + 3));
  return index >= 0 && index % 3 === 0 ? index / 3 + 1 : 0;
}
