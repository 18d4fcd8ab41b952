/**
 * The latest so many values by their keys. What a Map does, but in place: each time a Map that keeps changing is rearranged it leaves
 * its old table behind, and what that still refers to outlives it; with a session a line that was half of all time.
 */

const NONE = -1;

export interface Keyed {
  readonly key: string;
}

export class Latest<Value extends Keyed> {
  /** Of each slot, the hash of its key. */
  readonly #hashes: Int32Array;
  readonly #values: (Value | undefined)[];
  /** By the hash of a key the slot of the last one with it, and of each slot the one before with the same. */
  readonly #heads: Int32Array;
  readonly #chain: Int32Array;
  /** Slots in the order in which they were filled; those that are free follow each other by `#newer` alone. */
  readonly #older: Int32Array;
  readonly #newer: Int32Array;
  #oldest = NONE;
  #newest = NONE;
  readonly #mask: number;
  #free = 0;
  /** Of the key that was asked for last. */
  #asked = NONE;

  constructor(most: number) {
    this.#values = Array.from({ length: most }, () => undefined);
    this.#hashes = new Int32Array(most);
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(2 * most))).fill(NONE);
    this.#mask = this.#heads.length - 1;
    this.#chain = new Int32Array(most).fill(NONE);
    this.#older = new Int32Array(most).fill(NONE);
    this.#newer = Int32Array.from({ length: most }, (_, slot) => (slot + 1 < most ? slot + 1 : NONE));
  }

  get(key: string): Value | undefined {
    this.#asked = hashOf(key);
    const slot = this.#slotOf(key, this.#asked);
    return slot === NONE ? undefined : this.#values[slot];
  }

  /** Adds a value whose key was asked for last, and is not there; without room, the oldest makes it. */
  add(value: Value): void {
    if (this.#free === NONE) this.#empty(this.#oldest);
    const slot = this.#free;
    const hash = this.#asked;
    this.#free = this.#newer[slot] ?? NONE;
    this.#hashes[slot] = hash;
    this.#values[slot] = value;
    this.#chain[slot] = this.#heads[hash & this.#mask] ?? NONE;
    this.#heads[hash & this.#mask] = slot;
    this.#older[slot] = this.#newest;
    this.#newer[slot] = NONE;
    if (this.#newest === NONE) this.#oldest = slot;
    else this.#newer[this.#newest] = slot;
    this.#newest = slot;
  }

  delete(key: string): void {
    const slot = this.#slotOf(key, hashOf(key));
    if (slot !== NONE) this.#empty(slot);
  }

  #empty(slot: number): void {
    this.#unchain(slot, (this.#hashes[slot] ?? 0) & this.#mask);
    const older = this.#older[slot] ?? NONE;
    const newer = this.#newer[slot] ?? NONE;
    if (older === NONE) this.#oldest = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) this.#newest = older;
    else this.#older[newer] = older;
    this.#values[slot] = undefined;
    this.#newer[slot] = this.#free;
    this.#free = slot;
  }

  #slotOf(key: string, hash: number): number {
    let slot = this.#heads[hash & this.#mask] ?? NONE;
    while (slot !== NONE && (this.#hashes[slot] !== hash || this.#values[slot]?.key !== key))
      slot = this.#chain[slot] ?? NONE;
    return slot;
  }

  #unchain(slot: number, head: number): void {
    const next = this.#chain[slot] ?? NONE;
    if (this.#heads[head] === slot) {
      this.#heads[head] = next;
      return;
    }
    let before = this.#heads[head] ?? NONE;
    while (before !== NONE && this.#chain[before] !== slot) before = this.#chain[before] ?? NONE;
    if (before !== NONE) this.#chain[before] = next;
  }
}

/** Characters of a key that count. */
const HASHED = 6;

/** By the last characters, in which identifiers differ. Who makes them all alike has a hundred compared, no more. */
function hashOf(key: string): number {
  let hash = key.length;
  for (let at = Math.max(0, key.length - HASHED); at < key.length; at++) {
    hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  }
  return hash ^ (hash >>> 11);
}
