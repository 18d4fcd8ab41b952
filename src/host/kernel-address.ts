/** Addresses as the kernel's files write them: hexadecimal, in the order of bytes of the machine or of the network. */
import { endianness } from 'node:os';
import { type Address, fromWords } from '../base/address.ts';

/** `0100007F` on most machines, `7F000001` on the others; four such words for IPv6. */
export function fromMachineHex(hex: string): Address | undefined {
  return fromHex(hex, endianness() === 'LE' ? swapped : (word) => word);
}

/** `20010db8000000000000000000000001`. */
export function fromNetworkHex(hex: string): Address | undefined {
  return fromHex(hex, (word) => word);
}

function fromHex(hex: string, order: (word: number) => number): Address | undefined {
  if (!/^(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32})$/.test(hex)) return undefined;
  const word = (index: number): number => order(Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16) | 0);
  return hex.length === 8 ? fromWords(0, 0, 0xffff, word(0)) : fromWords(word(0), word(1), word(2), word(3));
}

function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
