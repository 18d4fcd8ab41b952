/**
 * Time zones: from wall-clock fields to epoch milliseconds and back, by the IANA name, through `Intl` only.
 * Offsets are cached by the hour, because `Intl.DateTimeFormat` takes microseconds and lines come by the million.
 */

const HOUR = 3_600_000;
const DAY = 86_400_000;
/** More hours than a year has; a cache that outgrows it is emptied, which costs one look-up an hour of log. */
const CACHED_HOURS = 10_000;

export interface Zone {
  readonly name: string;
  /** Offset from UTC in milliseconds at an instant: local = utc + offset. */
  offsetAt(epoch: number): number;
  /**
   * The instant of a local wall-clock time given as if it were UTC. In the hour that a clock repeats, the first one;
   * in the hour that it skips, the instant by the offset before the skip.
   */
  fromLocal(local: number): number;
}

/** A zone by its IANA name, `UTC`, or `local` for the machine's own. Undefined when there is no such zone. */
export function zoneOf(name: string): Zone | undefined {
  const resolved = name === 'local' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : name;
  if (resolved === 'UTC' || resolved === 'Etc/UTC') return UTC;
  // A POSIX string (`CET-1CEST`) would silently be UTC in some runtimes; only area names are taken.
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(resolved)) return undefined;
  try {
    return zoneFrom(resolved, formatterOf(resolved));
  } catch {
    return undefined; // RangeError is how Intl says that it does not know the name.
  }
}

export const UTC: Zone = { name: 'UTC', offsetAt: () => 0, fromLocal: (local) => local };

/** The day that an instant falls on in the zone, counted from 1970-01-01. */
export function dayOf(zone: Zone, epoch: number): number {
  return Math.floor((epoch + zone.offsetAt(epoch)) / DAY);
}

/** `2024-10-03` for a day counted from 1970-01-01. */
export function dayName(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** ISO 8601 in UTC with milliseconds, `null` for what is outside the range of dates. */
export function isoTime(time: number): string | null {
  return Math.abs(time) <= LAST_DATE ? new Date(time).toISOString() : null;
}

/** The greatest time value of ECMAScript. */
export const LAST_DATE = 8.64e15;

function formatterOf(name: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

function zoneFrom(name: string, formatter: Intl.DateTimeFormat): Zone {
  const cache = new Map<number, number>();
  const offsetAt = (epoch: number): number => {
    // Every offset in force since 1970 changes on a quarter of an hour at the finest.
    const slot = Math.floor(epoch / (HOUR / 4));
    const known = cache.get(slot);
    if (known !== undefined) return known;
    const offset = localOf(formatter, slot * (HOUR / 4)) - slot * (HOUR / 4);
    if (cache.size >= CACHED_HOURS) cache.clear();
    cache.set(slot, offset);
    return offset;
  };
  const fromLocal = (local: number): number => {
    const before = offsetAt(local - DAY);
    const after = offsetAt(local + DAY);
    if (before === after) return local - before;
    const first = local - Math.max(before, after);
    const second = local - Math.min(before, after);
    if (first + offsetAt(first) === local) return first;
    return second + offsetAt(second) === local ? second : local - before;
  };
  return { name, offsetAt, fromLocal };
}

function localOf(formatter: Intl.DateTimeFormat, epoch: number): number {
  const field: Record<string, number> = {};
  for (const part of formatter.formatToParts(epoch)) field[part.type] = Number(part.value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
