/**
 * The tokens of a `datepattern`: those of strptime, and fail2ban's stricter `%Ex...`. Each stands for an expression whose
 * group has the name of the field.
 */

export const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
export const DAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');

const SHORT = (name: string): string => name.slice(0, 3);
/** Longer names first, so that none is cut short by another. */
const byLength = (names: readonly string[]): string => [...names].sort((a, b) => b.length - a.length).join('|');

function field(name: string, source: string): string {
  return `(?P<${name}>${source})`;
}

const OFFSET = '[+-][01]\\d(?::?\\d{2})?';
const ZONE_NAME = '[A-Z](?:[A-Z]{2,4})?';
/** `00` to `23`, a leading zero left out or not. */
const HOUR = '[0-1]?\\d|2[0-3]';
const SIXTY = '[0-5]?\\d';
/** 61, for leap seconds. */
const SECOND = `${SIXTY}|6[0-1]`;
/** A leading zero may be a blank. */
const DAY = '[1-2]\\d|[0 ]?[1-9]|3[0-1]';
const MONTH = '0?[1-9]|1[0-2]';

const FIXED: Readonly<Record<string, string>> = {
  A: field('A', byLength(DAYS)),
  a: field('a', DAYS.map(SHORT).join('|')),
  B: field('B', byLength(MONTHS)),
  b: field('b', MONTHS.map(SHORT).join('|')),
  d: field('d', DAY),
  f: field('f', '[0-9]{1,6}'),
  G: field('G', '\\d{4}'),
  H: field('H', HOUR),
  I: field('I', '1[0-2]|0[1-9]|[1-9]'),
  j: field('j', '36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]'),
  k: ` ?${field('H', '[0-2]?\\d')}`,
  l: ` ?${field('I', '1?\\d')}`,
  M: field('M', SIXTY),
  m: field('m', MONTH),
  p: field('p', 'am|pm'),
  S: field('S', SECOND),
  U: field('U', '5[0-3]|[0-4]\\d|\\d'),
  u: field('u', '[1-7]'),
  V: field('V', '5[0-3]|0[1-9]|[1-4]\\d|\\d'),
  W: field('W', '5[0-3]|[0-4]\\d|\\d'),
  w: field('w', '[0-6]'),
  Y: field('Y', '\\d{4}'),
  y: field('y', '\\d\\d'),
  Z: field('Z', 'Z|[A-Z]{3,5}'),
  z: field('z', `Z|UTC|GMT|${OFFSET}`),
  '%': '%',
  Exd: field('d', '[1-2]\\d|0[1-9]|3[0-1]'),
  ExH: field('H', '[0-1]\\d|2[0-3]'),
  Exk: ` ?${field('H', HOUR)}`,
  Exl: ` ?${field('I', '1[0-2]|\\d')}`,
  ExM: field('M', '[0-5]\\d'),
  Exm: field('m', '0[1-9]|1[0-2]'),
  ExS: field('S', '[0-5]\\d|6[0-1]'),
  Exy: field('y', '\\d{2}'),
  ExZ: field('Z', ZONE_NAME),
  Exz: field('z', `(?:${ZONE_NAME})?${OFFSET}|${ZONE_NAME}`),
};

/** Those that are made of others; `\s+` where Python takes any blanks. */
const MADE: Readonly<Record<string, string>> = {
  c: '%a\\s+%b\\s+%d\\s+%H:%M:%S\\s+%Y',
  X: '%H:%M:%S',
  x: '%m/%d/%y',
};

/** What is wrong in a datepattern, for a person. */
export class DatePatternError extends Error {}

/**
 * The expression of a datepattern. `year`: the one in which we are; `%ExY` takes years from 2000 to three after it, by
 * their decades. @throws DatePatternError for a token that is none.
 */
export function replaceTokens(pattern: string, year: number): string {
  return pattern.replace(/%(Ex[A-Za-z]|[\s\S]|$)/g, (token, name: string) => {
    if (name === 'ExY') return field('Y', `20[0-${Math.floor(((year + 3) % 100) / 10)}]\\d`);
    const made = MADE[name];
    if (made !== undefined) return replaceTokens(made, year);
    const source = Object.hasOwn(FIXED, name) ? FIXED[name] : undefined;
    if (source === undefined)
      throw new DatePatternError(`${token} is no field of a date; a percent sign is written %%`);
    return source;
  });
}

/** Names of days, months or halves of days count in any case. */
export function hasNames(pattern: string): boolean {
  return /(?<!%)%[aAbBpc]/.test(pattern);
}
