/** An address or network as somebody typed it at the command line. */
import { isIPv4, type Network, networkOf, parseAddress, parseNetwork } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';

/** @throws ProblemError (64) with what was likely meant. */
export function networkArgument(text: string): Network {
  const network = parseNetwork(text.trim());
  if (network) return network;
  throw new ProblemError(EXIT.usage, {
    what: `"${printable(text)}" is not an address or a network`,
    hint: likelyMeant(text.trim()) ?? 'write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/64',
  });
}

/** With host bits set, it is the network around that was meant. */
function likelyMeant(text: string): string | undefined {
  const [, base = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(base);
  if (!address || Number(prefix) > (isIPv4(address) ? 32 : 128)) return undefined;
  return `did you mean ${networkOf(address, Number(prefix)).text}?`;
}
