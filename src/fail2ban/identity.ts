/**
 * Whom a failure is about, or whom never to ban: an address, a network, or any other text. Text is an address only when it
 * spells one out; what `getaddrinfo` would make of `127.1` is not for us to ban.
 */
import { type Address, isIPv4, type Network, networkOf, parseAddress, single } from '../base/address.ts';

export type Identity =
  | { readonly type: 'network'; readonly network: Network; readonly text: string }
  /** A name, a session, whatever a filter calls an identity. */
  | { readonly type: 'text'; readonly text: string };

/** How a text is to be understood. */
export interface Reading {
  /** Only of this family. */
  readonly family?: 4 | 6 | undefined;
  /** Bits of the network that the address stands for, in its own family. */
  readonly prefix?: number | undefined;
}

/** An address, perhaps in brackets, perhaps with `/24` or `/255.255.255.0` behind it; any other text as it is. */
export function parseIdentity(text: string, reading: Reading = {}): Identity {
  if (reading.family !== undefined || reading.prefix !== undefined) return identityOf(text, text, reading);
  const bare = text.length > 2 && text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const slash = bare.indexOf('/');
  if (slash < 0) return identityOf(text, bare, {});
  const bits = prefixOf(bare.slice(slash + 1));
  return bits === undefined ? { type: 'text', text } : identityOf(text, bare.slice(0, slash), { prefix: bits });
}

/** A single address of a family, and nothing else; any other text as it is. */
export function parseClient(text: string, family: 4 | 6): Identity {
  const address = parseAddress(text);
  if (!address || family !== familyOf(address, text)) return { type: 'text', text };
  return { type: 'network', network: single(address), text: address.text };
}

function identityOf(text: string, bare: string, { family, prefix }: Reading): Identity {
  const address = parseAddress(bare);
  if (!address || (family !== undefined && family !== familyOf(address, bare))) return { type: 'text', text };
  const network = wholeNetwork(address, bare, prefix);
  return network ? { type: 'network', network, text: network.text } : { type: 'text', text };
}

function wholeNetwork(address: Address, written: string, prefix: number | undefined): Network | undefined {
  const width = isIPv4(address) ? 32 : 128;
  if (prefix === undefined) return networkOf(address, width);
  // `::ffff:192.0.2.0/120` counts the bits of IPv6; fewer than 96 of them are more than IPv4.
  const bits = width === 32 && written.includes(':') ? prefix - 96 : prefix;
  return bits >= 0 && bits <= width ? networkOf(address, bits) : undefined;
}

/** As it is written: `::ffff:192.0.2.1` is none of IPv4, whose text is what was written. */
function familyOf(address: Address, written: string): 4 | 6 {
  return isIPv4(address) && address.text === written ? 4 : 6;
}

/** A number, or a mask that is written like an address. */
function prefixOf(text: string): number | undefined {
  if (/^[0-9]{1,3}$/.test(text)) return Number(text);
  const mask = parseAddress(text);
  if (!mask) return undefined;
  const words = isIPv4(mask) && !text.includes(':') ? [mask.w3] : [mask.w0, mask.w1, mask.w2, mask.w3];
  const bits = words.map((word) => (word >>> 0).toString(2).padStart(32, '0')).join('');
  const [, ones = ''] = /^(1*)0*$/.exec(bits) ?? [];
  return ones === '' && !/^0*$/.test(bits) ? undefined : ones.length;
}

/** What is wrong with a word that is meant to be an address or a network; undefined for what may be the name of a host. */
export function addressMistake(word: string): string | undefined {
  // In the name of a host there is none of these, and its last part is no number.
  if (!/[/:]|(?:^|\.)\d+$/.test(word) || parseIdentity(word).type === 'network') return undefined;
  const slash = word.indexOf('/');
  const address = slash < 0 ? undefined : parseAddress(word.slice(0, slash).replace(/^\[(.*)\]$/, '$1'));
  if (!address) return `"${word}" is neither an address nor a network`;
  return `"${word}" is no network: behind an address of IPv${isIPv4(address) ? '4 stands /0 to /32' : '6 stands /0 to /128'}`;
}

/** Whether the text looks like an address and nothing else, as a host is looked at before its name is asked for. */
export function isAddressText(text: string): boolean {
  const identity = parseIdentity(text);
  return identity.type === 'network' && !text.includes('/');
}

/** What becomes of a host that may be a name, by `usedns`. */
export type Host =
  | Identity
  /** To be resolved, and each of its addresses is meant. `isDoubtful`: whoever does so is to be told about it. */
  | { readonly type: 'name'; readonly text: string; readonly isDoubtful: boolean };

export type UseDns = 'yes' | 'warn' | 'no' | 'raw';

/** The mode that a filter or jail names; what is none of them is the safest. */
export function parseUseDns(text: string): UseDns {
  const mode = text.toLowerCase();
  return mode === 'yes' || mode === 'warn' || mode === 'raw' ? mode : 'no';
}

/** Nothing is resolved here. Undefined for what is no address where names are not resolved. */
export function hostOf(text: string, useDns: UseDns): Host | undefined {
  if (useDns === 'raw') return { type: 'text', text };
  if (isAddressText(text)) return parseIdentity(text);
  return useDns === 'no' ? undefined : { type: 'name', text, isDoubtful: useDns === 'warn' };
}

/** The name under which DNS knows an address, with the final dot; of an IPv4 network as the original spells it. */
export function reverseName(identity: Identity): string {
  if (identity.type === 'text') return '';
  const { base, text } = identity.network;
  if (isIPv4(base)) return `${text.split('.').reverse().join('.')}.in-addr.arpa.`;
  const words = [base.w0, base.w1, base.w2, base.w3].map((word) => (word >>> 0).toString(16).padStart(8, '0'));
  return `${[...words.join('')].reverse().join('.')}.ip6.arpa.`;
}
