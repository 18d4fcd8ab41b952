/**
 * Columns of whole numbers in as few bytes as a page of rows needs (frame of reference): of each column its least number,
 * and how far each row is above it, in 0, 1, 2 or 4 bytes. Where that is too far the numbers themselves, in 8. A million
 * bans take 18 MB so, and a tenth of the time in which SQLite reads their rows. Little-endian, whatever the machine.
 */
import type { ProblemError } from '../base/problem.ts';
import type { Database } from './database.ts';

/** Whole numbers, exact in a float. */
type Numbers = Float64Array | Int32Array;

/** Where the rows lie in a list: one after the other from its beginning, if nobody says otherwise. */
interface Layout {
  readonly first: number;
  readonly step: number;
}

const PLAIN: Layout = { first: 0, step: 1 };
const SIZE_BYTES = 4;
/** Of each column: the bytes of a row, and the least number. */
const HEAD_BYTES = 9;
/** The numbers themselves. */
const FLOAT = 8;

export class ColumnWriter {
  readonly #size: number;
  readonly #pieces: Buffer[];

  constructor(size: number) {
    this.#size = size;
    const head = Buffer.alloc(SIZE_BYTES);
    head.writeUInt32LE(size);
    this.#pieces = [head];
  }

  add(list: Numbers, { first, step }: Layout = PLAIN): this {
    const end = first + this.#size * step;
    let [least, most] = [list[first] ?? 0, list[first] ?? 0];
    for (let at = first; at < end; at += step) {
      const value = list[at] ?? 0;
      if (value < least) least = value;
      else if (value > most) most = value;
    }
    const width = widthOf(most - least);
    const piece = Buffer.alloc(HEAD_BYTES + width * this.#size);
    piece.writeUInt8(width);
    piece.writeDoubleLE(least, 1);
    for (let at = first, to = HEAD_BYTES; width > 0 && at < end; at += step, to += width) {
      const value = list[at] ?? 0;
      if (width === FLOAT) piece.writeDoubleLE(value, to);
      else piece.writeUIntLE(value - least, to, width);
    }
    this.#pieces.push(piece);
    return this;
  }

  /** The four words of each address. */
  addWords(words: Int32Array): this {
    for (let word = 0; word < 4; word++) this.add(words, { first: word, step: 4 });
    return this;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

function widthOf(reach: number): number {
  if (reach === 0) return 0;
  return [1, 2, 4].find((bytes) => reach < 256 ** bytes) ?? FLOAT;
}

/** Reads them in the order in which they were added. What cannot have been written is a ledger that is damaged. */
export class ColumnReader {
  readonly size: number;
  readonly #view: DataView;
  readonly #database: Database;
  readonly #rows: Float64Array;
  #at = SIZE_BYTES;

  /** `sizeMax`: rows that the lists have room for. @throws ProblemError for more. */
  constructor(bytes: Buffer, { sizeMax, database }: { sizeMax: number; database: Database }) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#database = database;
    this.size = this.#view.byteLength < SIZE_BYTES ? -1 : this.#view.getUint32(0, true);
    if (this.size < 0 || this.size > sizeMax) throw this.#wrong();
    this.#rows = new Float64Array(this.size);
  }

  /** @throws ProblemError when there is no such column any more. */
  read(into: Float64Array): this {
    const { size } = this;
    const [width, least] = this.#head();
    const view = this.#view;
    let at = this.#at;
    // A loop for each width: one that asks for it in each row takes three times as long.
    switch (width) {
      case 0:
        into.fill(least, 0, size);
        break;
      case 1:
        for (let row = 0; row < size; row++, at++) into[row] = least + view.getUint8(at);
        break;
      case 2:
        for (let row = 0; row < size; row++, at += 2) into[row] = least + view.getUint16(at, true);
        break;
      case 4:
        for (let row = 0; row < size; row++, at += 4) into[row] = least + view.getUint32(at, true);
        break;
      default:
        for (let row = 0; row < size; row++, at += 8) into[row] = view.getFloat64(at, true);
    }
    this.#at += size * width;
    return this;
  }

  /** Likewise, of whole numbers that have their place in 32 bits. */
  readInts(into: Int32Array): this {
    return this.#readInts(into, PLAIN);
  }

  /** The four words of each address. */
  readWords(into: Int32Array): this {
    for (let word = 0; word < 4; word++) this.#readInts(into, { first: word, step: 4 });
    return this;
  }

  /** After the last column. @throws ProblemError when there is another. */
  end(): void {
    if (this.#at !== this.#view.byteLength) throw this.#wrong();
  }

  #readInts(into: Int32Array, { first, step }: Layout): this {
    const rows = this.#rows;
    this.read(rows);
    for (let row = 0, at = first; row < this.size; row++, at += step) into[at] = rows[row] ?? 0;
    return this;
  }

  #head(): [width: number, least: number] {
    const at = this.#at;
    const left = this.#view.byteLength - at - HEAD_BYTES;
    const width = left < 0 ? -1 : this.#view.getUint8(at);
    if (![0, 1, 2, 4, FLOAT].includes(width) || width * this.size > left) throw this.#wrong();
    this.#at += HEAD_BYTES;
    return [width, this.#view.getFloat64(at + 1, true)];
  }

  #wrong(): ProblemError {
    return this.#database.damaged('a page of columns cannot be read');
  }
}
