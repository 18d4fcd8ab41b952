/**
 * True sliding windows, one for each (address or network, host), in flat typed arrays: the weight of what fell into the
 * last `findTime`, no estimate. Weights are hundredths, so that sums are exact.
 */

import { type Address, fromWords } from '../base/address.ts';
import { AddressTable } from '../base/address-table.ts';

export const HUNDREDTHS = 100;

export interface WindowOptions {
  readonly findTime: number;
  /** The most entries that one window needs: the limit divided by the smallest weight. */
  readonly depth: number;
  /** The most windows. */
  readonly size: number;
}

export interface Entry {
  readonly time: number;
  readonly weight: number;
  /** Where the attempt is kept (EvidenceRing). */
  readonly place: number;
}

const INITIAL = 1024;
/** Of a window's record, the float that is the time of its latest entry, and the integer that counts its entries. */
const LATEST = 0;
const ADDED = 2;

/**
 * A window is one record, so that an attempt touches two or three lines of the processor's cache and not one of every
 * array: latest time, number of entries ever added (and 4 bytes of nothing), times and places in turn, weights.
 */
export class Windows {
  /** Windows that could not be opened because there were too many. */
  dropped = 0;
  readonly #options: WindowOptions;
  /** Length of a record in floats; where its weights begin, in integers. */
  readonly #stride: number;
  readonly #weights: number;
  #table: AddressTable;
  #floats: Float64Array;
  /** The same memory. */
  #integers: Int32Array;
  #compacted = Number.NEGATIVE_INFINITY;

  constructor(options: WindowOptions) {
    const { depth, size } = options;
    this.#options = options;
    this.#weights = 4 + 4 * depth;
    this.#stride = Math.ceil((this.#weights + depth) / 2);
    this.#table = new AddressTable(size);
    this.#floats = new Float64Array(INITIAL * this.#stride);
    this.#integers = new Int32Array(this.#floats.buffer);
  }

  /** Adds an entry and returns the weight within the window that ends with it; -1 when there is no room. */
  add(base: Address, host: number, entry: Entry): number {
    const window = this.#open(base, host, entry.time);
    if (window < 0) return -1;
    const { depth, findTime } = this.#options;
    const floats = this.#floats;
    const integers = this.#integers;
    const float = window * this.#stride;
    const integer = float * 2;
    const latest = floats[float + LATEST] ?? 0;
    // Most windows have been empty for long when the next attempt comes. Twice the time, so that a late line loses none.
    const added = latest <= entry.time - 2 * findTime ? 0 : (integers[integer + ADDED] ?? 0);
    const at = added % depth;
    integers[integer + ADDED] = added + 1;
    if (added === 0 || entry.time > latest) floats[float + LATEST] = entry.time;
    floats[float + 2 + at * 2] = entry.time;
    floats[float + 3 + at * 2] = entry.place;
    integers[integer + this.#weights + at] = entry.weight;
    return this.#sum(float, entry.time);
  }

  /** What lies in the window that ends at a time, oldest first. */
  entries(base: Address, host: number, now: number): Entry[] {
    const window = this.#table.find(base.w0, base.w1, base.w2, base.w3, host);
    return window < 0 ? [] : this.#live(window, now);
  }

  clear(base: Address, host: number): void {
    const window = this.#table.find(base.w0, base.w1, base.w2, base.w3, host);
    if (window >= 0) this.#integers[window * this.#stride * 2 + ADDED] = 0;
  }

  /** Takes back the entries that `isGone` says so of; their weight. */
  remove(base: Address, host: number, isGone: (place: number) => boolean): number {
    const window = this.#table.find(base.w0, base.w1, base.w2, base.w3, host);
    if (window < 0) return 0;
    const float = window * this.#stride;
    const weights = float * 2 + this.#weights;
    let removed = 0;
    for (let i = 0; i < this.#count(float); i++) {
      const weight = this.#integers[weights + i] ?? 0;
      if (weight === 0 || !isGone(this.#floats[float + 3 + i * 2] ?? -1)) continue;
      removed += weight;
      this.#integers[weights + i] = 0;
    }
    return removed;
  }

  /** All windows with something in them at a time. */
  *all(now: number): Iterable<{ host: number; entries: Entry[] }> {
    for (let window = 0; window < this.#table.size; window++) {
      const entries = this.#live(window, now);
      if (entries.length > 0) yield { host: this.#table.word(window, 4), entries };
    }
  }

  /** How many windows have something in them at a time. Looks at all: 30 ms for a million. */
  watched(now: number): number {
    let count = 0;
    for (let window = 0; window < this.#table.size; window++) {
      if (this.#sum(window * this.#stride, now) > 0) count++;
    }
    return count;
  }

  /** The windows that hold a weight or more at a time. Looks at all, as `watched` does. */
  *holding(weight: number, now: number): Iterable<{ base: Address; host: number; sum: number }> {
    for (let window = 0; window < this.#table.size; window++) {
      const sum = this.#sum(window * this.#stride, now);
      if (sum < weight) continue;
      const word = (index: number): number => this.#table.word(window, index);
      yield { base: fromWords(word(0), word(1), word(2), word(3)), host: word(4), sum };
    }
  }

  #live(window: number, now: number): Entry[] {
    const float = window * this.#stride;
    const { findTime } = this.#options;
    const entries: Entry[] = [];
    for (let i = 0; i < this.#count(float); i++) {
      const time = this.#floats[float + 2 + i * 2] ?? 0;
      const weight = this.#integers[float * 2 + this.#weights + i] ?? 0;
      if (weight > 0 && time > now - findTime && time < now + findTime)
        entries.push({ time, weight, place: this.#floats[float + 3 + i * 2] ?? -1 });
    }
    return entries.sort((a, b) => a.time - b.time);
  }

  #sum(float: number, now: number): number {
    // Lines come late by seconds, so a little of what lies ahead counts; a log from before the last one does not see it.
    const since = now - this.#options.findTime;
    const before = now + this.#options.findTime;
    const weights = float * 2 + this.#weights;
    const count = this.#count(float);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const time = this.#floats[float + 2 + i * 2] ?? 0;
      if (time > since && time < before) sum += this.#integers[weights + i] ?? 0;
    }
    return sum;
  }

  /** How many entries the record at a float holds. */
  #count(float: number): number {
    return Math.min(this.#integers[float * 2 + ADDED] ?? 0, this.#options.depth);
  }

  #open(base: Address, host: number, now: number): number {
    const { w0, w1, w2, w3 } = base;
    let window = this.#table.index(w0, w1, w2, w3, host);
    if (window < 0) {
      // Under a flood of new addresses every attempt comes here; a look at all windows must stay rare.
      if (now - this.#compacted > this.#options.findTime / 10) this.#compact(now);
      window = this.#table.index(w0, w1, w2, w3, host);
      if (window < 0) this.dropped++;
    }
    if ((window + 1) * this.#stride > this.#floats.length) this.#grow();
    return window;
  }

  #grow(): void {
    const larger = new Float64Array(this.#floats.length * 2);
    larger.set(this.#floats);
    this.#floats = larger;
    this.#integers = new Int32Array(larger.buffer);
  }

  /** Makes room by forgetting the windows in which nothing is left. */
  #compact(now: number): void {
    const stride = this.#stride;
    const old = this.#table;
    this.#compacted = now;
    this.#table = new AddressTable(this.#options.size);
    for (let window = 0; window < old.size; window++) {
      if (this.#live(window, now).length === 0) continue;
      const word = (index: number): number => old.word(window, index);
      const kept = this.#table.index(word(0), word(1), word(2), word(3), word(4));
      this.#floats.copyWithin(kept * stride, window * stride, (window + 1) * stride);
    }
    this.#floats.fill(0, this.#table.size * stride);
  }
}
