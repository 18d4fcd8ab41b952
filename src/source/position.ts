/**
 * Where a log was left, and how it is found again after it was renamed, compressed or copied: by the hash of how it begins.
 * Names and inode numbers are not its identity; both are given to another log by the next rotation.
 */
import { createHash } from 'node:crypto';

/** How much of a log's beginning identifies it: some 40 lines, and a single read. */
export const HEAD_BYTES = 4096;

/** What is kept of a log between two runs. A new one replaces the one that it was `resumed` from. */
export interface SourcePosition {
  readonly host: string;
  /** Where the log was when it was last read. */
  readonly path: string;
  /** How many of the log's first bytes were hashed, at most 4096: fewer when it was shorter. */
  readonly headLength: number;
  /** SHA-256 of them (uncompressed), in hex. */
  readonly headHash: string;
  /** The offset (uncompressed) of the first byte that was not read yet. */
  readonly position: number;
}

export function hashOf(head: Buffer): string {
  return createHash('sha256').update(head).digest('hex');
}

/** The positions of earlier runs, by what identifies them. */
export class KnownPositions {
  /** By host, head length and hash; in the order given. */
  readonly #byHead = new Map<string, SourcePosition[]>();
  /** By host: the head lengths in use, longest first. */
  readonly #lengths = new Map<string, number[]>();

  constructor(positions: readonly SourcePosition[]) {
    const lengths = new Map<string, Set<number>>();
    for (const position of positions) {
      if (position.headLength <= 0 || position.position <= 0) continue;
      const key = keyOf(position.host, position.headLength, position.headHash);
      const same = this.#byHead.get(key);
      if (same) same.push(position);
      else this.#byHead.set(key, [position]);
      const known = lengths.get(position.host) ?? new Set<number>();
      lengths.set(position.host, known.add(position.headLength));
    }
    for (const [host, known] of lengths) {
      this.#lengths.set(
        host,
        [...known].sort((a, b) => b - a),
      );
    }
  }

  /** The position of the log that begins so: under the same path if there is one, then the one with the longest head, then the latest. */
  find(host: string, path: string, head: Buffer): SourcePosition | undefined {
    let elsewhere: SourcePosition | undefined;
    for (const length of this.#lengths.get(host) ?? []) {
      if (length > head.length) continue;
      const candidates = this.#byHead.get(keyOf(host, length, hashOf(head.subarray(0, length))));
      const here = candidates?.findLast((candidate) => candidate.path === path);
      if (here) return here;
      elsewhere ??= candidates?.at(-1);
    }
    return elsewhere;
  }
}

function keyOf(host: string, headLength: number, headHash: string): string {
  return `${headLength} ${headHash} ${host}`;
}
