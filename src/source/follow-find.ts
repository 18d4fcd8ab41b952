/** Which logs there are in what was named: file by file, below folders, by globs. Opens none; done once a second. */
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Problem, ProblemError } from '../base/problem.ts';
import { seriesOf } from './copies.ts';
import { fileProblem } from './follow-part.ts';
import { isGlob } from './glob.ts';
import { notALogByName } from './head.ts';
import { oldestFirst, rotationOf } from './rotation.ts';
import type { SourceRequest } from './source.ts';
import { Walk } from './walk.ts';

/** A log, and the file of it that is written to. */
export interface Wanted {
  readonly host: string;
  readonly name: string;
  readonly current: string;
  /** Named itself, not merely found: it is waited for. */
  readonly isNamed: boolean;
}

/** A folder or a glob in which there is no log at the moment. */
export interface Vacancy {
  readonly host: string;
  readonly path: string;
  readonly problem: Problem | undefined;
}

export interface Findings {
  /** By host and name. */
  readonly wanted: ReadonlyMap<string, Wanted>;
  /** By host and path. */
  readonly vacant: ReadonlyMap<string, Vacancy>;
  /** Where new logs may turn up. */
  readonly folders: ReadonlySet<string>;
}

interface Group {
  readonly host: string;
  readonly name: string;
  readonly paths: Set<string>;
  named: string | undefined;
}

export function findWanted(requests: readonly SourceRequest[]): Findings {
  const search = new LiveSearch();
  for (const { host, paths } of requests) for (const path of paths) search.path(host, path);
  return search.findings();
}

class LiveSearch {
  readonly #groups = new Map<string, Group>();
  readonly #vacant = new Map<string, Vacancy>();
  readonly #folders = new Set<string>();

  path(host: string, path: string): void {
    const kind = kindOf(path);
    if (kind === 'file') {
      const group = this.#group(host, path);
      group.paths.add(path);
      group.named = path;
      return;
    }
    const walk = new Walk();
    let problem: Problem | undefined;
    try {
      if (kind === 'folder') walk.directory(path);
      else walk.glob(path);
    } catch (error) {
      problem = fileProblem(error, path);
      if (error instanceof ProblemError) walk.files.clear();
    }
    this.#folders.add(kind === 'folder' ? path : fixedFolderOf(path));
    const files = [...walk.files].filter((file) => !notALogByName(basename(file)));
    for (const file of files) {
      this.#group(host, file).paths.add(file);
      this.#folders.add(dirname(file));
    }
    if (files.length === 0) this.#vacant.set(keyOf(host, path), { host, path, problem });
  }

  findings(): Findings {
    const wanted = new Map<string, Wanted>();
    for (const [key, { host, name, paths, named }] of this.#groups) {
      wanted.set(key, { host, name, current: currentOf(name, paths, named), isNamed: named !== undefined });
    }
    return { wanted, vacant: this.#vacant, folders: this.#folders };
  }

  #group(host: string, path: string): Group {
    const name = seriesOf(path);
    const key = keyOf(host, name);
    const group = this.#groups.get(key) ?? { host, name, paths: new Set<string>(), named: undefined };
    this.#groups.set(key, group);
    return group;
  }
}

function kindOf(path: string): 'file' | 'folder' | 'glob' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return isGlob(path) ? 'glob' : 'file';
  }
}

/** Some daemons never rename a log and write to a new dated file instead: the newest is the one that is written to. */
function currentOf(name: string, paths: ReadonlySet<string>, named: string | undefined): string {
  if (paths.has(name)) return name;
  const parts = [...paths].map((path) => {
    return { path, name: basename(path), modified: 0, rotation: rotationOf(basename(path)) };
  });
  const dated = parts.filter(({ path, rotation }) => rotation.by === 'date' && !/\.(?:gz|z|Z)$/.test(path));
  return oldestFirst(dated).at(-1)?.path ?? named ?? name;
}

function fixedFolderOf(glob: string): string {
  const fixed = glob.slice(0, glob.search(/[*?[{]/));
  return dirname(`${fixed}x`);
}

function keyOf(host: string, path: string): string {
  return JSON.stringify([host, path]);
}
