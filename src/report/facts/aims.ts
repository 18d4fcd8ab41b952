/** What the lines of evidence were aimed at: of all bans, or of an even sample of them. */
import type { Aim } from '../../model.ts';
import type { ReportRecords } from '../records.ts';
import type { BanFacts } from './ban-facts.ts';

/** Lines of the sample that are looked at: five for each ban and more, and 30 MB when all of them are as long as they may be. */
const LINES = 30_000;

export interface Aims {
  readonly lines: readonly Aim[];
  /** Of how many bans they are, of how many there are. */
  readonly bans: number;
  readonly of: number;
}

export function gatherAims(records: ReportRecords, { sample, total }: BanFacts): Aims {
  const ids = sample.items();
  const lines: Aim[] = [];
  for (const aim of records.aimsOf(ids)) {
    if (lines.length === LINES) return { lines, bans: ids.indexOf(aim.ban), of: total };
    lines.push(aim);
  }
  return { lines, bans: ids.length, of: total };
}
