/** The addresses of this host, and those that are nobody's: a ban of one of them would hit the host itself, or nothing. */
import type { NetworkInterfaceInfo } from 'node:os';
import { type Network, parseAddress, parseNetwork, single } from '../base/address.ts';
import { printable } from '../base/text.ts';
import type { OwnAddress } from './facts.ts';

/** As `os.networkInterfaces` gives them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export const SPECIAL: readonly OwnAddress[] = [
  ['127.0.0.0/8', 'this host itself (loopback)'],
  ['::1', 'this host itself (loopback)'],
  ['169.254.0.0/16', 'a link-local address'],
  ['fe80::/10', 'a link-local address'],
  ['224.0.0.0/4', 'a multicast address'],
  ['ff00::/8', 'a multicast address'],
  ['0.0.0.0/8', 'no address of anybody (unspecified)'],
  ['::', 'no address of anybody (unspecified)'],
  ['255.255.255.255', 'the broadcast address'],
].flatMap(([text = '', why = '']) => {
  const network: Network | undefined = parseNetwork(text);
  return network ? [{ network, why }] : [];
});

export function interfaceAddresses(interfaces: Interfaces): OwnAddress[] {
  return Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap((each) => {
      const address = parseAddress(withoutZone(each.address));
      return address ? [{ network: single(address), why: `an address of this host (${printable(name)})` }] : [];
    }),
  );
}

/** `fe80::1%eth0` without its interface. */
export function withoutZone(text: string): string {
  const percent = text.indexOf('%');
  return percent < 0 ? text : text.slice(0, percent);
}
