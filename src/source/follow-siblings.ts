/** The files that belong to one log: the one that is written to and its rotated parts, oldest first. Opens none. */
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { identityOf } from './open.ts';
import { type Named, oldestFirst, rotationOf } from './rotation.ts';

export interface Sibling extends Named {
  readonly path: string;
  /** Device and inode: what an open file is compared with. */
  readonly identity: string;
  readonly size: number;
}

/**
 * How often a list is made until two are the same. A rotation is a row of renames, of which a list that is made meanwhile
 * may show a file twice or not at all; each takes microseconds, and one look later the list is made anew anyway.
 */
const MAX_TURNS = 10;

/**
 * The parts of the log `name`, oldest first, with what `current` leads to as the last one. Where it is a symbolic link,
 * the parts beside its target belong to it as well. Folders and files that cannot be looked at are left out.
 */
export function siblingsOf(name: string, current: string): readonly Sibling[] {
  let siblings = listOf(name, current);
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const again = listOf(name, current);
    if (isSame(siblings, again)) break;
    siblings = again;
  }
  return siblings;
}

function isSame(a: readonly Sibling[], b: readonly Sibling[]): boolean {
  return (
    a.length === b.length && a.every(({ path, identity }, i) => path === b[i]?.path && identity === b[i]?.identity)
  );
}

function listOf(name: string, current: string): readonly Sibling[] {
  const byIdentity = new Map<string, Sibling>();
  for (const place of placesOf(name, current)) {
    for (const path of partsBeside(place)) {
      const sibling = siblingAt(path);
      if (!sibling) continue;
      // A link and its target are one file; it goes by the name that was asked for.
      if (path === current || !byIdentity.has(sibling.identity)) byIdentity.set(sibling.identity, sibling);
    }
  }
  const all = oldestFirst(withoutHalfPacked([...byIdentity.values()]));
  return [...all.filter(({ path }) => path !== current), ...all.filter(({ path }) => path === current)];
}

/** The path of the file that is written to, in the same folder. */
function placesOf(name: string, current: string): ReadonlySet<string> {
  const places = new Set([name]);
  try {
    const real = realpathSync(current);
    const folder = realpathSync(dirname(current));
    if (real !== join(folder, basename(current))) places.add(real);
  } catch {
    // It is not there at the moment.
  }
  return places;
}

function partsBeside(place: string): readonly string[] {
  const { base } = rotationOf(basename(place));
  const folder = dirname(place);
  try {
    const names = readdirSync(folder).filter((entry) => rotationOf(entry).base === base);
    return names.map((entry) => (place.includes('/') ? `${folder === '/' ? '' : folder}/${entry}` : entry));
  } catch {
    return []; // Whoever opens the log itself says what is wrong with the folder.
  }
}

function siblingAt(path: string): Sibling | undefined {
  const stats = statsAt(path);
  if (!stats?.isFile()) return undefined;
  const name = basename(path);
  return {
    path,
    name,
    identity: identityOf(stats),
    size: stats.size,
    modified: stats.mtimeMs,
    rotation: rotationOf(name),
  };
}

function statsAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** While gzip is at work there are two files; the plain one is whole. */
function withoutHalfPacked(siblings: readonly Sibling[]): readonly Sibling[] {
  const paths = new Set(siblings.map(({ path }) => path));
  return siblings.filter(({ path }) => !path.endsWith('.gz') || !paths.has(path.slice(0, -3)));
}
