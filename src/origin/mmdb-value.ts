/**
 * Reads one value of an MMDB's data section (MaxMind DB format 2.0), within strict limits. This is our own and not
 * `mmdb-lib`, because that one trusts the file: 1,500 bytes of nested array headers, or 240 bytes of pointers that
 * share their targets, end its process for want of memory. The tests compare the two on real data.
 */
import { DamagedData, type PagedFile } from './paged-file.ts';

export type Value = string | number | boolean | undefined | readonly Value[] | ReadonlyMap<string, Value>;

/** A GeoLite2 city with its names in eight languages has about 120 values; pointers that multiply end here. */
const MOST_VALUES = 2_000;

/** The deepest records of any known maker are five deep; each level is a level of our stack. */
const MOST_LEVELS = 16;

/** Text beyond this is left away; nothing that we look at is so long. */
const MOST_TEXT = 1_024;

/** The types of the format, by the numbers that it gives them. */
const TYPE = {
  extended: 0,
  pointer: 1,
  text: 2,
  double: 3,
  bytes: 4,
  uint16: 5,
  uint32: 6,
  map: 7,
  int32: 8,
  uint64: 9,
  uint128: 10,
  array: 11,
  boolean: 14,
  float: 15,
} as const;

/** What is added to a pointer of each size, so that no offset can be written in two ways. */
const POINTER_BASE = [0, 2_048, 526_336, 0];

export class ValueReader {
  readonly #file: PagedFile;
  /** From where pointers count. */
  readonly #base: number;
  #at = 0;
  #left = 0;

  constructor(file: PagedFile, base: number) {
    this.#file = file;
    this.#base = base;
  }

  /** The value at an offset in the file. Throws DamagedData when it is malformed or beyond the limits. */
  read(offset: number): Value {
    this.#at = offset;
    this.#left = MOST_VALUES;
    return this.#value(0);
  }

  #value(level: number): Value {
    if (level > MOST_LEVELS || --this.#left < 0)
      throw new DamagedData('a record is deeper or larger than any real one');
    const control = this.#take(1);
    let type = control >> 5;
    if (type === TYPE.pointer) return this.#follow(control, level);
    if (type === TYPE.extended) type = this.#take(1) + 7;
    return this.#content(type, this.#size(control & 31), level);
  }

  #content(type: number, size: number, level: number): Value {
    switch (type) {
      case TYPE.text:
        return this.#text(size);
      case TYPE.map:
        return this.#map(size, level);
      case TYPE.array:
        return this.#array(size, level);
      case TYPE.uint16:
      case TYPE.uint32:
      case TYPE.uint64:
        return this.#uint(size, 8);
      case TYPE.uint128:
        return this.#uint(size, 16);
      case TYPE.int32:
        return this.#uint(size, 4) | 0;
      case TYPE.double:
      case TYPE.float:
        return this.#float(size, type === TYPE.double ? 8 : 4);
      case TYPE.boolean:
        return size !== 0;
      case TYPE.bytes:
        this.#skip(size);
        return undefined;
      default:
        throw new DamagedData(`there is no type ${type}`);
    }
  }

  /** A pointer to a pointer is forbidden by the format, and would be a way to go in circles for nothing. */
  #follow(control: number, level: number): Value {
    const size = (control >> 3) & 3;
    const high = size === 3 ? 0 : (control & 7) * 256 ** (size + 1);
    const target = this.#base + (POINTER_BASE[size] ?? 0) + high + this.#take(size + 1);
    const after = this.#at;
    this.#at = target;
    if (this.#file.uint(target, 1) >> 5 === TYPE.pointer) throw new DamagedData('a pointer to a pointer');
    const value = this.#value(level + 1);
    this.#at = after;
    return value;
  }

  #size(low: number): number {
    if (low < 29) return low;
    if (low === 29) return 29 + this.#take(1);
    return low === 30 ? 285 + this.#take(2) : 65_821 + this.#take(3);
  }

  #map(size: number, level: number): Value {
    if (size * 2 > this.#left) throw new DamagedData('a map larger than any real one');
    const map = new Map<string, Value>();
    for (let i = 0; i < size; i++) {
      const key = this.#value(level + 1);
      if (typeof key !== 'string') throw new DamagedData('a key that is not text');
      map.set(key, this.#value(level + 1));
    }
    return map;
  }

  #array(size: number, level: number): Value {
    if (size > this.#left) throw new DamagedData('an array larger than any real one');
    const array: Value[] = [];
    for (let i = 0; i < size; i++) array.push(this.#value(level + 1));
    return array;
  }

  #text(size: number): string {
    const text = this.#file.text(this.#at, Math.min(size, MOST_TEXT));
    this.#skip(size);
    return text;
  }

  #float(size: number, expected: number): number {
    if (size !== expected) throw new DamagedData(`a floating-point number of ${size} bytes`);
    const bytes = this.#file.bytes(this.#at, size);
    this.#skip(size);
    return size === 8 ? bytes.readDoubleBE() : bytes.readFloatBE();
  }

  /** Above 2^53 the last digits are lost; no field of ours is so large. */
  #uint(size: number, most: number): number {
    if (size > most) throw new DamagedData(`an integer of ${size} bytes`);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.#take(1);
    return value;
  }

  #take(length: number): number {
    const value = this.#file.uint(this.#at, length);
    this.#at += length;
    return value;
  }

  #skip(length: number): void {
    this.#at += length;
    if (this.#at > this.#file.size) throw new DamagedData('a value that ends outside of the file');
  }
}
