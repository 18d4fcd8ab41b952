/**
 * Addresses that belong to nobody on the internet: private, local, for documentation, reserved (IANA's registries of
 * special-purpose addresses, RFC 6890). Public data sets answer for some of them all the same, the embedded one takes
 * 192.168.0.1 for Australian; they are not asked. What the user's own table says of them counts.
 */
import { type Address, parseNetwork } from '../base/address.ts';
import { NetworkMap } from './network-map.ts';

const SPECIAL = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  '::/96 64:ff9b:1::/48 100::/64 2001:2::/48 2001:db8::/32 3fff::/20 fc00::/7 fe80::/10 ff00::/8',
]
  .join(' ')
  .split(' ');

/** Of these, the ones that are somebody's: of this host, of its networks. What they are is nobody's business elsewhere. */
const LOCAL = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16',
  '224.0.0.0/4 240.0.0.0/4 ::/96 64:ff9b:1::/48 fc00::/7 fe80::/10 fec0::/10 ff00::/8',
]
  .join(' ')
  .split(' ');

export type IsSpecial = (address: Address) => boolean;

export function specialAddresses(): IsSpecial {
  return anyOf(SPECIAL);
}

/** Addresses that mean something only here. Those for documentation tell nobody anything, and are not among them. */
export function localAddresses(): IsSpecial {
  return anyOf(LOCAL);
}

function anyOf(texts: readonly string[]): IsSpecial {
  const networks = new NetworkMap<true>(texts.length);
  for (const text of texts) {
    const network = parseNetwork(text);
    if (network) networks.add(network, true);
  }
  return (address) => networks.find(address) === true;
}
