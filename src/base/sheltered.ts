/** Addresses that are not of the internet: nobody out there can send from one. */
import { type Address, contains, type Network, parseNetwork } from './address.ts';

/** Loopback, private, link-local (RFC 1918, 3927, 4193, 4291). */
const PRIVATE = networksOf(
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
  ...['::1', 'fe80::/10', 'fc00::/7'],
);
/** These, and carriers' (RFC 6598). */
const SHELTERED = [...PRIVATE, ...networksOf('100.64.0.0/10')];

/** Of this machine and of networks of one's own: between them and their owner there is no carrier. */
export function isPrivate(address: Address): boolean {
  return PRIVATE.some((network) => contains(network, address));
}

export function isSheltered(address: Address): boolean {
  return SHELTERED.some((network) => contains(network, address));
}

function networksOf(...texts: readonly string[]): Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}
