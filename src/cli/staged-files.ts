/**
 * Files that a person names for output: all of them whole, or none. What others have put in their place is not followed,
 * and what is no regular file (a device, a pipe) is written to and stays what it is.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, ProblemError } from '../base/problem.ts';
import { writeFailureOf } from './write-failure.ts';

export type Pieces = Iterable<string | Uint8Array>;

/** What is written tells of a host's users and of whom nobody bans: that is for its owner and group. */
const FILE_MODE = 0o640;
const OTHERS_WRITE = 0o002;

interface Place {
  /** Behind symbolic links. */
  readonly path: string;
  /** What is there now. */
  readonly before: Stats | undefined;
}

interface Step {
  readonly path: string;
  readonly run: () => void;
}

/** New files that wait beside their places until all are whole. */
export class StagedFiles {
  /** A folder of ours in each folder that files go into: nobody else can plant anything there. */
  readonly #folders = new Map<string, string>();
  readonly #steps: Step[] = [];

  /** @throws ProblemError when it cannot be written */
  add(path: string, pieces: Pieces): void {
    try {
      expectFolders(path);
      mkdirSync(dirname(path), { recursive: true });
      const place = placeOf(path);
      if (place.before?.isFile() === false) {
        this.#steps.push({ path, run: () => writeStraight(place.path, pieces) });
        return;
      }
      const staged = join(this.#folderIn(dirname(place.path)), String(this.#steps.length));
      writeNew(staged, pieces, place.before);
      this.#steps.push({ path, run: () => renameSync(staged, place.path) });
    } catch (error) {
      throw problemOf(path, error, '; nothing was written');
    }
  }

  /** Puts all in their places. @throws ProblemError that tells how many are there, when one cannot be */
  commit(): void {
    for (const [done, { path, run }] of this.#steps.entries()) {
      try {
        run();
      } catch (error) {
        throw problemOf(path, error, done === 0 ? '' : `; ${done} of ${this.#steps.length} files were written`);
      }
    }
  }

  /** Removes what is left over. It never throws: it must not hide why. */
  close(): void {
    for (const folder of this.#folders.values()) {
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {}
    }
  }

  #folderIn(parent: string): string {
    const known = this.#folders.get(parent);
    if (known !== undefined) return known;
    const made = mkdtempSync(join(parent, '.rapsheet-'));
    this.#folders.set(parent, made);
    return made;
  }
}

/** One file, whole or not at all. @throws ProblemError when it cannot be written */
export function replaceFile(path: string, pieces: Pieces): void {
  const staged = new StagedFiles();
  try {
    staged.add(path, pieces);
    staged.commit();
  } finally {
    staged.close();
  }
}

function problemOf(path: string, error: unknown, more: string): ProblemError {
  if (error instanceof ProblemError) return error;
  const { status, what } = writeFailureOf(error);
  return new ProblemError(status, { where: path, what: `${what}${more}` }, { cause: error });
}

/** @throws ProblemError (64) when something on the way is a file */
function expectFolders(path: string): void {
  const file = fileAbove(path);
  if (file === undefined) return;
  throw new ProblemError(EXIT.usage, { where: path, what: `${file} is a file, not a folder` });
}

function fileAbove(path: string): string | undefined {
  const folder = dirname(path);
  try {
    return statSync(folder).isDirectory() ? undefined : folder;
  } catch {
    return folder === path ? undefined : fileAbove(folder);
  }
}

function placeOf(path: string): Place {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined && !path.endsWith('/')) return { path, before: undefined };
  if (there !== undefined) expectNotPlanted(path, there);
  const before = there?.isSymbolicLink() ? statSync(path) : there;
  if (before === undefined || before.isDirectory()) {
    throw new ProblemError(EXIT.usage, { where: path, what: 'is a folder', hint: 'name a file in it' });
  }
  // A pipe behind /dev/fd has no path of its own.
  return { path: there?.isSymbolicLink() && before.isFile() ? realpathSync(path) : path, before };
}

/** Where all may write, a link or a pipe of another user leads wherever that user likes. */
function expectNotPlanted(path: string, there: Stats): void {
  const folder = statSync(dirname(path));
  if ((folder.mode & OTHERS_WRITE) === 0 || there.uid === process.geteuid?.() || there.uid === folder.uid) return;
  throw new ProblemError(EXIT.notPermitted, {
    where: path,
    what: 'is another user’s, in a folder where all may write',
    hint: 'remove it, or name another file',
  });
}

/** Owner and mode stay as they were: who could read it before still can. */
function writeNew(path: string, pieces: Pieces, before: Stats | undefined): void {
  const file = openSync(path, 'wx', FILE_MODE);
  try {
    for (const piece of pieces) writeWhole(file, piece);
    if (before !== undefined) {
      if (process.geteuid?.() === 0) fchownSync(file, before.uid, before.gid);
      fchmodSync(file, before.mode & 0o777);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeStraight(path: string, pieces: Pieces): void {
  const file = openSync(path, constants.O_WRONLY);
  try {
    for (const piece of pieces) writeWhole(file, piece);
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, piece: string | Uint8Array): void {
  const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
