/**
 * A rotated part that was compressed before it was read to its end. It is decompressed in the background, a few pieces
 * ahead; the newer parts of its log wait for it.
 */
import { closeSync } from 'node:fs';
import type { Problem } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { LogFile } from '../model.ts';
import { LineCutter } from './cutter.ts';
import type { OpenedFile, Place, Reading } from './follow-part.ts';
import type { ByteInput } from './input.ts';
import type { Bookmark, Piece } from './live.ts';
import { gzipFile, identityOf } from './open.ts';
import { hashOf, type SourcePosition } from './position.ts';

/** Chunks made ahead, 256 KiB: enough to keep zlib's thread at work while the last one is looked at. */
const AHEAD = 4;

export class PackedPart {
  path: string;
  displaced: number | undefined;
  readonly host: string;
  readonly key: object;
  readonly identity: string;
  readonly resumed: SourcePosition | undefined;
  failure: Problem | undefined;
  oversize = 0;
  readonly #file: LogFile;
  readonly #descriptor: number;
  readonly #onWake: () => void;
  readonly #pieces: Piece[] = [];
  readonly #size: number;
  readonly #head: Buffer;
  readonly #hash: string;
  #position: number;
  #running: Promise<void> | undefined;
  #resume: () => void = () => undefined;
  #ended = false;
  #closed = false;

  /** `head` is the uncompressed one. */
  constructor(origin: {
    readonly host: string;
    readonly path: string;
    readonly opened: OpenedFile;
    readonly head: Buffer;
    readonly place: Place;
    onWake(): void;
  }) {
    const { host, path, opened, place } = origin;
    this.host = host;
    this.path = path;
    this.key = place.key;
    this.identity = identityOf(opened.stats);
    this.resumed = place.resumed;
    this.#head = origin.head;
    this.#hash = hashOf(origin.head);
    this.#file = place.file ?? { host, path, modified: opened.stats.mtimeMs };
    this.#descriptor = opened.descriptor;
    this.#onWake = origin.onWake;
    this.#size = opened.stats.size;
    this.#position = place.position;
  }

  get head(): Buffer {
    return this.#head;
  }

  get place(): Place {
    return { key: this.key, position: this.#position, resumed: this.resumed, file: this.#file };
  }

  /** Bytes on the disk, as long as it is not through: what is left of it uncompressed nobody knows. */
  get behind(): number {
    return this.#ended ? 0 : this.#size;
  }

  /** Whether all of it has been passed on. */
  get over(): boolean {
    return this.#ended && this.#pieces.length === 0;
  }

  read(): Reading {
    if (this.#closed) return undefined;
    this.#running ??= this.#run();
    const piece = this.#pieces.shift();
    if (!piece) return this.#ended ? undefined : 'busy';
    if (piece.after.type === 'file') this.#position = piece.after.position.position;
    this.#resume();
    return piece;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#resume();
    if (this.#running) await this.#running;
    else closeSync(this.#descriptor);
  }

  async #run(): Promise<void> {
    const input = gzipFile(this.#descriptor);
    try {
      await this.#readAll(input);
      await input.close();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : 'it could not be read');
    }
    this.#ended = true;
    this.#onWake();
  }

  async #readAll(input: ByteInput): Promise<void> {
    const cutter = new LineCutter();
    const { room } = cutter;
    const from = this.#position;
    let at = input.start(0);
    while (at < from && !this.#closed) {
      const count = await input.read(room, 0, Math.min(room.length, from - at));
      if (count === 0) break;
      at += count;
    }
    cutter.begin(at);
    // A copy may be shorter than what was read of the original: then nothing in it is new.
    while (at >= from && !this.#closed) {
      const count = await input.read(room, cutter.held, room.length - cutter.held);
      if (count === 0) break;
      const length = cutter.take(count);
      if (length === 0) continue;
      await this.#add(room.subarray(0, length), cutter.offset);
      cutter.drop(length);
    }
    this.oversize = cutter.oversize;
    const { damage } = input.intake;
    if (damage !== undefined) this.#fail(damage);
  }

  async #add(lines: Buffer, offset: number): Promise<void> {
    const [before, after] = [this.#bookmark(offset), this.#bookmark(offset + lines.length)];
    this.#pieces.push({ chunk: { file: this.#file, bytes: Buffer.from(lines), offset }, before, after });
    this.#onWake();
    while (this.#pieces.length >= AHEAD && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
  }

  #fail(what: string): void {
    this.failure = { where: printable(this.path), what, hint: 'the lines before the damage were read' };
  }

  #bookmark(position: number): Bookmark {
    const { host, path } = this;
    const reached = { host, path, headLength: this.#head.length, headHash: this.#hash, position };
    return { type: 'file', part: this.key, position: reached, resumed: this.resumed };
  }
}
