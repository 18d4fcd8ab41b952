/** Where syslog is received, and who can reach that. */
import { isIPv4, parseAddress } from '../base/address.ts';
import { isSheltered as isShelteredAddress } from '../base/sheltered.ts';

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
  return address !== undefined && isShelteredAddress(address);
}
