/** What -o names. */
import { EXIT, ProblemError } from '../base/problem.ts';

export function isStandardOutput(output: string | undefined): output is '-' | '/dev/stdout' | undefined {
  return output === undefined || output === '-' || output === '/dev/stdout';
}

/** Of a variable that a script forgot to set. @throws ProblemError (64) */
export function expectOutputName(output: string | undefined): void {
  if (output !== '') return;
  throw new ProblemError(EXIT.usage, { what: '-o: no name is given', hint: 'write -o - for standard output' });
}
