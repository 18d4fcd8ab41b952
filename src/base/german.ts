/** Spans of time and dates as German sentences have them, in reports and alerts. */

const UNITS: ReadonlyArray<readonly [symbol: string, ms: number]> = [
  ['Tag', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** The two largest units, days as a word: `73 Tage 15 h`, `3 h 28 min`. */
export function duration(ms: number): string {
  return spanOf(ms, 'Tage');
}

/** After a preposition: `14 Tagen`. The symbols of the other units have no case. */
export function durationDative(ms: number): string {
  return spanOf(ms, 'Tagen');
}

function spanOf(ms: number, days: string): string {
  let rest = Math.round(Math.max(0, ms) / 1000) * 1000;
  const first = UNITS.findIndex(([, size]) => rest >= size);
  if (first < 0) return '0 s';
  const parts = UNITS.slice(first, first + 2).flatMap(([symbol, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count === 0) return [];
    return [`${count} ${symbol === 'Tag' && count > 1 ? days : symbol}`];
  });
  return parts.join(' ');
}

/** `3.10.2024` of `2024-10-03`, with the time of day where there is one; other text as it is. */
export function dated(text: string): string {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d:\d\d))?$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return text;
  const date = `${Number(day)}.${Number(month)}.${year}`;
  return time === undefined ? date : `${date}, ${time} Uhr`;
}
