/**
 * A large file of which only the pages that are asked for are read, into a buffer of fixed size. A location.db has
 * 55 MB and a city MMDB more than 100, of which a look-up touches thirty places. The file is kept open: who replaces
 * it by renaming (as package managers do) changes nothing for us until the next start.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { fileProblem } from './file-problem.ts';

/** The data are not what their own header promised, or are gone. A source turns it into "unknown". */
export class DamagedData extends Error {}

const PAGE = 4096;

/** 512 KB a file. Random look-ups in a location.db take 9 µs so; with 256 KB 10 µs, with 16 MB 6 µs. */
const PAGES = 128;

/** Reads big-endian values at offsets. All verbs throw DamagedData outside of the file and after `close`. */
export class PagedFile {
  readonly path: string;
  readonly size: number;
  /** When it was last changed, milliseconds since 1970. */
  readonly modified: number;
  #fd: number;
  readonly #bytes = Buffer.alloc(PAGE * PAGES);
  /** Which page each place of the buffer holds; a page can lie only in place `page % PAGES`. */
  readonly #held = new Int32Array(PAGES).fill(-1);

  /** Throws a ProblemError when the file cannot be opened or is no regular file. */
  constructor(path: string) {
    try {
      // Without O_NONBLOCK the opening of a named pipe would wait forever for its other end.
      this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw fileProblem(path, error);
    }
    const status = fstatSync(this.#fd);
    this.path = path;
    this.size = status.size;
    this.modified = status.mtimeMs;
    if (!status.isFile()) {
      this.close();
      throw fileProblem(path, 'not a regular file');
    }
  }

  /** An unsigned integer of 1 to 6 bytes. */
  uint(offset: number, length: number): number {
    const at = this.#locate(offset, length);
    const bytes = this.#bytes;
    let value = 0;
    if (at >= 0) {
      for (let i = at; i < at + length; i++) value = value * 256 + (bytes[i] ?? 0);
      return value;
    }
    for (let i = 0; i < length; i++) value = value * 256 + (bytes[this.#locate(offset + i, 1)] ?? 0);
    return value;
  }

  /** A copy. For small pieces; `length` is checked against the file before anything is allocated. */
  bytes(offset: number, length: number): Buffer {
    const at = this.#locate(offset, length);
    if (at >= 0) return Buffer.from(this.#bytes.subarray(at, at + length));
    const copy = Buffer.alloc(length);
    this.#read(copy, offset);
    return copy;
  }

  /** Text of so many bytes of UTF-8, without a copy of them where they lie in one page: it is read at every look-up. */
  text(offset: number, length: number): string {
    const at = this.#locate(offset, length);
    return at >= 0 ? this.#bytes.toString('utf8', at, at + length) : this.bytes(offset, length).toString('utf8');
  }

  close(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    // The number is soon another file's: it must never be read from again.
    this.#fd = -1;
    this.#held.fill(-1);
  }

  /** Where the bytes lie in the buffer, loaded if need be; -1 when they cross the end of a page. */
  #locate(offset: number, length: number): number {
    if (!(offset >= 0 && offset + length <= this.size)) {
      throw new DamagedData(`${length} bytes at ${offset} are not in a file of ${this.size}`);
    }
    const page = Math.floor(offset / PAGE);
    const within = offset - page * PAGE;
    if (within + length > PAGE) return -1;
    const place = page % PAGES;
    if (this.#held[place] !== page) this.#load(page, place);
    return place * PAGE + within;
  }

  #load(page: number, place: number): void {
    this.#held[place] = -1;
    const length = Math.min(PAGE, this.size - page * PAGE);
    this.#read(this.#bytes.subarray(place * PAGE, place * PAGE + length), page * PAGE);
    this.#held[place] = page;
  }

  #read(target: Buffer, offset: number): void {
    if (this.#fd < 0) throw new DamagedData('closed');
    let done = 0;
    while (done < target.length) {
      const count = this.#readSome(target, done, offset + done);
      if (count === 0) throw new DamagedData('shorter than when it was opened');
      done += count;
    }
  }

  #readSome(target: Buffer, from: number, offset: number): number {
    try {
      return readSync(this.#fd, target, from, target.length - from, offset);
    } catch (error) {
      throw new DamagedData('unreadable', { cause: error });
    }
  }
}
