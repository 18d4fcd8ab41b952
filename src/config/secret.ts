/**
 * Secrets are not in the configuration but in files of their own: a whole path, or the name of a credential that systemd
 * hands over (`LoadCredential=`), which lies in $CREDENTIALS_DIRECTORY. They are read when they are used.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
import { text } from './values.ts';

/** A whole path, or the name of a credential. */
export type SecretPlace = string;

/** Tokens and passwords are lines; what is longer is another file by mistake. */
const SECRET_MAX = 4_096;
const CREDENTIAL = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

export const secretPlace = v.pipe(
  text,
  v.check(
    (place) => place.startsWith('/') || CREDENTIAL.test(place),
    ({ input }) => `must be a whole path that begins with "/", or the name of a credential (got "${input}")`,
  ),
);

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the file is. @throws ProblemError (78) for a credential where systemd handed none over. */
function pathOf(place: SecretPlace, { CREDENTIALS_DIRECTORY: folder }: Environment): string {
  if (place.startsWith('/')) return place;
  if (folder) return join(folder, place);
  const hint = 'add LoadCredential= to the unit, or write the whole path of a file';
  throw new ProblemError(EXIT.badConfig, { what: `there is no credential "${place}" outside systemd`, hint });
}

/**
 * The secret, without the newline at its end.
 * @throws ProblemError: 66 missing, 77 not permitted, 78 not a line of text. It holds nothing of the file's content.
 */
export function readSecret(place: SecretPlace, environment: Environment): string {
  const path = pathOf(place, environment);
  const bytes = beginningOf(path);
  const secret = bytes.toString('utf8').replace(/\r?\n$/, '');
  if (bytes.length > SECRET_MAX || secret === '' || /[\u0000-\u001f\u007f]/.test(secret)) {
    const what = `is not a secret: one line of at most ${SECRET_MAX} bytes is`;
    throw new ProblemError(EXIT.badConfig, { where: path, what });
  }
  return secret;
}

function beginningOf(path: string): Buffer {
  try {
    // A pipe in its place must not hold us up.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(SECRET_MAX + 1);
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT')
      throw new ProblemError(EXIT.noInput, { where: path, what: 'there is no such file' }, { cause });
    const status = code === 'EACCES' || code === 'EPERM' ? EXIT.notPermitted : EXIT.badConfig;
    throw new ProblemError(status, { where: path, what: `the secret cannot be read (${String(code)})` }, { cause });
  }
}

/** That others than its owner and group may read it. What cannot be looked at is told when it is used. */
export function secretWarnings(places: readonly SecretPlace[], environment: Environment): readonly Problem[] {
  return places.flatMap((place) => {
    try {
      const path = pathOf(place, environment);
      const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        if ((fstatSync(file).mode & 0o007) === 0) return [];
        return [{ where: path, what: 'everybody on this machine may use this secret', hint: `chmod 640 ${path}` }];
      } finally {
        closeSync(file);
      }
    } catch {
      return []; // Whoever needs it says so, and better.
    }
  });
}
