/** The dates that are known without being told, the likeliest first. */

const CLOCK = '%H:%M:%S';
/** An hour of which a leading zero may be a blank, or missing. */
const LOOSE_CLOCK = '%k:%M:%S';
const FRACTION = '(?:\\.%f)?';
const COMMA_FRACTION = '(?:[.,]%f)?';
const ZONE = '(?:\\s*%z)?';
/** Between day, month and year, twice the same. */
const between = (one: string, other: string, separators: string): string =>
  `${one}(?P<_sep>[${separators}])${other}(?P=_sep)`;
const MONTH_DAY = '(?:%a )?%b %d';
const YEAR_AT_END = '(?: %ExY)?';

/** Beside these: seconds since 1970, and TAI64N. */
const PATTERNS: readonly string[] = [
  // 2005-01-23T21:59:59.981+01:00, 2005/01/23 21:59:59
  `${between('%ExY', '%m', '-/.')}%d(?:T|  ?)${CLOCK}${COMMA_FRACTION}${ZONE}`,
  // Sun Jan 23 21:59:59.011 2005, Jan 23 21:59:59
  `${MONTH_DAY} ${LOOSE_CLOCK}${FRACTION}${YEAR_AT_END}`,
  // Sun Jan 23 2005 21:59:59
  `${MONTH_DAY} %ExY ${LOOSE_CLOCK}${FRACTION}`,
  // 23/01/2005 21:59:59, 23-01-05 21:59:59
  `${between('%d', '%m', '-/')}(?:%ExY|%Exy) ${LOOSE_CLOCK}`,
  // 23/Jan/2005:21:59:59 +0100
  `${between('%d', '%b', '-/')}%ExY[ :]?${CLOCK}${FRACTION}(?: %z)?`,
  // 01/23/2005:21:59:59
  `%m/%d/%ExY:${CLOCK}`,
  // 01-23-2005 21:59:59.252
  `%m-%d-%ExY ${LOOSE_CLOCK}${FRACTION}`,
  'EPOCH',
  `{^LN-BEG}${CLOCK}`,
  // <01/23/05@21:59:59>
  `^<%m/%d/%Exy@${CLOCK}>`,
  // 050123 21:59:59
  `%Exy%Exm%Exd  ?${CLOCK}`,
  // Jan 23, 2005 9:59:59 PM
  '%b %d, %ExY %I:%M:%S %p',
  // Jan-23-05 21:59:59
  `^%b-%d-%Exy ${LOOSE_CLOCK}`,
  // 20050123T215959
  `%ExY%Exm%Exd(?:-|T|  ?)%ExH:?%ExM:?%ExS${COMMA_FRACTION}${ZONE}`,
  // PDT Jan 23 21:59:59
  `(?:%Z )?${MONTH_DAY} ${LOOSE_CLOCK}${FRACTION}${YEAR_AT_END}`,
  // +00:00 Jan 23 21:59:59.011 2005
  `(?:%z )?${MONTH_DAY} ${LOOSE_CLOCK}${FRACTION}${YEAR_AT_END}`,
  'TAI64N',
];

/** The patterns as they are put where another pattern says `{DATE}`. */
export function defaultPatterns(): readonly string[] {
  return PATTERNS.map((pattern) => (pattern === 'EPOCH' ? 'Epoch' : pattern));
}

export interface Form {
  readonly pattern: string;
  readonly place: 'line' | 'anywhere';
  /** How much more a hit of it counts than one of others. */
  readonly weight: number;
  /** It can only stand at a line's beginning. */
  readonly isAtLineStart: boolean;
}

/** Such that begin their line count for so much more, because a date within a message may be anybody's. */
const LINE_START_WEIGHT = 100;

/** Each at the line's beginning first, then anywhere. */
export function defaultForms(): readonly Form[] {
  const beginsLine = (pattern: string): boolean => /^(?:\{\^LN-BEG\}|\^)/.test(pattern);
  const atLineStart = PATTERNS.filter((pattern) => !beginsLine(pattern)).map(
    (pattern): Form => ({ pattern, place: 'line', weight: LINE_START_WEIGHT, isAtLineStart: true }),
  );
  const anywhere = PATTERNS.map(
    (pattern): Form => ({ pattern, place: 'anywhere', weight: 1, isAtLineStart: beginsLine(pattern) }),
  );
  return [...atLineStart, ...anywhere];
}
