/** What an error of the file system means for who named the file: a sentence, a way out, an exit status. */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { EXIT, type ExitStatus, errorCode, likeliest } from '../base/problem.ts';
import { printable } from '../base/text.ts';

export interface Refusal {
  readonly status: ExitStatus;
  readonly what: string;
  readonly hint: string | undefined;
}

const REFUSALS: ReadonlyMap<string, Refusal> = new Map([
  ['ENOENT', { status: EXIT.noInput, what: 'there is no such file or directory', hint: undefined }],
  ['ENOTDIR', { status: EXIT.noInput, what: 'a part of the path is a file, not a directory', hint: undefined }],
  ['ELOOP', { status: EXIT.noInput, what: 'its symbolic links go in a circle', hint: undefined }],
  ['ENAMETOOLONG', { status: EXIT.noInput, what: 'the name is too long', hint: undefined }],
  ['EACCES', { status: EXIT.notPermitted, what: 'no permission to read it', hint: 'run it as root or in group adm' }],
  ['EPERM', { status: EXIT.notPermitted, what: 'not permitted to read it', hint: undefined }],
  ['EMFILE', { status: EXIT.unavailable, what: 'too many files are open', hint: 'raise the limit: ulimit -n' }],
  ['ENFILE', { status: EXIT.unavailable, what: 'too many files are open on this system', hint: undefined }],
]);

/** Only for errors of the file system; any other is a mistake of ours and is thrown on. */
export function refusalOf(error: unknown, path: string): Refusal {
  const code = codeOf(error);
  const refusal = REFUSALS.get(code);
  if (!refusal) return { status: EXIT.noInput, what: `it cannot be read (${code})`, hint: undefined };
  if (code !== 'ENOENT') return refusal;
  const near = likeliest(basename(path), namesIn(dirname(path)));
  return near === undefined ? refusal : { ...refusal, hint: `did you mean ${printable(near)}?` };
}

/** `ENOENT` and the like. */
export function codeOf(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) throw error;
  return code;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // It only was for the hint.
  }
}
