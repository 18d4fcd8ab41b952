/** The networks that must not be told, by number: asked for every ban and every tally of a report to publish. */
import type { Network } from '../../base/address.ts';
import { maskOf } from '../../base/address.ts';
import { AddressTable } from '../../base/address-table.ts';

/** Words of an address in the 128-bit form, from a position on. */
export interface Words {
  readonly [index: number]: number;
}

/** An IPv6 network this wide, and no wider, counts as one customer. */
const ONE_CUSTOMER = 64;

export class HiddenNetworks {
  readonly #networks: readonly Network[];
  readonly #table: AddressTable;
  /** How many bits they have, each number once. */
  readonly #widths: readonly number[];
  /** What is wider than one of them and holds it, by the width asked for. */
  readonly #holders = new Map<number, AddressTable>();

  constructor(networks: readonly Network[]) {
    this.#networks = networks;
    this.#table = tableOf(networks, ({ bits }) => bits);
    this.#widths = [...new Set(networks.map(({ bits }) => bits))].sort((a, b) => a - b);
  }

  /** Whether an address or network is one of them, or lies in one. */
  holds(words: Words, at: number, bits: number): boolean {
    for (const width of this.#widths) {
      if (width > bits) return false;
      if (this.#find(this.#table, { words, at }, width)) return true;
    }
    return false;
  }

  /** Whether it is a network of IPv6 that counts as one customer, and one of them lies in it. */
  areHeldBy(words: Words, at: number, bits: number): boolean {
    if (bits < ONE_CUSTOMER || bits === 128 || isMapped(words, at)) return false;
    const known = this.#holders.get(bits);
    const inside = known ?? tableOf(this.#inside(bits), () => bits);
    if (known === undefined) this.#holders.set(bits, inside);
    return this.#find(inside, { words, at }, bits);
  }

  #inside(width: number): Network[] {
    return this.#networks.filter(({ bits }) => bits >= width);
  }

  #find(table: AddressTable, { words, at }: { words: Words; at: number }, width: number): boolean {
    const word = (number: number): number => (words[at + number] ?? 0) & maskOf(width, number);
    return table.find(word(0), word(1), word(2), word(3), width) >= 0;
  }
}

function isMapped(words: Words, at: number): boolean {
  return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0xffff;
}

/** Each as what it is in a network of so many bits. */
function tableOf(networks: readonly Network[], widthOf: (network: Network) => number): AddressTable {
  const table = new AddressTable(networks.length);
  for (const network of networks) {
    const { w0, w1, w2, w3 } = network.base;
    const width = widthOf(network);
    const mask = (number: number): number => maskOf(width, number);
    table.index(w0 & mask(0), w1 & mask(1), w2 & mask(2), w3 & mask(3), width);
  }
  return table;
}

/** The words of a network, for `holds`. */
export function wordsOf({ base: { w0, w1, w2, w3 } }: Network): Words {
  return [w0, w1, w2, w3];
}
