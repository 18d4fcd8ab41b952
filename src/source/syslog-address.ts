/** Where syslog is received, and who can reach that. */
import { contains, isIPv4, type Network, parseAddress, parseNetwork } from '../base/address.ts';

export type SyslogAddress =
  | { readonly type: 'udp' | 'tcp'; readonly host: string; readonly port: number; readonly family: 4 | 6 }
  | { readonly type: 'unix'; readonly path: string };

/** `udp://127.0.0.1:5514`, `tcp://[::1]:5514`, `unix:///run/rapsheet/syslog.sock`; undefined for anything else. */
export function parseSyslogAddress(text: string): SyslogAddress | undefined {
  const path = /^unix:\/\/(\/[^\0]+)$/.exec(text)?.[1];
  if (path !== undefined) return { type: 'unix', path };
  const match = /^(udp|tcp):\/\/(?:\[([\da-fA-F:.]+)\]|([\d.]+)):([1-9]\d{0,4})$/.exec(text);
  const address = parseAddress(match?.[2] ?? match?.[3] ?? '');
  const port = Number(match?.[4]);
  if (!match || !address || port > 65_535) return undefined;
  const type = match[1] === 'udp' ? 'udp' : 'tcp';
  return { type, host: address.text, port, family: isIPv4(address) ? 4 : 6 };
}

/** Whether only this machine, or a network that is not the internet, can reach the address. */
export function isSheltered(host: string): boolean {
  const address = parseAddress(host);
  return address !== undefined && sheltered().some((network: Network) => contains(network, address));
}

/** Loopback, private, link-local, carriers' (RFC 1918, 3927, 4193, 4291, 6598). */
const SHELTERED = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
  ...['::1', 'fe80::/10', 'fc00::/7'],
] as const;

function sheltered(): readonly Network[] {
  return SHELTERED.flatMap((text) => parseNetwork(text) ?? []);
}
