/**
 * Addresses and networks, in one form: four 32-bit words, IPv4 as IPv4-mapped IPv6.
 * Strict on purpose: what `getaddrinfo` would take (`127.1`, `010.1.1.1`, a zone id) is not an address here,
 * because a log line must never talk us into banning something that it does not spell out.
 */

/** An IPv4 or IPv6 address. The words are signed 32-bit integers, most significant first; IPv4 is `0, 0, 0xffff, v4`. */
export interface Address {
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  /** Canonical text: dotted quad, or RFC 5952. */
  readonly text: string;
}

/** A network in CIDR form. `bits` counts in the 128-bit form (an IPv4 /24 has 120); all host bits are zero. */
export interface Network {
  readonly base: Address;
  readonly bits: number;
  /** Canonical text: the bare address for a single one, else `base/prefix` with the family's own prefix length. */
  readonly text: string;
}

/** Whether the address is IPv4 (or was IPv4-mapped IPv6). */
export function isIPv4(address: Omit<Address, 'text'>): boolean {
  return address.w0 === 0 && address.w1 === 0 && address.w2 === 0xffff;
}

/** Parses an address; undefined for anything that is not exactly one. */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseIPv4(text);
  if (v4 >= 0) return { w0: 0, w1: 0, w2: 0xffff, w3: v4 | 0, text };
  return parseIPv6(text);
}

/** Parses `ADDRESS` or `ADDRESS/PREFIX`; undefined when malformed or when host bits are set. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address) return undefined;
  const width = isIPv4(address) ? 32 : 128;
  if (slash < 0) return { base: address, bits: 128, text: address.text };
  const prefix = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > width) return undefined;
  const network = networkOf(address, Number(prefix));
  return sameWords(network.base, address) ? network : undefined;
}

/** The network of an address, `prefix` in the address's own family (24 for an IPv4 /24). */
export function networkOf(address: Address, prefix: number): Network {
  const v4 = isIPv4(address);
  const bits = v4 ? prefix + 96 : prefix;
  if (bits === 128) return single(address);
  const base = fromWords(
    address.w0 & maskOf(bits, 0),
    address.w1 & maskOf(bits, 1),
    address.w2 & maskOf(bits, 2),
    address.w3 & maskOf(bits, 3),
  );
  return { base, bits, text: `${v4 ? dotted(base.w3) : base.text}/${prefix}` };
}

/** Whether the network holds the address. The last word is compared first: IPv4 differs nowhere else. */
export function contains(network: Network, address: Omit<Address, 'text'>): boolean {
  const { base, bits } = network;
  return (
    (address.w3 & maskOf(bits, 3)) === base.w3 &&
    (address.w2 & maskOf(bits, 2)) === base.w2 &&
    (address.w1 & maskOf(bits, 1)) === base.w1 &&
    (address.w0 & maskOf(bits, 0)) === base.w0
  );
}

/** The network of one address. */
export function single(address: Address): Network {
  return { base: address, bits: 128, text: address.text };
}

/** What an address is counted and banned as: itself for IPv4, its network of this prefix for IPv6. */
export function countedNetwork(address: Address, ipv6Prefix: number): Network {
  return networkOf(address, isIPv4(address) ? 32 : ipv6Prefix);
}

/** An address from its four words. */
export function fromWords(w0: number, w1: number, w2: number, w3: number): Address {
  const words = { w0: w0 | 0, w1: w1 | 0, w2: w2 | 0, w3: w3 | 0, text: '' };
  words.text = isIPv4(words) ? dotted(words.w3) : rfc5952(words);
  return words;
}

/** The same address with a text of its own, to be kept: one that was cut from a log keeps all that was read with it. */
export function detachedAddress({ w0, w1, w2, w3 }: Address): Address {
  return fromWords(w0, w1, w2, w3);
}

/** Orders addresses numerically, IPv4 (as mapped) before global IPv6. */
export function compareAddresses(a: Address, b: Address): number {
  return (
    (a.w0 >>> 0) - (b.w0 >>> 0) ||
    (a.w1 >>> 0) - (b.w1 >>> 0) ||
    (a.w2 >>> 0) - (b.w2 >>> 0) ||
    (a.w3 >>> 0) - (b.w3 >>> 0)
  );
}

function sameWords(a: Address, b: Address): boolean {
  return a.w0 === b.w0 && a.w1 === b.w1 && a.w2 === b.w2 && a.w3 === b.w3;
}

/** The bits of a word (0 to 3) that are fixed in a network whose first `bits` are, in the 128-bit form. */
export function maskOf(bits: number, word: number): number {
  const inWord = bits - word * 32;
  if (inWord >= 32) return -1;
  return inWord <= 0 ? 0 : -1 << (32 - inWord);
}

function dotted(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** The address as an unsigned 32-bit number, -1 when the text is not a dotted quad without leading zeros. */
function parseIPv4(text: string): number {
  const length = text.length;
  if (length < 7 || length > 15) return -1;
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (digits === 0 || ++dots > 3) return -1;
      value = (value << 8) | octet;
      octet = 0;
      digits = 0;
      continue;
    }
    if (code < 48 || code > 57 || (digits > 0 && octet === 0)) return -1;
    octet = octet * 10 + code - 48;
    if (++digits > 3 || octet > 255) return -1;
  }
  return dots === 3 && digits > 0 ? ((value << 8) | octet) >>> 0 : -1;
}

function parseIPv6(text: string): Address | undefined {
  if (text.length < 2 || text.length > 45 || !/^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  const gap = text.indexOf('::');
  if (gap >= 0 && text.indexOf('::', gap + 1) >= 0) return undefined;
  const head = groupsOf(gap < 0 ? text : text.slice(0, gap));
  const tail = gap < 0 ? [] : groupsOf(text.slice(gap + 2));
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const word = (i: number): number => ((groups[i] ?? 0) << 16) | (groups[i + 1] ?? 0);
  return fromWords(word(0), word(2), word(4), word(6));
}

/** The 16-bit groups of one side of `::`; a dotted quad may stand last. */
function groupsOf(side: string): number[] | undefined {
  if (side === '') return [];
  const groups: number[] = [];
  const parts = side.split(':');
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes('.')) {
      const v4 = parseIPv4(part);
      if (v4 < 0) return undefined;
      groups.push(v4 >>> 16, v4 & 0xffff);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

function rfc5952(words: { w0: number; w1: number; w2: number; w3: number }): string {
  const groups: number[] = [];
  for (const word of [words.w0, words.w1, words.w2, words.w3]) groups.push(word >>> 16, word & 0xffff);
  let start = -1;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > longest) {
      start = i;
      longest = end - i;
    }
    i = Math.max(i, end - 1);
  }
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  if (start < 0) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + longest))}`;
}
