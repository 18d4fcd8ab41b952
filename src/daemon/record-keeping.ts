/**
 * The ledger of a daemon that must not stop: when the real one cannot be opened, bans are kept in memory and the real one
 * is tried again; when it is damaged, it is moved aside once, with all that is in it. Either is a loud problem.
 */
import { existsSync, renameSync } from 'node:fs';
import { EXIT, errorCode, type Problem, ProblemError } from '../base/problem.ts';
import type { Ledger } from '../ledger/ledger.ts';

export interface OpenedLedger {
  readonly ledger: Ledger;
  /** It is not the real one: nothing in it outlives the process. */
  readonly isSubstitute: boolean;
  /** What a person should know of it. */
  readonly problem: Problem | undefined;
}

export interface LedgerPlace {
  readonly path: string;
  /** Opens a file, or `:memory:`, for writing. */
  open(path: string): Promise<Ledger>;
  /** What was found wrong with it while it was used, though it may be opened. */
  readonly damage?: ProblemError | undefined;
  /** There was a ledger before, so that no mistake of a person's is the reason. */
  readonly mustGoOn?: boolean;
}

const SUFFIX = '.damaged';
/** Saved to find out whether anything can be. */
const PROBE_STATE = 'probe';

/**
 * The ledger at `path`, or the best that can be had.
 * @throws ProblemError where the path is a mistake: another program's file, a ledger of a newer version
 */
export async function openOrSubstitute(place: LedgerPlace): Promise<OpenedLedger> {
  const { path, open, damage, mustGoOn = false } = place;
  if (damage) return afterDamage(place, damage);
  try {
    return { ledger: await open(path), isSubstitute: false, problem: undefined };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (isDamage(error)) return afterDamage(place, error);
    if (isMistake(error) && !mustGoOn) throw error;
    return substitute(place, error);
  }
}

async function substitute({ path, open }: LedgerPlace, error: ProblemError): Promise<OpenedLedger> {
  const what = error.problems[0]?.what ?? 'it cannot be opened';
  const hint = 'bans are made and kept in memory; the ledger is tried again every few seconds';
  const problem = { where: path, what: `nothing is recorded: ${what}`, hint };
  return { ledger: await open(':memory:'), isSubstitute: true, problem };
}

/** Only once: a second damaged ledger tells of a disk that fails, and somebody must look. */
async function afterDamage(place: LedgerPlace, error: ProblemError): Promise<OpenedLedger> {
  const { path, open } = place;
  const aside = `${path}${SUFFIX}`;
  const what = error.problems[0]?.what ?? 'it is damaged';
  if (existsSync(aside)) {
    const hint = `${aside} is of an earlier time: look at the disk, then move one of them away`;
    const problem = { where: path, what: `nothing is recorded: ${what}`, hint };
    return { ledger: await open(':memory:'), isSubstitute: true, problem };
  }
  try {
    renameSync(path, aside);
    // The write-ahead log belongs to the file that it was written for.
    for (const side of ['-wal', '-shm']) if (existsSync(path + side)) renameSync(path + side, aside + side);
    const hint = `it was moved to ${aside}; a new one was begun`;
    return { ledger: await open(path), isSubstitute: false, problem: { where: path, what, hint } };
  } catch (failure) {
    // A disk that is damaged is often read-only by then.
    if (failure instanceof ProblemError || errorCode(failure) !== undefined) return substitute(place, error);
    throw failure;
  }
}

/** Whether there is a ledger by now that can be written. */
export async function canWrite(open: () => Promise<Ledger>): Promise<boolean> {
  let ledger: Ledger | undefined;
  try {
    ledger = await open();
    ledger.begin();
    ledger.saveState(PROBE_STATE, '');
    ledger.commit();
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  } finally {
    ledger?.close();
  }
}

/** What nothing is recorded for, while the ledger is open and cannot be written. */
export function unwritten(path: string, failure: ProblemError | undefined): Problem {
  const { what = 'it cannot be written', hint } = failure?.problems[0] ?? {};
  return { where: path, what: `nothing is recorded: ${what}`, ...(hint === undefined ? {} : { hint }) };
}

/** Nothing is watched now: it is tried again and again. */
export function unwatched(error: unknown): Problem {
  const [problem] = error instanceof ProblemError ? error.problems : [];
  return { ...problem, what: `nothing is watched: ${problem?.what ?? String(error)}` };
}

/** A file that is somebody's, and that no waiting makes a ledger of ours. */
function isMistake(error: ProblemError): boolean {
  return error.status === EXIT.badData && !error.problems.some(({ what }) => /this is a folder/.test(what));
}

/** The words of the ledger for a file that is one of ours and is broken, and for one that is no SQLite file any more. */
function isDamage(error: ProblemError): boolean {
  return error.status === EXIT.badData && error.problems.some(({ what }) => /damaged|nor any SQLite file/.test(what));
}
