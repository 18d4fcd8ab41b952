/** The bytes of a log, uncompressed, from wherever they come: a plain file, or pieces that arrive one after the other. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { HEAD_BYTES } from './position.ts';
import { codeOf } from './refusal.ts';

export interface ByteInput {
  /** The first bytes of the log, at most 4096. Before `start` only; asking again gives the same. */
  head(): Buffer | Promise<Buffer>;
  /** Goes to the offset, or as near before it as it can; says where it is now. Once, before the first `read`. */
  start(offset: number): number;
  /** Puts at most `length` bytes into `room` at `at`; says how many, 0 at the end or where damage begins. */
  read(room: Buffer, at: number, length: number): number | Promise<number>;
  close(): void | Promise<void>;
  readonly intake: Intake;
}

/** What an input tells of itself while it is read. */
export interface Intake {
  /** Bytes taken from the disk: of a gzip file the compressed ones. */
  taken: number;
  /** Why the rest cannot be read. */
  damage: string | undefined;
}

const NOTHING = Buffer.alloc(0);

/** An open plain file, read where and when asked: the fastest way there is, the page cache copied into our room. */
export class PlainInput implements ByteInput {
  readonly intake: Intake = { taken: 0, damage: undefined };
  readonly #descriptor: number;
  #offset = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  head(): Buffer {
    try {
      return headOf(this.#descriptor, HEAD_BYTES);
    } catch (error) {
      this.intake.damage = `a read failed (${codeOf(error)})`;
      return NOTHING;
    }
  }

  start(offset: number): number {
    this.#offset = fstatSync(this.#descriptor).size < offset ? 0 : offset;
    return this.#offset;
  }

  read(room: Buffer, at: number, length: number): number {
    try {
      const count = readSync(this.#descriptor, room, at, length, this.#offset);
      this.#offset += count;
      this.intake.taken += count;
      return count;
    } catch (error) {
      this.intake.damage = `a read failed (${codeOf(error)})`;
      return 0;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The first `length` bytes of an open file, fewer when it is shorter. */
export function headOf(descriptor: number, length: number): Buffer {
  const head = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, head, filled, length - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return head.subarray(0, filled);
}

/** Pieces that arrive: standard input, a pipe, the output of gunzip. They cannot go back. */
export class PulledInput implements ByteInput {
  readonly intake: Intake;
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #release: () => void;
  #piece: Buffer = NOTHING;
  #at = 0;

  /** `intake` is kept up to date by who makes the pieces; `release` frees what they are made of. */
  constructor(pieces: AsyncIterator<Buffer>, intake: Intake, release: () => void) {
    this.#pieces = pieces;
    this.intake = intake;
    this.#release = release;
  }

  async head(): Promise<Buffer> {
    while (this.#piece.length < HEAD_BYTES) {
      const next = await this.#pieces.next();
      if (next.done) break;
      this.#piece = Buffer.concat([this.#piece, next.value]);
    }
    return Buffer.from(this.#piece.subarray(0, HEAD_BYTES));
  }

  start(_offset: number): number {
    return 0;
  }

  read(room: Buffer, at: number, length: number): number | Promise<number> {
    return this.#at < this.#piece.length ? this.#copy(room, at, length) : this.#pull(room, at, length);
  }

  async close(): Promise<void> {
    this.#piece = NOTHING;
    try {
      await this.#pieces.return?.();
    } finally {
      this.#release();
    }
  }

  async #pull(room: Buffer, at: number, length: number): Promise<number> {
    do {
      const next = await this.#pieces.next();
      if (next.done) return 0;
      this.#piece = next.value;
      this.#at = 0;
    } while (this.#piece.length === 0);
    return this.#copy(room, at, length);
  }

  #copy(room: Buffer, at: number, length: number): number {
    const count = this.#piece.copy(room, at, this.#at, Math.min(this.#piece.length, this.#at + length));
    this.#at += count;
    return count;
  }
}
