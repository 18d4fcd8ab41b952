/**
 * Bans of what is not banned by counting: networks that a person or a rule banned, and single addresses of IPv6. Looked up
 * once for each length of prefix that there is, which are few, however many networks there are.
 */
import type { Address, Network } from '../base/address.ts';
import { AddressTable } from '../base/address-table.ts';

/** Beyond it the oldest is forgotten: its addresses are counted, and banned one by one. */
const NETWORKS_MAX = 10_000;
const PREFIXES = 129;

export interface Span {
  readonly from: number;
  readonly until: number;
}

interface NetworkSpan extends Span {
  readonly subject: Network;
  readonly host: number;
}

export class NetworkSpans {
  /** By host and network, the oldest first. */
  #spans = new Map<string, NetworkSpan>();
  /** The lengths of their prefixes, of 128 bits. */
  #prefixes: readonly number[] = [];
  #table = new AddressTable(NETWORKS_MAX);
  #byIndex: NetworkSpan[] = [];
  /** Something was taken out, so that the table must be made anew before it is asked. */
  #isStale = false;

  get size(): number {
    return this.#spans.size;
  }

  /** The network that holds the address and whose ban covers the time, or begins within `slack` after it. */
  covering(address: Address, host: number, { time, slack }: { time: number; slack: number }): Network | undefined {
    if (this.#isStale) this.#index();
    for (const bits of this.#prefixes) {
      const index = this.#table.find(
        address.w0 & mask(bits, 0),
        address.w1 & mask(bits, 1),
        address.w2 & mask(bits, 2),
        address.w3 & mask(bits, 3),
        host * PREFIXES + bits,
      );
      const span = index < 0 ? undefined : this.#byIndex[index];
      if (span && time < span.until && time >= span.from - slack) return span.subject;
    }
    return undefined;
  }

  add(subject: Network, host: number, { from, until }: Span): void {
    const key = keyOf(subject, host);
    const span = { subject, host, from, until };
    if (this.#spans.delete(key)) this.#isStale = true;
    this.#spans.set(key, span);
    if (this.#spans.size > NETWORKS_MAX) this.#drop(from);
    if (!this.#isStale) this.#put(span);
  }

  remove(subject: Network, host: number): void {
    if (this.#spans.delete(keyOf(subject, host))) this.#isStale = true;
  }

  /** Those that are over, or else the oldest. */
  #drop(now: number): void {
    this.#isStale = true;
    for (const [key, { until }] of this.#spans) if (until <= now) this.#spans.delete(key);
    const [oldest] = this.#spans.keys();
    if (oldest !== undefined && this.#spans.size > NETWORKS_MAX) this.#spans.delete(oldest);
  }

  #index(): void {
    this.#isStale = false;
    this.#table.clear();
    this.#byIndex = [];
    this.#prefixes = [];
    for (const span of this.#spans.values()) this.#put(span);
  }

  #put(span: NetworkSpan): void {
    const { base, bits } = span.subject;
    const index = this.#table.index(base.w0, base.w1, base.w2, base.w3, span.host * PREFIXES + bits);
    this.#byIndex[index] = span;
    if (!this.#prefixes.includes(bits)) this.#prefixes = [...this.#prefixes, bits].sort((a, b) => b - a);
  }
}

function keyOf(subject: Network, host: number): string {
  return `${host} ${subject.text}`;
}

function mask(bits: number, word: number): number {
  const inWord = bits - word * 32;
  if (inWord >= 32) return -1;
  return inWord <= 0 ? 0 : -1 << (32 - inWord);
}
