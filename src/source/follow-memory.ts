/**
 * Which contents were read before, and how far: in earlier runs, and by parts of this run that are closed by now. A file
 * is known again by how it begins; its name and its inode are given to other files.
 */
import { basename } from 'node:path';
import type { Place } from './follow-part.ts';
import { KnownPositions, type SourcePosition } from './position.ts';
import { rotationOf } from './rotation.ts';

/** Parts of this run that are closed: a file that comes back within so many rotations is known. At most 300 KB. */
const MAX_RECENT = 64;

/** What is remembered of a part. */
export interface Rememberable {
  readonly host: string;
  readonly path: string;
  readonly head: Buffer;
  readonly place: Place;
}

type Recent = Pick<Rememberable, 'host' | 'head' | 'place'>;

export class PartMemory {
  readonly #stored: KnownPositions;
  /** The logs that stored positions are of. */
  readonly #names: Set<string>;
  /** The latest last. */
  #recent: Recent[] = [];

  constructor(stored: readonly SourcePosition[]) {
    this.#stored = new KnownPositions(stored);
    this.#names = new Set(stored.map(({ host, path }) => keyOf(host, path)));
  }

  remember({ host, path, head, place }: Rememberable): void {
    const others = this.#recent.filter((recent) => recent.place.key !== place.key);
    this.#recent = [...others, { host, head, place }].slice(-MAX_RECENT);
    this.#names.add(keyOf(host, path));
  }

  /** Where the content that begins so is to be gone on with; undefined when it was never read. */
  find(host: string, path: string, head: Buffer): Place | undefined {
    const recent = this.#recent.findLast((one) => one.host === host && beginsLike(head, one.head));
    if (recent) return recent.place;
    const resumed = this.#stored.find(host, path, head);
    return resumed && { key: {}, position: resumed.position, resumed, file: undefined };
  }

  /** A content of this run that is so far the same: the file is a copy from before it had as long a head. */
  findShort(host: string, head: Buffer): Place | undefined {
    return this.#recent.findLast((one) => one.host === host && beginsLike(one.head, head))?.place;
  }

  /** Whether anything of a log of this name was read before, whatever folder it was in. */
  knows(host: string, path: string): boolean {
    return this.#names.has(keyOf(host, path));
  }
}

/** Whether the content begins with what is known. */
export function beginsLike(head: Buffer, known: Buffer): boolean {
  return known.length > 0 && head.length >= known.length && head.subarray(0, known.length).equals(known);
}

function keyOf(host: string, path: string): string {
  return `${rotationOf(basename(path)).base}\n${host}`;
}
