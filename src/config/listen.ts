/** Places to listen at, as people write them: `127.0.0.1:9773`, `udp://[::1]:5514`, `unix:///run/rapsheet/syslog.sock`. */
import { type Address, contains, isIPv4, parseAddress, parseNetwork } from '../base/address.ts';

export interface ListenPlace {
  /** An address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** An address and a port; undefined for anything else. Names are none: what they mean is decided elsewhere. */
export function parsePlace(text: string): ListenPlace | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):([1-9]\d{0,4})$/.exec(text);
  const address = parseAddress(match?.[1] ?? match?.[2] ?? '');
  const port = Number(match?.[3]);
  if (!address || !(port <= 65_535)) return undefined;
  return { host: address.text, port };
}

/** The address in its one spelling, or what is wrong with it. */
export function parseSyslogAddress(text: string): { readonly address: string } | { readonly problem: string } {
  const example = 'like "udp://127.0.0.1:5514", "tcp://[::1]:5514" or "unix:///run/rapsheet/syslog.sock"';
  const problem = `must be an address ${example} (got "${text}")`;
  const match = /^(udp|tcp|unix):\/\/(.+)$/.exec(text);
  const [scheme, rest] = [match?.[1], match?.[2] ?? ''];
  if (scheme === undefined) return { problem };
  if (scheme === 'unix') {
    if (!rest.startsWith('/') || rest.includes('\0')) return { problem };
    // The kernel's limit for the path of a Unix socket is 108 bytes with its end.
    if (Buffer.byteLength(rest) > 107)
      return { problem: 'is longer than the 107 bytes that the path of a socket may have' };
    return { address: `unix://${rest}` };
  }
  const place = parsePlace(rest);
  return place ? { address: `${scheme}://${formatPlace(place)}` } : { problem };
}

/** With brackets where the address has colons. */
export function formatPlace({ host, port }: ListenPlace): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  const address = parseAddress(host);
  return address !== undefined && (isLoopback4(address) || address.text === '::1');
}

const LOOPBACK = parseNetwork('127.0.0.0/8');

function isLoopback4(address: Address): boolean {
  return isIPv4(address) && LOOPBACK !== undefined && contains(LOOPBACK, address);
}
