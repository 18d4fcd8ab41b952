/** Asks the journal whether it has entries of a service, and how old the newest is. */
import type { Problem } from '../base/problem.ts';
import { ProgramError, type ProgramResult, runProgram } from '../base/program.ts';
import { newestArguments, timeOf } from './journal-entry.ts';
import { refusalIn } from './journal-trouble.ts';

/** A journal of many gigabytes on a slow disk answers within seconds; a start must not wait longer for one question. */
const PATIENCE_MS = 10_000;

export interface JournalAnswer {
  /** When the newest entry was written, epoch milliseconds; undefined when there is none. */
  readonly newest: number | undefined;
  /** Why the journal cannot be asked. */
  readonly problem?: Problem;
}

/** The newest entry for which one of the matches is true; of all entries when there are none. */
export async function newestEntry(
  matches: readonly string[],
  run: (args: readonly string[]) => Promise<ProgramResult> = runJournalctl,
): Promise<JournalAnswer> {
  try {
    const { out, err, status } = await run(newestArguments(matches));
    const refusal = refusalIn(err, status !== 0);
    if (refusal) return { newest: undefined, problem: refusal.problem };
    const newest = timeOf(out);
    return { newest: Number.isNaN(newest) ? undefined : newest };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return { newest: undefined, problem: { where: 'journal', what: error.message } };
  }
}

function runJournalctl(args: readonly string[]): Promise<ProgramResult> {
  return runProgram('journalctl', args, { timeoutMs: PATIENCE_MS });
}
