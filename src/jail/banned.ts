/** Who is banned on which host, from when until when: the last ban of each. */
import type { Address, Network } from '../base/address.ts';
import { AddressTable } from '../base/address-table.ts';
import { NetworkSpans, type Span } from './network-spans.ts';

export type { Span } from './network-spans.ts';

/** As many as there are windows in a jail. Beyond them a ban does not keep its subject from being banned again. */
const BANNED_MAX = 1_000_000;
const HOUR_MS = 3_600_000;

/** When, and how much sooner than it a ban may begin; milliseconds. */
export interface Moment {
  readonly time: number;
  readonly slack: number;
}

export class BannedSpans {
  #table = new AddressTable(BANNED_MAX);
  /** From and until, in turn. */
  #spans = new Float64Array(2_048);
  #odd = new NetworkSpans();
  #compacted = Number.NEGATIVE_INFINITY;

  /**
   * Whether a ban covers a time. Lines come late by seconds, so it covers `slack` milliseconds before its beginning; a
   * log that is older than the ban is another matter, and its attempts count.
   */
  covers({ w0, w1, w2, w3 }: Address, host: number, { time, slack }: Moment): boolean {
    const at = 2 * this.#table.find(w0, w1, w2, w3, host);
    return at >= 0 && time < (this.#spans[at + 1] ?? 0) && time >= (this.#spans[at] ?? 0) - slack;
  }

  /** The banned network that holds the address: by a person, or for what was banned in it. */
  coversOdd(address: Address, host: number, at: Moment): Network | undefined {
    return this.#odd.covering(address, host, at);
  }

  /** Whether the address is banned at a time: it, the network that it is counted by, or a larger one. */
  holds(address: Address, { base, host }: { base: Address; host: number }, at: Moment): boolean {
    return this.covers(base, host, at) || this.coversOdd(address, host, at) !== undefined;
  }

  add(base: Address, host: number, { from, until }: Span): void {
    const { w0, w1, w2, w3 } = base;
    let index = this.#table.index(w0, w1, w2, w3, host);
    if (index < 0 && from - this.#compacted > HOUR_MS) {
      this.#compact(from);
      index = this.#table.index(w0, w1, w2, w3, host);
    }
    if (index < 0) return;
    if (index * 2 >= this.#spans.length) {
      const larger = new Float64Array(this.#spans.length * 2);
      larger.set(this.#spans);
      this.#spans = larger;
    }
    this.#spans[index * 2] = from;
    this.#spans[index * 2 + 1] = until;
  }

  addOdd(subject: Network, host: number, span: Span): void {
    this.#odd.add(subject, host, span);
  }

  /** Ends the ban of a subject. */
  remove({ w0, w1, w2, w3 }: Address, host: number): void {
    const index = this.#table.find(w0, w1, w2, w3, host);
    if (index >= 0) this.#spans[index * 2 + 1] = Number.NEGATIVE_INFINITY;
  }

  removeOdd(subject: Network, host: number): void {
    this.#odd.remove(subject, host);
  }

  clear(): void {
    this.#table = new AddressTable(BANNED_MAX);
    this.#odd = new NetworkSpans();
  }

  /** Forgets the bans that are over. */
  #compact(now: number): void {
    const old = this.#table;
    this.#compacted = now;
    this.#table = new AddressTable(BANNED_MAX);
    for (let index = 0; index < old.size; index++) {
      if ((this.#spans[index * 2 + 1] ?? 0) <= now) continue;
      const word = (number: number): number => old.word(index, number);
      const kept = this.#table.index(word(0), word(1), word(2), word(3), word(4));
      this.#spans.copyWithin(kept * 2, index * 2, index * 2 + 2);
    }
  }
}
