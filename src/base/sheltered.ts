/** Addresses that are not of the internet: nobody out there can send from one. */
import { type Address, contains, type Network, parseNetwork } from './address.ts';

/** Loopback, private, link-local, carriers' (RFC 1918, 3927, 4193, 4291, 6598). */
const SHELTERED: readonly Network[] = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
  ...['::1', 'fe80::/10', 'fc00::/7'],
].flatMap((text) => parseNetwork(text) ?? []);

export function isSheltered(address: Address): boolean {
  return SHELTERED.some((network) => contains(network, address));
}
