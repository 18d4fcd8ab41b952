/** A file that cannot be opened, as a sentence with the exit status that fits. */
import { EXIT, type ExitStatus, errorCode, ProblemError } from '../base/problem.ts';

const WHY: ReadonlyMap<string, readonly [status: ExitStatus, what: string]> = new Map([
  ['ENOENT', [EXIT.noInput, 'there is no such file']],
  ['ENOTDIR', [EXIT.noInput, 'there is no such file']],
  ['EISDIR', [EXIT.noInput, 'is a folder, not a file']],
  ['EACCES', [EXIT.notPermitted, 'may not be read by this user']],
  ['EPERM', [EXIT.notPermitted, 'may not be read by this user']],
]);

/** `why`: what `node:fs` threw, or a sentence of ours. */
export function fileProblem(path: string, why: unknown): ProblemError {
  if (typeof why === 'string') return new ProblemError(EXIT.badData, { where: path, what: why });
  const code = errorCode(why) ?? 'unknown error';
  const [status, what] = WHY.get(code) ?? [EXIT.noInput, `cannot be read (${code})`];
  return new ProblemError(status, { where: path, what }, { cause: why });
}
