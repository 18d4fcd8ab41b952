/** As what an address is counted and banned: itself for IPv4, its network for IPv6. */
import { type Address, countedNetwork, detachedAddress, isIPv4, type Network } from '../base/address.ts';

export class Subjects {
  readonly #ipv6Prefix: number;

  constructor(ipv6Prefix: number) {
    this.#ipv6Prefix = ipv6Prefix;
  }

  /** Can be kept. */
  of(address: Address): Network {
    return countedNetwork(isIPv4(address) ? detachedAddress(address) : address, this.#ipv6Prefix);
  }

  /** The subject's first address, which stands for it while it is only counted: for IPv4 it is the address itself. */
  baseOf(address: Address): Address {
    return isIPv4(address) ? address : this.of(address).base;
  }

  /** Whether a network is one that addresses are counted by. */
  isCounted(subject: Network): boolean {
    return subject.bits === this.of(subject.base).bits;
  }
}
