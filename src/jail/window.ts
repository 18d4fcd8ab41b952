/**
 * True sliding windows, one for each (address or network, host), in flat typed arrays: the weight of what fell into the
 * last `findTime`, no estimate. Weights are hundredths, so that sums are exact.
 */

import type { Network } from '../base/address.ts';
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

export class Windows {
  /** Windows that could not be opened because there were too many. */
  dropped = 0;
  readonly #options: WindowOptions;
  #table: AddressTable;
  #times: Float64Array;
  #places: Float64Array;
  #weights: Int32Array;
  /** Where the next entry of a window goes, and how many it has. */
  #next: Int32Array;
  #compacted = Number.NEGATIVE_INFINITY;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#table = new AddressTable(options.size);
    this.#times = new Float64Array(INITIAL * options.depth);
    this.#places = new Float64Array(INITIAL * options.depth);
    this.#weights = new Int32Array(INITIAL * options.depth);
    this.#next = new Int32Array(INITIAL);
  }

  /** Adds an entry and returns the weight within the window that ends with it; -1 when there is no room. */
  add(subject: Network, host: number, entry: Entry): number {
    const window = this.#open(subject, host, entry.time);
    if (window < 0) return -1;
    const { depth } = this.#options;
    const at = window * depth + ((this.#next[window] ?? 0) % depth);
    this.#next[window] = (this.#next[window] ?? 0) + 1;
    this.#times[at] = entry.time;
    this.#places[at] = entry.place;
    this.#weights[at] = entry.weight;
    return this.#sum(window, entry.time);
  }

  /** What lies in the window that ends at a time, oldest first. */
  entries(subject: Network, host: number, now: number): Entry[] {
    const { base } = subject;
    const window = this.#table.find(base.w0, base.w1, base.w2, base.w3, host);
    return window < 0 ? [] : this.#live(window, now);
  }

  clear(subject: Network, host: number): void {
    const { base } = subject;
    const window = this.#table.find(base.w0, base.w1, base.w2, base.w3, host);
    if (window < 0) return;
    const { depth } = this.#options;
    this.#weights.fill(0, window * depth, (window + 1) * depth);
    this.#next[window] = 0;
  }

  /** All windows with something in them at a time. */
  *all(now: number): Iterable<{ host: number; entries: Entry[] }> {
    for (let window = 0; window < this.#table.size; window++) {
      const entries = this.#live(window, now);
      if (entries.length > 0) yield { host: this.#table.word(window, 4), entries };
    }
  }

  #live(window: number, now: number): Entry[] {
    const { depth, findTime } = this.#options;
    const entries: Entry[] = [];
    for (let at = window * depth; at < (window + 1) * depth; at++) {
      const time = this.#times[at] ?? 0;
      const weight = this.#weights[at] ?? 0;
      if (weight > 0 && time > now - findTime) entries.push({ time, weight, place: this.#places[at] ?? -1 });
    }
    return entries.sort((a, b) => a.time - b.time);
  }

  #sum(window: number, now: number): number {
    const { depth, findTime } = this.#options;
    const since = now - findTime;
    let sum = 0;
    for (let at = window * depth; at < (window + 1) * depth; at++) {
      if ((this.#times[at] ?? 0) > since) sum += this.#weights[at] ?? 0;
    }
    return sum;
  }

  #open(subject: Network, host: number, now: number): number {
    const { w0, w1, w2, w3 } = subject.base;
    let window = this.#table.index(w0, w1, w2, w3, host);
    if (window < 0) {
      // Under a flood of new addresses every attempt comes here; a look at all windows must stay rare.
      if (now - this.#compacted > this.#options.findTime / 10) this.#compact(now);
      window = this.#table.index(w0, w1, w2, w3, host);
      if (window < 0) this.dropped++;
    }
    if (window >= this.#next.length) this.#grow();
    return window;
  }

  #grow(): void {
    this.#times = larger(this.#times, new Float64Array(this.#times.length * 2));
    this.#places = larger(this.#places, new Float64Array(this.#places.length * 2));
    this.#weights = larger(this.#weights, new Int32Array(this.#weights.length * 2));
    this.#next = larger(this.#next, new Int32Array(this.#next.length * 2));
  }

  /** Makes room by forgetting the windows in which nothing is left. */
  #compact(now: number): void {
    const { depth, findTime, size } = this.#options;
    const old = this.#table;
    this.#compacted = now;
    this.#table = new AddressTable(size);
    for (let window = 0; window < old.size; window++) {
      let live = false;
      for (let at = window * depth; at < (window + 1) * depth; at++) {
        if ((this.#weights[at] ?? 0) > 0 && (this.#times[at] ?? 0) > now - findTime) live = true;
      }
      const word = (index: number): number => old.word(window, index);
      const kept = live ? this.#table.index(word(0), word(1), word(2), word(3), word(4)) : -1;
      if (kept < 0) continue;
      for (const array of [this.#times, this.#places, this.#weights]) {
        array.copyWithin(kept * depth, window * depth, (window + 1) * depth);
      }
      this.#next[kept] = this.#next[window] ?? 0;
    }
    const free = this.#table.size * depth;
    this.#weights.fill(0, free);
    this.#next.fill(0, this.#table.size);
  }
}

const INITIAL = 1024;

function larger<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
