/**
 * Networks with a value each; the longest that holds an address answers. One hash table for all prefix lengths, asked
 * once for each length that occurs, the longest first: a table of one's own has a handful of them.
 */
import { type Address, isIPv4, type Network } from '../base/address.ts';
import { AddressTable } from '../base/address-table.ts';

export class NetworkMap<Value> {
  readonly #table: AddressTable;
  readonly #values: Value[] = [];
  /** The prefix lengths that occur, in the 128-bit form, longest first. */
  #lengths: number[] = [];

  /** `limit`: the most networks that it will hold. */
  constructor(limit: number) {
    this.#table = new AddressTable(limit, 64);
  }

  get size(): number {
    return this.#values.length;
  }

  /** `known` when the same network has a value already, `full` at the limit; nothing is changed then. */
  add(network: Network, value: Value): 'added' | 'known' | 'full' {
    const { base, bits } = network;
    const index = this.#table.index(base.w0, base.w1, base.w2, base.w3, bits);
    if (index < 0) return 'full';
    if (index < this.#values.length) return 'known';
    this.#values.push(value);
    if (!this.#lengths.includes(bits)) this.#lengths = [...this.#lengths, bits].sort((a, b) => b - a);
    return 'added';
  }

  /** The value of exactly this network. */
  exact(network: Network): Value | undefined {
    const { base, bits } = network;
    return this.#values[this.#table.find(base.w0, base.w1, base.w2, base.w3, bits)];
  }

  /** The value of the longest network that holds the address. */
  find(address: Address): Value | undefined {
    // An IPv4 address lies inside ::/0 as we store it, but nobody who writes ::/0 means it.
    const shortest = isIPv4(address) ? 96 : 0;
    const { w0, w1, w2, w3 } = address;
    for (const bits of this.#lengths) {
      if (bits < shortest) return undefined;
      const index = this.#table.find(
        w0 & mask(bits),
        w1 & mask(bits - 32),
        w2 & mask(bits - 64),
        w3 & mask(bits - 96),
        bits,
      );
      if (index >= 0) return this.#values[index];
    }
    return undefined;
  }
}

/** The upper `bits` of a word; a shift by 32 would do nothing. */
function mask(bits: number): number {
  if (bits >= 32) return -1;
  return bits <= 0 ? 0 : -1 << (32 - bits);
}
