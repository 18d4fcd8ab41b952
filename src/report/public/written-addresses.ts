/** Finds addresses and networks in running text, whatever stands around them. */
import type { Network } from '../../base/address.ts';
import { parseNetwork } from '../../base/address.ts';

/** Numbers with dots: an address, or a longer list of numbers that may hold one. */
const DOTTED = /(?<!\d)\d{1,3}(?:\.\d{1,3}){3,}(?!\d)(?:\/\d{1,3}(?!\d))?/g;
/** What may be IPv6, with what a sentence puts before and after it. No address is longer. */
const COLONS = /(?<![\p{L}\p{N}])[\da-f:.]{3,48}(?![\p{L}\p{N}])(?:\/\d{1,3}(?!\d))?/giu;

/** The text with other words for the addresses of which `isSecret` is true. */
export function withoutAddresses(text: string, shown: string, isSecret: (network: Network) => boolean): string {
  const replaced = (written: string, networks: readonly Network[]): string =>
    networks.some(isSecret) ? shown : written;
  return text
    .replace(DOTTED, (written) => replaced(written, dottedIn(written)))
    .replace(COLONS, (written) => replaced(written, colonsIn(written)));
}

export function holdsAddress(text: string, isSecret: (network: Network) => boolean): boolean {
  for (const [written] of text.matchAll(DOTTED)) if (dottedIn(written).some(isSecret)) return true;
  for (const [written] of text.matchAll(COLONS)) if (colonsIn(written).some(isSecret)) return true;
  return false;
}

function dottedIn(written: string): Network[] {
  const [address = '', bits] = written.split('/');
  const parts = address.split('.');
  if (parts.length === 4) return networkIn(address, bits);
  return parts.slice(3).flatMap((_, i) => networkIn(parts.slice(i, i + 4).join('.'), undefined));
}

function colonsIn(written: string): Network[] {
  const [run = '', bits] = written.split('/');
  if (run.split(':').length < 3) return [];
  const bare = run.replace(/^\.+|\.+$/g, '');
  for (const address of [bare, bare.replace(/:$/, ''), bare.replace(/^:/, ''), bare.replace(/^:|:$/g, '')]) {
    const found = networkIn(address, bits);
    if (found.length > 0) return found;
  }
  return [];
}

/** A number after it that is no prefix length is part of something else: `http://192.0.2.7/24`. */
function networkIn(address: string, bits: string | undefined): Network[] {
  const network = bits === undefined ? undefined : parseNetwork(`${address}/${bits}`);
  const found = network ?? parseNetwork(address);
  return found === undefined ? [] : [found];
}
