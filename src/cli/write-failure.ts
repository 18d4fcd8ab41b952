/** Why something could not be written, for who wanted it written: a sentence and an exit status. */
import { EXIT, type ExitStatus, errorCode } from '../base/problem.ts';

export interface WriteFailure {
  readonly status: ExitStatus;
  readonly what: string;
}

const FAILURES: ReadonlyMap<string, WriteFailure> = new Map([
  ['ENOSPC', { status: EXIT.unavailable, what: 'the disk is full' }],
  ['EDQUOT', { status: EXIT.unavailable, what: 'the disk quota is used up' }],
  ['EFBIG', { status: EXIT.unavailable, what: 'the file would be too large' }],
  ['EIO', { status: EXIT.unavailable, what: 'the disk reports an error' }],
  ['EPIPE', { status: EXIT.unavailable, what: 'its reader has gone' }],
  ['ENXIO', { status: EXIT.unavailable, what: 'nothing takes what is written to it' }],
  ['ENOENT', { status: EXIT.noInput, what: 'there is no such file or folder' }],
  ['ELOOP', { status: EXIT.noInput, what: 'its symbolic links go in a circle' }],
  ['ENAMETOOLONG', { status: EXIT.usage, what: 'the name is too long' }],
  ['EROFS', { status: EXIT.notPermitted, what: 'the file system is read-only' }],
  ['EACCES', { status: EXIT.notPermitted, what: 'no permission to write it' }],
  ['EPERM', { status: EXIT.notPermitted, what: 'not permitted to write it' }],
]);

/** Only for errors of the system; any other is a mistake of ours and is thrown on. */
export function writeFailureOf(error: unknown): WriteFailure {
  const code = errorCode(error);
  if (code === undefined) throw error;
  return FAILURES.get(code) ?? { status: EXIT.unavailable, what: `it cannot be written (${code})` };
}
