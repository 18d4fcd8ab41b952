/**
 * Addresses as SQLite compares them: 16 bytes, most significant first, IPv4 as mapped IPv6. Memory order is numeric
 * order, so a network is one range of an index.
 */
import { type Address, fromWords, type Network } from '../base/address.ts';

export const KEY_BYTES = 16;

/** First and last address of a network. */
export interface KeyRange {
  readonly low: Buffer;
  readonly high: Buffer;
}

export function keyOf(address: Address): Buffer {
  return writeKey(Buffer.allocUnsafe(KEY_BYTES), [address.w0, address.w1, address.w2, address.w3]);
}

/** Undefined for bytes that are not a key. */
export function addressOf(key: Buffer): Address | undefined {
  if (key.length !== KEY_BYTES) return undefined;
  return fromWords(key.readInt32BE(0), key.readInt32BE(4), key.readInt32BE(8), key.readInt32BE(12));
}

/** How the key of an IPv4 address begins in SQLite's `hex()`. */
const IPV4_HEX = '00000000000000000000FFFF';

/** The canonical text of a key in SQLite's `hex()`, undefined for what is not one: IPv4, the usual, without an object. */
export function addressTextFromHex(hex: string): string | undefined {
  if (hex.length !== 2 * KEY_BYTES || !hex.startsWith(IPV4_HEX)) return addressFromHex(hex)?.text;
  const word = Number.parseInt(hex.slice(IPV4_HEX.length), 16);
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** A key in SQLite's `hex()`. Undefined for text that is not one. */
export function addressFromHex(hex: string): Address | undefined {
  return addressOf(Buffer.from(hex, 'hex'));
}

export function rangeOf(network: Network): KeyRange {
  return cut(network.base, network.bits);
}

/** The ranges of all larger networks that hold this one: 128 at most, each a look-up. */
export function rangesAround(network: Network): KeyRange[] {
  return Array.from({ length: network.bits }, (_, bits) => cut(network.base, bits));
}

function cut({ w0, w1, w2, w3 }: Address, bits: number): KeyRange {
  const words = [w0, w1, w2, w3];
  const low = words.map((word, i) => word & ~hostMask(bits - i * 32));
  const high = words.map((word, i) => word | hostMask(bits - i * 32));
  return { low: writeKey(Buffer.allocUnsafe(KEY_BYTES), low), high: writeKey(Buffer.allocUnsafe(KEY_BYTES), high) };
}

/** The bits of a word that vary within a network, when `bits` of it (fewer than none, more than all) are fixed. */
function hostMask(bits: number): number {
  if (bits >= 32) return 0;
  return bits <= 0 ? -1 : -1 >>> bits;
}

function writeKey(key: Buffer, words: readonly number[]): Buffer {
  for (const [i, word] of words.entries()) key.writeInt32BE(word | 0, i * 4);
  return key;
}
