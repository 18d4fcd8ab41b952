/**
 * Small files that root writes and reads back: never through a link that somebody planted, never more than was agreed,
 * and whole or not at all.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, errorCode, ProblemError } from '../base/problem.ts';

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

export interface SmallFile {
  readonly text: string;
  readonly stats: Stats;
}

/** The text of a file of at most `most` bytes; undefined when there is none. @throws ProblemError for anything else. */
export function readSmall(path: string, most: number): SmallFile | undefined {
  try {
    // A pipe in its place must not hold us up.
    const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw new ProblemError(EXIT.badData, { where: path, what: 'is not a file' });
      const bytes = Buffer.alloc(most + 1);
      const length = readSync(file, bytes, 0, bytes.length, 0);
      if (length > most) throw new ProblemError(EXIT.badData, { where: path, what: `is longer than ${most} bytes` });
      return { text: bytes.toString('utf8', 0, length), stats };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileProblem(path, error);
  }
}

/** Puts a new text in place of a file, at once. Its owner and mode stay; a new one belongs to who owns the folder. */
export function replaceSmall(path: string, text: string, mode: number): void {
  const fresh = `${path}.${process.pid}.new`;
  try {
    const before = lstatSync(path, { throwIfNoEntry: false });
    if (before && !before.isFile()) throw new ProblemError(EXIT.badData, { where: path, what: 'is not a file' });
    const file = openSync(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeSync(file, text);
      bequeath(file, before ?? statSync(dirname(path)));
      fchmodSync(file, before ? before.mode & 0o777 : mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') removeSmall(fresh);
    throw fileProblem(path, error);
  }
}

/** Gives a file that root made to whom it will be read by. Anybody else keeps what is theirs. */
export function bequeath(file: number, heir: { readonly uid: number; readonly gid: number }): void {
  if (process.getuid?.() === 0) fchownSync(file, heir.uid, heir.gid);
}

/** Removes a file; whether there was one. */
export function removeSmall(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw fileProblem(path, error);
  }
}

/** What the file system said, as a person would. */
export function fileProblem(path: string, error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  const message = error instanceof Error ? error.message : String(error);
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ProblemError(EXIT.notPermitted, { where: path, what: 'permission denied', hint: 'run as root' });
    case 'ELOOP':
      return new ProblemError(EXIT.badData, { where: path, what: 'is a symbolic link, which is not followed' });
    case 'ENOENT':
    case 'ENOTDIR':
      return new ProblemError(EXIT.noInput, { where: path, what: 'there is no such folder', hint: 'make it first' });
    case 'ENOSPC':
    case 'EDQUOT':
      return new ProblemError(EXIT.unavailable, { where: path, what: 'the disk is full' });
    default:
      return new ProblemError(EXIT.unavailable, { where: path, what: message }, { cause: error });
  }
}
