/**
 * Whose attempts the attempts of an address are. IPv6 is banned by /64 and wider, and tallied by address, so there they are
 * those of the smallest banned network that holds it; an IPv4 address answers for itself, whatever was banned around it.
 */
import { networkOf, parseAddress, parseNetwork } from '../../base/address.ts';

export class BannedNetworks {
  readonly #known = new Set<string>();
  /** Lengths of their prefixes, the longest first: 128 at most. */
  #prefixes: number[] = [];

  /** `limit`: the most that are told apart. */
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What was banned, canonical text; all but networks of IPv6 is passed over. */
  add(subject: string): void {
    if (!subject.includes(':') || !subject.includes('/') || this.#known.size >= this.#limit) return;
    const network = parseNetwork(subject);
    if (network === undefined) return;
    this.#known.add(subject);
    if (this.#prefixes.includes(network.bits)) return;
    this.#prefixes = [...this.#prefixes, network.bits].sort((a, b) => b - a);
  }

  /** The banned network, else the address itself. */
  holding(address: string): string {
    if (this.#prefixes.length === 0 || !address.includes(':')) return address;
    const parsed = parseAddress(address);
    if (parsed === undefined) return address;
    return this.#prefixes.map((bits) => networkOf(parsed, bits).text).find((text) => this.#known.has(text)) ?? address;
  }
}
