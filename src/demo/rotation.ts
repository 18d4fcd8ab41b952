/** Cuts a log into the files that logrotate leaves: a week each, all but the two newest compressed. */
import { gzipSync } from 'node:zlib';
import type { Entry } from './logbook.ts';
import { DAY, MONTH } from './month.ts';

export interface RotatedFile {
  /** `access.log`, `access.log.1`, `access.log.2.gz`, ... */
  readonly file: string;
  readonly bytes: Buffer;
  /** When its last line was written: the year of dates that have none is found from it. */
  readonly modified: number;
}

/** Sundays at midnight, when logs are rotated; October 2024 begins on a Tuesday. */
const ROTATIONS = [5, 12, 19, 26].map((day) => MONTH.from + day * DAY);
/** As fast as zlib gets; nobody keeps the demo for long. */
const GZIP = { level: 1 };

/** Newest first. A week without a line leaves no file. */
export function rotate(file: string, entries: readonly Entry[]): RotatedFile[] {
  const weeks = weeksOf(entries).reverse();
  return weeks.map((week, age) => {
    const bytes = Buffer.from(`${week.map((entry) => entry.text).join('\n')}\n`, 'latin1');
    const modified = week.at(-1)?.time ?? MONTH.until;
    if (age < 2) return { file: age === 0 ? file : `${file}.1`, bytes, modified };
    return { file: `${file}.${age}.gz`, bytes: gzipSync(bytes, GZIP), modified };
  });
}

function weeksOf(entries: readonly Entry[]): Entry[][] {
  const weeks: Entry[][] = [];
  let start = 0;
  for (const end of [...ROTATIONS, Number.POSITIVE_INFINITY]) {
    let next = start;
    while (next < entries.length && (entries[next]?.time ?? end) < end) next++;
    if (next > start) weeks.push(entries.slice(start, next));
    start = next;
  }
  return weeks;
}
