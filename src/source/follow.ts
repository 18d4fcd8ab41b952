/**
 * Follows files: whatever is named, as soon as it is there, through rotation, truncation and return. Folders are watched
 * so that a line is read within a millisecond; looking once a second finds what no event told of.
 */
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Problem } from '../base/problem.ts';
import { type Findings, findWanted } from './follow-find.ts';
import { FollowedLog, type LogSurroundings } from './follow-log.ts';
import { PartMemory } from './follow-memory.ts';
import { ReadingRoom } from './follow-part.ts';
import { FolderWatches } from './follow-watch.ts';
import type { LiveLog, LiveOptions, LiveSource, LogState, Piece } from './live.ts';
import { rotationOf } from './rotation.ts';
import type { SourceRequest } from './source.ts';

/** Each log costs a descriptor, 5 KB and two calls a second; a host of a thousand web sites has as many logs. */
const MAX_LOGS = 2_000;
/** Renames closer together are looked at once: a mail spool among the logs must not keep us busy. */
const LOOK_GAP = 50;

/** Follows the files; those that are there are known, and where to go on in them, when it returns. */
export async function openFiles(requests: readonly SourceRequest[], options: LiveOptions): Promise<LiveSource> {
  const source = new FollowedFiles(requests, options);
  source.look();
  await source.ready();
  return source;
}

class FollowedFiles implements LiveSource {
  readonly #requests: readonly SourceRequest[];
  readonly #onWake: () => void;
  readonly #around: LogSurroundings;
  readonly #watches: FolderWatches;
  /** By host and name. */
  readonly #logs = new Map<string, FollowedLog>();
  readonly #placeholders = new Map<string, Placeholder>();
  #wanted: Findings['wanted'] = new Map();
  #list: readonly LiveLog[] = [];
  /** Names of the files that are followed, without what a rotation adds. */
  #bases: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(requests: readonly SourceRequest[], { clock, positions, onWake }: LiveOptions) {
    this.#requests = requests;
    this.#onWake = onWake;
    this.#watches = new FolderWatches((_, name, renamed) => this.#hear(name, renamed));
    this.#around = {
      clock,
      room: new ReadingRoom(),
      memory: new PartMemory(positions, ({ host, name }) => this.#wanted.has(JSON.stringify([host, name]))),
      onWake,
      ownerOf: (identity, than) => this.#ownerOf(identity, than),
      watchProblem: (path) => this.#watches.problemOf(dirname(path)),
    };
  }

  logs(): readonly LiveLog[] {
    return this.#list;
  }

  look(): void {
    if (this.#isClosed) return;
    const findings = findWanted(this.#requests);
    this.#wanted = findings.wanted;
    // First the watches: what comes between the two is then seen by one of them.
    this.#watch(findings);
    for (const [key, { host, name, current }] of findings.wanted) {
      let log = this.#logs.get(key);
      if (!log && this.#logs.size < MAX_LOGS) {
        log = new FollowedLog(host, name, current, this.#around);
        this.#logs.set(key, log);
      }
      log?.look(current);
    }
    for (const [key, log] of this.#logs) {
      const wanted = findings.wanted.get(key);
      if (!wanted) log.look(log.path);
      if (!wanted && log.isGone) this.#logs.delete(key);
    }
    this.#hold(findings);
    this.#list = [...this.#logs.values(), ...this.#placeholders.values()];
  }

  async ready(): Promise<void> {
    for (const log of this.#logs.values()) await log.ready;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watches.close();
    for (const log of this.#logs.values()) await log.close();
  }

  #hear(name: string | undefined, renamed: boolean): void {
    if (this.#isClosed) return;
    if (renamed || name === undefined) this.#lookSoon();
    else if (this.#bases.has(rotationOf(name).base)) this.#onWake();
  }

  #lookSoon(): void {
    if (this.#timer) return;
    this.look();
    this.#onWake();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isClosed) return;
      this.look();
      this.#onWake();
    }, LOOK_GAP);
    this.#timer.unref();
  }

  #ownerOf(identity: string, than: FollowedLog): string | undefined {
    for (const log of this.#logs.values()) {
      if (log !== than && log.host === than.host && log.follows(identity)) return log.name;
    }
    return undefined;
  }

  #watch({ wanted, folders }: Findings): void {
    const all = new Set(folders);
    const bases = new Set<string>();
    for (const { current } of wanted.values()) {
      for (const path of [current, targetOf(current)]) {
        if (path === undefined) continue;
        all.add(dirname(path));
        bases.add(rotationOf(basename(path)).base);
      }
    }
    this.#bases = bases;
    this.#watches.set(all);
  }

  /** What was named and is not there is shown, too, and so is what is too much. */
  #hold({ vacant, wanted }: Findings): void {
    for (const key of this.#placeholders.keys()) if (!vacant.has(key)) this.#placeholders.delete(key);
    for (const [key, { host, path, problem }] of vacant) {
      const placeholder = this.#placeholders.get(key) ?? new Placeholder(host, path);
      placeholder.problem = problem;
      this.#placeholders.set(key, placeholder);
    }
    const left = [...wanted.keys()].filter((key) => !this.#logs.has(key)).length;
    const first = this.#requests[0];
    if (left === 0 || !first) return;
    const placeholder = new Placeholder(first.host, `${left} more logs`);
    const what = `more than ${MAX_LOGS} logs: ${left} of them are not followed`;
    placeholder.problem = { what, hint: 'name those that matter' };
    this.#placeholders.set('', placeholder);
  }
}

/** Stands for a folder or a glob in which there is no log yet. */
class Placeholder implements LiveLog {
  readonly host: string;
  readonly name: string;
  problem: Problem | undefined;

  constructor(host: string, name: string) {
    this.host = host;
    this.name = name;
  }

  read(): Piece | undefined {
    return undefined;
  }

  state(): LogState {
    const { host, name, problem } = this;
    const problems = problem ? [problem] : [];
    return { host, name, state: problem ? 'unreadable' : 'waiting', bytes: 0, last: 0, behind: 0, problems };
  }
}

/** What a symbolic link leads to. */
function targetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}
