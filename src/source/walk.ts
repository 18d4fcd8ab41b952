/** Finds the files below a directory, and those that a glob names. Reads folders, opens no file. */
import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { alternativesOf, isGlob, matchesName } from './glob.ts';
import { identityOf } from './open.ts';
import { refusalOf } from './refusal.ts';

/** Deeper than /var/log/HOST/YEAR/MONTH/DAY/SERVICE; whatever is deeper was not meant. */
const MAX_DEPTH = 8;
/** Each file costs an open and an object; a folder with more is a mail spool or a cache, and not what was meant. */
const MAX_FILES = 100_000;

export interface Passed {
  readonly path: string;
  readonly reason: string;
  readonly hint: string | undefined;
}

/** What was found, files in the order of their names, folder after folder. */
export class Walk {
  readonly files = new Set<string>();
  readonly passed: Passed[] = [];
  /** Folders that were read already, by identity: symbolic links may form a circle. */
  readonly #seen = new Map<string, string>();

  /** All files below the directory. Throws the errors of the file system for the directory itself only. */
  directory(path: string): void {
    this.#read(path, readdirSync(path, { withFileTypes: true }), 0);
  }

  /** All files that match the pattern, and all files below the directories that do. */
  glob(pattern: string): void {
    for (const alternative of alternativesOf(pattern)) {
      const absolute = alternative.startsWith('/');
      const segments = alternative.split('/').filter((segment) => segment !== '');
      this.#match(absolute ? '/' : '', segments, 0);
    }
  }

  #read(path: string, entries: Dirent[], depth: number): void {
    const identity = identityOf(statSync(path));
    const seen = this.#seen.get(identity);
    if (seen !== undefined) {
      if (seen !== path) this.#pass(path, `the same folder as ${printable(seen)}`);
      return;
    }
    this.#seen.set(identity, path);
    for (const entry of inOrder(entries)) {
      const child = join(path, entry.name);
      if (entry.name.startsWith('.')) this.#pass(child, 'hidden');
      else if (entry.isFile()) this.#add(child);
      else this.#visit(child, depth);
    }
  }

  /** A file, a folder, a link, or something else. */
  #visit(path: string, depth: number): void {
    const stats = this.#attempt(path, () => statSync(path));
    if (stats?.isFile()) this.#add(path);
    else if (stats?.isDirectory()) this.#descend(path, depth + 1);
    else if (stats) this.#pass(path, 'neither a file nor a directory');
  }

  #descend(path: string, depth: number): void {
    if (depth > MAX_DEPTH) {
      this.#pass(path, `more than ${MAX_DEPTH} folders deep`);
      return;
    }
    const entries = this.#attempt(path, () => readdirSync(path, { withFileTypes: true }));
    if (entries) this.#read(path, entries, depth);
  }

  #match(path: string, segments: readonly string[], depth: number): void {
    const [segment, ...rest] = segments;
    if (segment === undefined) this.#visit(path, 0);
    else if (segment === '**') this.#matchBelow(path, segments, depth);
    else if (isGlob(segment)) this.#matchNames(path, segments, depth);
    else if (rest.length > 0 ? this.#isFolder(join(path, segment)) : this.#stats(join(path, segment))) {
      this.#match(join(path, segment), rest, depth);
    }
  }

  #matchBelow(path: string, segments: readonly string[], depth: number): void {
    const rest = segments.slice(1);
    // `logs/**` alone means all that is below, which a folder always does.
    this.#match(rest.length === 0 ? path || '.' : path, rest, depth);
    if (rest.length === 0 || depth >= MAX_DEPTH) return;
    // Not through symbolic links: they may lead back up.
    const folders = this.#entries(path).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    for (const { name } of folders) this.#match(join(path, name), segments, depth + 1);
  }

  #matchNames(path: string, segments: readonly string[], depth: number): void {
    const [pattern = '', ...rest] = segments;
    for (const { name } of this.#entries(path)) {
      const child = join(path, name);
      if (matchesName(pattern, name) && (rest.length === 0 || this.#isFolder(child))) this.#match(child, rest, depth);
    }
  }

  #entries(path: string): readonly Dirent[] {
    return inOrder(this.#attempt(path, () => readdirSync(path || '.', { withFileTypes: true })) ?? []);
  }

  #isFolder(path: string): boolean {
    return this.#stats(path)?.isDirectory() ?? false;
  }

  #stats(path: string): Stats | undefined {
    return this.#attempt(path, () => statSync(path, { throwIfNoEntry: false }));
  }

  #add(path: string): void {
    if (this.files.size >= MAX_FILES) {
      const what = `more than ${MAX_FILES} files`;
      throw new ProblemError(EXIT.badData, { where: printable(path), what, hint: 'name the folder of the logs' });
    }
    this.files.add(path);
  }

  #pass(path: string, reason: string): void {
    this.passed.push({ path, reason, hint: undefined });
  }

  #attempt<T>(path: string, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      const { what, hint } = refusalOf(error, path);
      this.passed.push({ path, reason: what, hint });
      return undefined;
    }
  }
}

/** By name, symbolic links last, so that a file goes by its own name where it has several. */
function inOrder(entries: readonly Dirent[]): readonly Dirent[] {
  const rank = (entry: Dirent): number => Number(entry.isSymbolicLink());
  return [...entries].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}
