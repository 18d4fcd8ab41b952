/**
 * One plain file of a log that is followed: an open descriptor and the offset of the next line. It holds no bytes: an
 * unfinished line is read again when there is more of it, so that hundreds of logs share one room.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { EXIT, errorCode, type Problem, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { LogFile } from '../model.ts';
import { MAX_LINE_BYTES } from './cutter.ts';
import { headOf } from './input.ts';
import type { Bookmark, Piece } from './live.ts';
import { identityOf, isGzip } from './open.ts';
import { HEAD_BYTES, hashOf, type SourcePosition } from './position.ts';
import { refusalOf } from './refusal.ts';

const NEWLINE = 10;
/** Rooms that are passed over in one go, 4 MB, in a line that is too long; then the other logs have their turn. */
const ROOMS_AT_ONCE = 64;

/** What all parts of all logs read into; what is given away is copied out of it, and is small but for catching up. */
export class ReadingRoom {
  /** One byte more than the longest line: a full room without a newline is an oversize line. */
  readonly lines = Buffer.allocUnsafeSlow(MAX_LINE_BYTES + 1);
  readonly head = Buffer.allocUnsafeSlow(HEAD_BYTES);
}

/** Where a part of a log is gone on with. */
export interface Place {
  /** The same object for all bookmarks of one content. */
  readonly key: object;
  readonly position: number;
  readonly resumed: SourcePosition | undefined;
  /** When its lines were passed on before, under this object. */
  readonly file: LogFile | undefined;
}

export interface OpenedFile {
  readonly descriptor: number;
  readonly stats: Stats;
  /** The first bytes as they lie on the disk. */
  readonly head: Buffer;
  readonly compressed: boolean;
}

/** Opens a regular file. Throws the errors of the file system, and a problem for what is no file. */
export function openLogFile(path: string): OpenedFile {
  // A pipe that took the file's place must not hold us up.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new ProblemError(EXIT.badData, { where: printable(path), what: 'it is not a file' });
    const head = headOf(descriptor, HEAD_BYTES);
    return { descriptor, stats, head, compressed: isGzip(head) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Which file the path leads to; neither identity nor problem when there is none. */
export function identityAt(path: string): { readonly identity?: string; readonly problem?: Problem } {
  try {
    return { identity: identityOf(statSync(path)) };
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? {} : { problem: fileProblem(error, path) };
  }
}

/** What went wrong with a file, for a person. */
export function fileProblem(error: unknown, path: string): Problem {
  if (error instanceof ProblemError && error.problems[0]) return error.problems[0];
  const { what, hint } = refusalOf(error, path);
  const where = printable(path);
  return hint === undefined ? { where, what } : { where, what, hint };
}

/**
 * `truncated`: it does not hold any more what was read. `begun`: it was empty and is not any more; said once. `busy`: there
 * will be more, and newer parts have to wait.
 */
export type Reading = Piece | 'truncated' | 'begun' | 'busy' | undefined;

export class FollowedPart {
  /** As it is called now. */
  path: string;
  /** When it stopped to be the file that the log's path leads to, or had lines since then; undefined while it is. */
  displaced: number | undefined;
  readonly host: string;
  readonly key: object;
  readonly identity: string;
  readonly resumed: SourcePosition | undefined;
  /** Why it could not be read at last. */
  failure: Problem | undefined;
  /** Lines left out for their length, since it was asked. */
  oversize = 0;
  /** Whether there was no whole line in it at the last read, and nothing came since. */
  idle = false;
  /** Whether it has no name any more: its space is free once it is closed. */
  isDeleted = false;
  /** Whether it was empty so far, so that nothing tells whether it was filled and truncated meanwhile. */
  isUntouched: boolean;
  readonly #room: ReadingRoom;
  readonly #descriptor: number;
  #file: LogFile | undefined;
  #head: Buffer;
  #hash: string | undefined;
  #position: number;
  #size: number;
  /** When it was written last, while it is empty: it may have been filled and truncated. */
  #modified: number;
  /** How far the line at `position`, which is too long, has been looked at. */
  #scanned: number | undefined;

  constructor(host: string, path: string, opened: OpenedFile, place: Place, room: ReadingRoom) {
    this.host = host;
    this.path = path;
    this.key = place.key;
    this.identity = identityOf(opened.stats);
    this.resumed = place.resumed;
    this.#room = room;
    this.#descriptor = opened.descriptor;
    this.#file = place.file;
    this.#head = Buffer.from(opened.head);
    this.isUntouched = opened.head.length === 0;
    this.#position = place.position;
    this.#size = opened.stats.size;
    this.#modified = opened.stats.mtimeMs;
  }

  /** Its first bytes, as far as they were there when it was last read, at most 4096. */
  get head(): Buffer {
    return this.#head;
  }

  get place(): Place {
    return { key: this.key, position: this.#position, resumed: this.resumed, file: this.#file };
  }

  get behind(): number {
    return Math.max(0, this.#size - this.#position);
  }

  /** The next whole lines. */
  read(): Reading {
    try {
      const got = this.#read();
      this.failure = undefined;
      this.idle = got === undefined;
      return got;
    } catch (error) {
      this.failure = fileProblem(error, this.path);
      return undefined;
    }
  }

  /** Looks whether it still holds what was read, and how much there is. */
  look(): 'truncated' | 'begun' | undefined {
    try {
      const { size, mtimeMs, nlink } = fstatSync(this.#descriptor);
      if (size !== this.#size) this.idle = false;
      this.#size = size;
      this.isDeleted = nlink === 0;
      if (this.isUntouched && (size > 0 || mtimeMs !== this.#modified)) {
        this.#modified = mtimeMs;
        this.isUntouched = size === 0;
        return 'begun';
      }
      if (size < this.#position || !this.#beginsAsBefore()) return 'truncated';
      this.failure = undefined;
    } catch (error) {
      this.failure = fileProblem(error, this.path);
    }
    return undefined;
  }

  /** Takes note of its first bytes as they are now: copies of it are known by them. */
  meet(): void {
    try {
      this.#beginsAsBefore();
    } catch (error) {
      this.failure = fileProblem(error, this.path);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(): Reading {
    const room = this.#room.lines;
    for (let turn = 0; turn < ROOMS_AT_ONCE; turn++) {
      const from = this.#scanned ?? this.#position;
      const count = readSync(this.#descriptor, room, 0, room.length, from);
      if (count === 0) return undefined;
      if (this.isUntouched) {
        this.isUntouched = false;
        return 'begun';
      }
      // Looked at after the read: had it been truncated before, its beginning would tell.
      if (!this.#beginsAsBefore()) return 'truncated';
      this.#size = Math.max(this.#size, from + count);
      const bytes = room.subarray(0, count);
      if (this.#scanned !== undefined) {
        this.#endOversize(bytes, this.#scanned);
        continue;
      }
      const length = bytes.lastIndexOf(NEWLINE) + 1;
      if (length > 0) return this.#pass(bytes.subarray(0, length));
      if (count < room.length) return undefined;
      this.#begunOversize(bytes);
    }
    return 'busy';
  }

  #pass(lines: Buffer): Piece {
    // Made with the first lines: what is older than they are must not date them.
    this.#file ??= { host: this.host, path: this.path, modified: fstatSync(this.#descriptor).mtimeMs };
    const before = this.#bookmark();
    const chunk = { file: this.#file, bytes: Buffer.from(lines), offset: this.#position };
    this.#position += lines.length;
    return { chunk, before, after: this.#bookmark() };
  }

  #bookmark(): Bookmark {
    this.#hash ??= hashOf(this.#head);
    const { host, path } = this;
    const position = { host, path, headLength: this.#head.length, headHash: this.#hash, position: this.#position };
    return { type: 'file', part: this.key, position, resumed: this.resumed };
  }

  /**
   * A full room without a newline. A daemon that does not append leaves a hole when its log is truncated, read as NULs
   * before its next line; these are passed over, and the line is not lost with them.
   */
  #begunOversize(bytes: Buffer): void {
    const text = bytes.findIndex((byte) => byte !== 0);
    if (text === 0) this.#scanned = this.#position + bytes.length;
    else this.#position += text < 0 ? bytes.length : text;
  }

  #endOversize(bytes: Buffer, scanned: number): void {
    const end = bytes.indexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#scanned = scanned + bytes.length;
      return;
    }
    this.#position = scanned + end;
    this.#scanned = undefined;
    this.oversize++;
  }

  /** Whether the first bytes are still those that were read. Takes note of more of them while they are few. */
  #beginsAsBefore(): boolean {
    const known = this.#head.length;
    const room = this.#room.head;
    const count = readSync(this.#descriptor, room, 0, HEAD_BYTES, 0);
    if (count < known || room.compare(this.#head, 0, known, 0, known) !== 0) return false;
    if (count > known) {
      this.#head = Buffer.from(room.subarray(0, count));
      this.#hash = undefined;
    }
    return true;
  }
}
