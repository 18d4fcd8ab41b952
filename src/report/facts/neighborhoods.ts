/** The /24 or /64 around each banned address, and what was banned in it. */
import { AddressTable } from '../../base/address-table.ts';
import type { BanFacts } from './ban-facts.ts';
import { Numbers } from './numbers.ts';
import { PAIRS } from './pairs.ts';
import { WORD } from './profiles.ts';
import { networkText } from './subjects.ts';

/** The bits of an IPv4 /24 in the 128-bit form. */
const SLASH_24 = 120;

export type SharedTrait = 'country' | 'organization';

/** No number of a name. */
export const SEVERAL = -1;

/** Networks by number. */
export interface Neighborhoods {
  readonly size: number;
  readonly bansIn: (network: number) => number;
  readonly addressesIn: (network: number) => number;
  /** The address with the most bans, the one that was banned first of several. */
  readonly topOf: (network: number) => number;
  /**
   * What the origins of its addresses say of it: the number of a name plus 1 when they all say the same, 0 when that is not
   * known of one, `SEVERAL` when they differ.
   */
  readonly originOf: (network: number, trait: SharedTrait) => number;
  readonly text: (network: number) => string;
  /** The network of a banned address, -1 when its text is unreadable. */
  readonly of: (subject: number) => number;
  /** Addresses that are in no network, because the ledger's text of them is unreadable; and their bans. */
  readonly outside: { readonly addresses: number; readonly bans: number };
}

export function neighborhoodsOf(bans: BanFacts): Neighborhoods {
  const table = new AddressTable(PAIRS, 1024, SLASH_24);
  const [addresses, bansIn, top] = [new Numbers(), new Numbers(), new Numbers()];
  const shared = { country: new Shared(), organization: new Shared() };
  const outside = { addresses: 0, bans: 0 };
  for (let subject = 0; subject < bans.subjects.size; subject++) {
    const times = bans.of(subject, WORD.bans);
    const network = bans.subjects.neighborhood(subject, table);
    if (network < 0) {
      outside.addresses++;
      outside.bans += times;
      continue;
    }
    if (addresses.at(network) === 0 || times > bans.of(top.at(network), WORD.bans)) top.put(network, subject);
    shared.country.add(network, bans.of(subject, WORD.country));
    shared.organization.add(network, bans.of(subject, WORD.organization));
    addresses.add(network, 1);
    bansIn.add(network, times);
  }
  return {
    size: table.size,
    bansIn: (network) => bansIn.at(network),
    addressesIn: (network) => addresses.at(network),
    topOf: (network) => top.at(network),
    originOf: (network, trait) => shared[trait].of(network),
    text: (network) => networkText(table, network),
    of: (subject) => bans.subjects.neighborhood(subject, table),
    outside,
  };
}

/** What things have in common, in whatever order they come; 0 is not known. */
class Shared {
  readonly #known = new Numbers();
  /** 1 where it is not known of one. */
  readonly #gaps = new Numbers();

  add(network: number, value: number): void {
    const before = this.#known.at(network);
    if (value === 0) this.#gaps.put(network, 1);
    else if (before !== value) this.#known.put(network, before === 0 ? value : SEVERAL);
  }

  of(network: number): number {
    const known = this.#known.at(network);
    return known !== SEVERAL && this.#gaps.at(network) > 0 ? 0 : known;
  }
}
