/**
 * Events of the folders that logs are in. Folders, not files: a watch of a file is deaf after its rotation. Events only
 * make things quick; whatever they miss is found by looking once a second.
 */
import { type FSWatcher, type Stats, statSync, watch } from 'node:fs';
import { errorCode, type Problem } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { identityOf } from './open.ts';

/** Logs are in a few dozen folders. The kernel allows a user several thousand at least, which others need as well. */
const MAX_FOLDERS = 1_000;

/** `renamed`: a name came or went; else the file of that name was written to. An undefined name may be any. */
export type FolderEvent = (folder: string, name: string | undefined, renamed: boolean) => void;

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

export class FolderWatches {
  readonly #onEvent: FolderEvent;
  readonly #watchFolder: typeof watch;
  readonly #watched = new Map<string, Watched>();
  readonly #problems = new Map<string, Problem>();

  constructor(onEvent: FolderEvent, watchFolder: typeof watch = watch) {
    this.#onEvent = onEvent;
    this.#watchFolder = watchFolder;
  }

  /** Watches these folders and no others. One that was replaced since is watched anew, one that failed is tried again. */
  set(folders: ReadonlySet<string>): void {
    for (const folder of [...this.#watched.keys()]) if (!folders.has(folder)) this.#drop(folder);
    this.#problems.clear();
    for (const folder of folders) {
      const identity = identityOfFolder(folder);
      if (this.#watched.get(folder)?.identity === identity) continue;
      this.#drop(folder);
      if (identity !== undefined) this.#add(folder, identity);
    }
  }

  /** Why no events come from a folder; undefined when they do, or when it is not there. */
  problemOf(folder: string): Problem | undefined {
    return this.#problems.get(folder);
  }

  close(): void {
    for (const folder of [...this.#watched.keys()]) this.#drop(folder);
  }

  #add(folder: string, identity: string): void {
    if (this.#watched.size >= MAX_FOLDERS) {
      this.#fail(folder, `more than ${MAX_FOLDERS} folders are watched already`, undefined);
      return;
    }
    try {
      const watcher = this.#watchFolder(folder, { persistent: false }, (event, name) => {
        this.#onEvent(folder, name ?? undefined, event === 'rename');
      });
      watcher.on('error', () => this.#drop(folder));
      this.#watched.set(folder, { watcher, identity });
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOSPC') {
        this.#fail(folder, 'the limit of file watches is reached', 'raise it: sysctl fs.inotify.max_user_watches');
      } else if (code === 'EMFILE') {
        this.#fail(
          folder,
          'the limit of watching programs is reached',
          'raise it: sysctl fs.inotify.max_user_instances',
        );
      } else if (code !== 'ENOENT' && code !== 'ENOTDIR') {
        this.#fail(folder, `it cannot be watched (${code ?? String(error)})`, undefined);
      }
    }
  }

  #fail(folder: string, why: string, hint: string | undefined): void {
    const what = `${why}: new lines are noticed once a second only`;
    const where = printable(folder);
    this.#problems.set(folder, hint === undefined ? { where, what } : { where, what, hint });
  }

  #drop(folder: string): void {
    const watched = this.#watched.get(folder);
    this.#watched.delete(folder);
    watched?.watcher.close();
  }
}

/** The inode alone is not enough: a folder that is made anew often gets the old one's. */
function identityOfFolder(folder: string): string | undefined {
  let stats: Stats | undefined;
  try {
    stats = statSync(folder, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
  return stats?.isDirectory() ? `${identityOf(stats)}:${stats.birthtimeMs}` : undefined;
}
