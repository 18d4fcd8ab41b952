/**
 * Which contents were read before, and how far: in earlier runs, and by parts of this run that are closed by now. A file
 * is known again by how it begins; its name and its inode are given to other files.
 */
import { basename } from 'node:path';
import { seriesOf } from './copies.ts';
import type { Place } from './follow-part.ts';
import { KnownPositions, type SourcePosition } from './position.ts';
import { rotationOf } from './rotation.ts';

/** Parts of this run that are closed: a file that comes back within so many rotations is known. At most 300 KB. */
const MAX_RECENT = 64;

/** What is remembered of a part. */
export interface Rememberable {
  readonly head: Buffer;
  readonly place: Place;
}

interface Recent {
  readonly log: LogName;
  readonly head: Buffer;
  readonly place: Place;
}

/** Which log a file is a part of. */
export interface LogName {
  readonly host: string;
  readonly name: string;
}

export class PartMemory {
  readonly #stored: KnownPositions;
  /** The logs that stored positions are of, with and without their folders. */
  readonly #names: ReadonlySet<string>;
  readonly #isFollowed: (log: LogName) => boolean;
  /** The latest last. */
  #recent: Recent[] = [];

  /** `isFollowed`: whether there is a log of that name, so that what is known of it is not another's. */
  constructor(stored: readonly SourcePosition[], isFollowed: (log: LogName) => boolean) {
    this.#stored = new KnownPositions(stored);
    this.#names = new Set(stored.flatMap(({ host, path }) => [keyOf(host, path), logKeyOf(host, seriesOf(path))]));
    this.#isFollowed = isFollowed;
  }

  remember(log: LogName, { head, place }: Rememberable): void {
    const others = this.#recent.filter((recent) => recent.place.key !== place.key);
    this.#recent = [...others, { log, head, place }].slice(-MAX_RECENT);
  }

  /** Where the content that begins so is to be gone on with; undefined when it was never read. */
  find(log: LogName, path: string, head: Buffer): Place | undefined {
    const recent = this.#recent.findLast((one) => isSame(one.log, log) && beginsLike(head, one.head));
    if (recent) return recent.place;
    const resumed = this.#storedOf(log, path, head);
    return resumed && { key: {}, position: resumed.position, resumed, file: undefined };
  }

  /** A content of this run that is so far the same: the file is a copy from before it had as long a head. */
  findShort(log: LogName, head: Buffer): Place | undefined {
    return this.#recent.findLast((one) => isSame(one.log, log) && beginsLike(one.head, head))?.place;
  }

  /** Two logs may hold the same lines, as mail.log and mail.info do: what is stored of one is not the other's. */
  #storedOf(log: LogName, path: string, head: Buffer): SourcePosition | undefined {
    const found = this.#stored.find(log.host, path, head);
    if (!found || found.path === path) return found;
    const ours = this.#stored.find(log.host, log.name, head);
    if (ours?.path === log.name) return ours;
    const name = seriesOf(found.path);
    return name !== log.name && this.#isFollowed({ host: log.host, name }) ? undefined : found;
  }

  /** Whether anything of this log was read before. */
  knows(log: LogName): boolean {
    return this.#names.has(logKeyOf(log.host, log.name)) || this.#recent.some((one) => isSame(one.log, log));
  }

  /** Whether there may be something of it: the folder may have been moved since. */
  mayKnow(log: LogName): boolean {
    return this.knows(log) || this.#names.has(keyOf(log.host, log.name));
  }
}

function logKeyOf(host: string, name: string): string {
  return `log ${name}\n${host}`;
}

/** Whether the content begins with what is known. */
export function beginsLike(head: Buffer, known: Buffer): boolean {
  return known.length > 0 && head.length >= known.length && head.subarray(0, known.length).equals(known);
}

function isSame(a: LogName, b: LogName): boolean {
  return a.name === b.name && a.host === b.host;
}

function keyOf(host: string, path: string): string {
  return `base ${rotationOf(basename(path)).base}\n${host}`;
}
