/** The last look at what is to be published. */
import { EXIT, ProblemError } from '../base/problem.ts';
import type { PublicReport, RenderedFile, Report } from '../report/report.ts';
import { unsearchedSentence } from './privacy.ts';

/** @throws ProblemError (65) naming the sort of secret and the table, and nothing of the secret itself. */
export function expectNoLeak(found: PublicReport, made: Report, files: readonly RenderedFile[]): void {
  const leaks = found.leaks(made, files);
  if (leaks.length > 0) {
    const what = 'the report holds what must not be published, and is not written; please report this';
    throw new ProblemError(EXIT.badData, [{ what, hint: 'what was found where follows' }, ...leaks]);
  }
  const sentence = unsearchedSentence(found.unsearched);
  if (sentence !== undefined) process.stderr.write(`${sentence}\n`);
}
