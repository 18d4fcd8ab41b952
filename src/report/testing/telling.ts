/** Stories told of records made by hand, and short ways to write such records. */
import { expect } from 'vitest';
import type { BanRecord, Tally } from '../../model.ts';
import { audit, makeReport } from '../report.ts';
import type { RecordList } from './records.ts';
import { banOf, DAY, OCTOBER, optionsOf, originOf, recordsOf, tableOf, tallyOf } from './records.ts';

export const HOUR = 3_600_000;
export const ALPHA = '192.0.2.1';
export const AT_HOME = originOf({ organization: 'Example Hosting', country: 'NL' });

/** The rows of the topics, by key; fails where the report does not reconcile. */
export function told(list: Partial<RecordList>, topic: string, options = optionsOf()) {
  const report = makeReport(recordsOf(list), options);
  expect(audit(report)).toEqual([]);
  return tableOf(report, 'stories').rows.flatMap(({ cells }) => (cells.story === topic ? [cells] : []));
}

export function sentences(list: Partial<RecordList>, topic: string, options = optionsOf()) {
  return told(list, topic, options).map((cells) => cells.sentence);
}

/** Bans with numbers from 1, an hour each, `every` apart. */
export function bansOf(count: number, every: number, ban: Partial<BanRecord> = {}): BanRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const from = OCTOBER.from + i * every;
    return banOf({ id: i + 1, subject: ALPHA, origin: AT_HOME, ...ban, from, until: from + HOUR });
  });
}

/** A day's tally of attempts that begin at an hour of it. */
export function tried(day: number, hour: number, tally: Partial<Tally> = {}): Tally {
  const first = OCTOBER.from + day * DAY + hour * HOUR;
  return tallyOf({ address: ALPHA, day: OCTOBER.from / DAY + day, first, last: first, ...tally });
}
