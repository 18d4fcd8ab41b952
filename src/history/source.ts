/** What a source of history is: one database, one log with its rotated parts, one table. index.ts lists the forms. */
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
import type { Zone } from '../base/zone.ts';
import type { HistoryForm } from '../model.ts';
import type { JailKinds } from './jail-kinds.ts';
import type { Leavings, PastBan } from './past-ban.ts';
import type { Staging } from './staging.ts';

/** What reading goes by. */
export interface ReadingRules {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Of times that do not say theirs. */
  readonly zone: Zone;
  /** Days of the ledger begin in it. */
  readonly ledgerZone: Zone;
  readonly jails: JailKinds;
  /** Bans and attempts outside of it are left out. */
  readonly span: { readonly from: number; readonly until: number };
  /** CrowdSec's decisions of these origins, in lower case. */
  readonly origins: ReadonlySet<string>;
}

export interface Reading extends ReadingRules {
  readonly staging: Staging;
  readonly leavings: Leavings;
  /** The source's number. */
  readonly source: number;
  /** Bytes that were read since the last call, or what stands for them. */
  advance(count: number): Promise<void> | undefined;
}

/** A line of what led to a ban. */
export interface PastLine {
  /** Undefined where the record does not say: then it is that of the ban. */
  readonly time: number | undefined;
  /** Latin1. */
  readonly line: string;
  readonly place: number;
  readonly user: string | undefined;
  readonly count: number;
}

/** What a source says of one ban when it is recorded. */
export interface Recollection {
  readonly failures: number;
  readonly text: string;
  readonly lines: readonly PastLine[];
}

export interface HistorySource {
  readonly form: HistoryForm;
  /** As the user would name it; the file of its evidence. */
  readonly path: string;
  /** Bytes to read, or what stands for them, for progress. */
  readonly size: number;
  /** Reads all of it. @throws ProblemError when it cannot be read to its end; then nothing is imported. */
  read(reading: Reading): Promise<void>;
  /** What it says of a ban that it gave. Less, when the row has gone meanwhile. */
  recall(ban: PastBan): Recollection;
  close(): void;
}

/** Lines of evidence of one ban: as many as fail2ban keeps if told to, and more than anybody reads. */
export const LINES_MAX = 100;
/** As for lines of logs (source/cutter.ts). */
export const LINE_BYTES = 65_536;

/** What a text form says of a ban: its line, and what was counted. */
export function recallLine({ failures, text, line, place }: PastBan): Recollection {
  const lines = line === undefined ? [] : [{ time: undefined, line, place, user: undefined, count: failures }];
  return { failures, text, lines };
}

/** Of texts that cannot be read to their end. What a reader of logs advises is about lines that it kept; here none is. */
export function unreadable(problems: readonly Problem[]): ProblemError {
  const hint = 'nothing was imported';
  return new ProblemError(
    EXIT.badData,
    problems.map((problem) => ({ ...problem, hint })),
  );
}

/** Whether a ban is to be imported at all, as far as its jail and its time say; otherwise it is counted. */
export function isWanted(
  { jail, from }: { jail: string; from: number },
  example: string,
  { rules, form, leavings }: { rules: ReadingRules; form: HistoryForm; leavings: Leavings },
): boolean {
  if (rules.jails.of(jail, form) === 'skip') {
    leavings.add('skipped', example);
    return false;
  }
  if (from >= rules.span.from && from < rules.span.until) return true;
  leavings.add('span', example);
  return false;
}
