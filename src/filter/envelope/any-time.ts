/**
 * Reads the timestamps that applications put before their messages. There are two dozen layouts, but each says the same
 * thing: whatever is not ISO 8601 is written over as ISO 8601 and read by timestamp.ts.
 */
import type { Timestamps } from '../timestamp.ts';

/** No layout is longer than this, with weekday, fraction and zone. */
const TIME_MAX = 48;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLOCK = '(?<hour>[ \\d]?\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';
const MONTH = `(?<month>${MONTHS.join('|')})`;

/** Each names year, month, day, hour, minute and second; what follows them (fraction, zone) is read for all alike. */
const LAYOUTS: readonly RegExp[] = [
  // `2024-10-03 12:00:01` and MariaDB's ` 9:00:01`; `2024/10/03 12:00:01`.
  new RegExp(`^(?<year>\\d{4})[-/](?<month>\\d\\d)[-/](?<day>\\d\\d)[T ]${CLOCK}`),
  // `03-Oct-2024 12:00:01`, `03 Oct 2024 12:00:01`, `03/Oct/2024:12:00:01`.
  new RegExp(`^(?<day>\\d\\d)[-/ ]${MONTH}[-/ ](?<year>\\d{4})[ :]${CLOCK}`),
  // `20241003 12:00:01`, `241003  9:00:01`; xrdp's `20241003-12:00:01`.
  new RegExp(`^(?<year>(?:20)?\\d\\d)(?<month>\\d\\d)(?<day>\\d\\d)[T -]${CLOCK}`),
  // `Oct 03, 2024 12:00:01`.
  new RegExp(`^${MONTH} (?<day>[ \\d]?\\d), (?<year>\\d{4}) ${CLOCK}`),
  // `Thu, 03 Oct 2024 12:00:01`.
  new RegExp(`^[A-Z][a-z][a-z], (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${CLOCK}`),
  // `Thu Oct  3 12:00:01 2024`, `Thu Oct 03 12:00:01.123456 2024`: the fraction and the zone stand inside.
  new RegExp(
    `^[A-Z][a-z][a-z] ${MONTH} (?<day>[ \\d]\\d) ${CLOCK}(?<fraction>\\.\\d+)?(?: [A-Z][A-Z][A-Z][A-Z]?)? (?<year>\\d{4})`,
  ),
  // Zabbix: `  4711:20241003:120001.123`.
  /^ *\d+:(?<year>\d{4})(?<month>\d\d)(?<day>\d\d):(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)/,
];

/** `.123`, `+02:00`, ` +0200`, `Z`, ` UTC`, ` +03`. */
const REST =
  /^(?<fraction>[.,]\d+)?(?: ?(?<zone>Z|[+-]\d\d:?\d\d|[+-]\d\d)(?![\d:])| (?<name>[A-Z][A-Z][A-Z][A-Z]?)(?![A-Za-z]))?/;

/** Times in one of these are local times of the log's zone, as far as we can tell: most mean several zones. */
const ZONES: ReadonlySet<string> = new Set(
  (
    'UTC GMT WET WEST BST IST CET CEST MET MEST EET EEST MSK EST EDT CST CDT MST MDT PST PDT AKST AKDT HST AEST AEDT ' +
    'ACST ACDT AWST NZST NZDT JST KST HKT SGT PKT SAST WAT EAT CAT WIB'
  ).split(' '),
);

/**
 * The time at an index, NaN when there is none. Leaves `timestamps.end` behind it, its zone included. Reads nothing at or
 * behind `limit`.
 */
export function readAnyTime(text: string, at: number, limit: number, timestamps: Timestamps): number {
  const head = text.slice(at, Math.min(limit, at + TIME_MAX));
  const epoch = epochOf(head);
  if (epoch) {
    timestamps.end = at + epoch.length;
    return epoch.time;
  }
  for (const layout of LAYOUTS) {
    const parts = layout.exec(head);
    if (parts?.groups) return readParts(parts, { head, at, timestamps });
  }
  const time = timestamps.classic(head, 0);
  timestamps.end += at;
  return time;
}

/** `1727956801`, `1727956801.123`, and in milliseconds, microseconds, nanoseconds, known by their length. */
function epochOf(head: string): { time: number; length: number } | undefined {
  const digits = /^\d{10,19}/.exec(head)?.[0];
  if (digits === undefined) return undefined;
  const time = epochTime(digits);
  if (time === undefined) return undefined;
  const fraction = digits.length === 10 ? (/^\.\d+/.exec(head.slice(10))?.[0] ?? '') : '';
  return { time: Math.floor(time + Number(`0${fraction}`) * 1000), length: digits.length + fraction.length };
}

/** Of whole digits, in milliseconds. */
export function epochTime(digits: string): number | undefined {
  const scale = { 10: 1000, 13: 1, 16: 1e-3, 19: 1e-6 }[digits.length];
  return scale === undefined ? undefined : Math.floor(Number(digits) * scale);
}

function readParts(
  parts: RegExpExecArray,
  { head, at, timestamps }: { head: string; at: number; timestamps: Timestamps },
): number {
  const { year = '', month = '', day = '', hour = '', minute = '', second = '', fraction } = parts.groups ?? {};
  const rest = fraction === undefined ? REST.exec(head.slice(parts[0].length)) : null;
  const { zone = '', name = '' } = rest?.groups ?? {};
  const isKnown = name === '' || ZONES.has(name);
  const iso =
    `${year.padStart(4, '20')}-${monthNumber(month)}-${padded(day)}T${padded(hour)}:${minute}:${second}` +
    `${fraction ?? rest?.groups?.fraction ?? ''}${offsetOf(zone, name)}`;
  const time = timestamps.rfc3339(iso, 0);
  const taken = isKnown ? (rest?.[0] ?? '') : (rest?.groups?.fraction ?? '');
  timestamps.end = at + parts[0].length + taken.length;
  return time;
}

function monthNumber(month: string): string {
  const index = MONTHS.indexOf(month);
  return index < 0 ? month : String(index + 1).padStart(2, '0');
}

function padded(number: string): string {
  return number.trim().padStart(2, '0');
}

function offsetOf(zone: string, name: string): string {
  if (name === 'UTC' || name === 'GMT') return 'Z';
  return /^[+-]\d\d$/.test(zone) ? `${zone}00` : zone;
}
