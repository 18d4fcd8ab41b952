/**
 * The ledger of a daemon that must not stop: when the real one cannot be opened, bans are kept in memory and the real one
 * is tried again; when it is damaged, it is moved aside once, with all that is in it. Either is a loud problem.
 */
import { existsSync, renameSync } from 'node:fs';
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
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
}

const SUFFIX = '.damaged';

/**
 * The ledger at `path`, or the best that can be had.
 * @throws ProblemError where only its owner can help: not permitted, another program's file, a newer version
 */
export async function openOrSubstitute({ path, open }: LedgerPlace): Promise<OpenedLedger> {
  try {
    return { ledger: await open(path), isSubstitute: false, problem: undefined };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (isDamage(error)) return afterDamage({ path, open }, error);
    if (error.status !== EXIT.unavailable) throw error;
    const [first] = error.problems;
    const hint = 'bans are made and kept in memory; the ledger is tried again every few seconds';
    const problem = { where: path, what: `nothing is recorded: ${first?.what ?? 'it cannot be opened'}`, hint };
    return { ledger: await open(':memory:'), isSubstitute: true, problem };
  }
}

/** Only once: a second damaged ledger tells of a disk that fails, and somebody must look. */
async function afterDamage({ path, open }: LedgerPlace, error: ProblemError): Promise<OpenedLedger> {
  const aside = `${path}${SUFFIX}`;
  const what = error.problems[0]?.what ?? 'it is damaged';
  if (existsSync(aside)) {
    const hint = `${aside} is of an earlier time: look at the disk, then move one of them away`;
    const problem = { where: path, what: `nothing is recorded: ${what}`, hint };
    return { ledger: await open(':memory:'), isSubstitute: true, problem };
  }
  renameSync(path, aside);
  // The write-ahead log belongs to the file that it was written for.
  for (const side of ['-wal', '-shm']) if (existsSync(path + side)) renameSync(path + side, aside + side);
  const hint = `it was moved to ${aside}; a new one was begun`;
  return { ledger: await open(path), isSubstitute: false, problem: { where: path, what, hint } };
}

/** The words of the ledger for a file that is one of ours and is broken, and for one that is no SQLite file any more. */
function isDamage(error: ProblemError): boolean {
  return error.status === EXIT.badData && error.problems.some(({ what }) => /damaged|nor any SQLite file/.test(what));
}
