/** An address or network as somebody typed it at the command line. */
import { compareAddresses, isIPv4, type Network, networkOf, parseAddress, parseNetwork } from '../base/address.ts';
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';

/** @throws ProblemError (64) with what was likely meant. */
export function networkArgument(text: string): Network {
  const network = parseNetwork(text.trim());
  if (network) return network;
  throw new ProblemError(
    EXIT.usage,
    nearlyNetwork(text.trim()) ?? {
      what: `"${printable(text)}" is not an address or a network`,
      hint: 'write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/64',
    },
  );
}

/** IPv4 within IPv6 begins after so many bits. */
const MAPPED_BITS = 96;

/** What is wrong with text that is almost a network, and which was meant; undefined when it is nothing of the kind. */
export function nearlyNetwork(text: string): Problem | undefined {
  const [, base = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(base);
  if (!address) return undefined;
  const isMapped = isIPv4(address) && base.includes(':') && Number(digits) >= MAPPED_BITS;
  const prefix = Number(digits) - (isMapped ? MAPPED_BITS : 0);
  if (prefix > (isIPv4(address) ? 32 : 128)) return undefined;
  const meant = networkOf(address, prefix);
  const isWithin = compareAddresses(meant.base, address) !== 0;
  return {
    what: `"${text}" is not a network${isWithin ? ': host bits are set' : ' as it is written'}`,
    hint: `did you mean ${meant.text}?`,
  };
}
