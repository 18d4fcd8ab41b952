/** Who sent a web request, from the fields of its line. */
import { type Address, contains, type Network, parseAddress } from '../base/address.ts';
import type { AccessFields } from './envelope/envelope.ts';

/** `withheld`: it came through a proxy, and nobody said whom to believe about it. Undefined: the line names nobody. */
export type Client = Address | 'withheld' | undefined;

/** The peer, or whom a trusted proxy names. */
export function clientOf(access: AccessFields, trusted: readonly Network[]): Client {
  const peer = parseAddress(access.address);
  if (access.forwarded === '') return peer;
  if (!access.isForwarded && !isTrusted(peer, trusted)) return peer;
  const chain = access.forwarded.split(',').map((entry) => parseAddress(entry.trim()));
  // A proxy adds an address to whatever it was sent. A column without any (a request time) is not from one.
  if (!peer || chain.every((entry) => entry === undefined)) return peer;
  if (trusted.length === 0) return 'withheld';
  if (!isTrusted(peer, trusted)) return peer;
  // Read from the right: each trusted proxy vouches for the entry that it added, and for no other.
  for (const address of chain.reverse()) {
    if (!address) break;
    if (!isTrusted(address, trusted)) return address;
  }
  return 'withheld';
}

/** Whether an address is a proxy that is believed. */
export function isTrusted(address: Address | undefined, trusted: readonly Network[]): boolean {
  return address !== undefined && trusted.some((network) => contains(network, address));
}

/** The user name that the request was logged with; undefined when there is none. */
export function nameOf(access: AccessFields): string | undefined {
  // Apache writes an empty name as two quotes.
  return ['-', '', '""'].includes(access.name) ? undefined : access.name;
}
