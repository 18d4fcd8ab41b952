/** Which addresses plain http may go to: those of this machine and of private networks. */
import { contains, parseAddress, parseNetwork } from '../../base/address.ts';

/** RFC 1918, 4193, and what is local to a machine or a link. */
const NEAR = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
];

export function isNear(text: string): boolean {
  const address = parseAddress(text.replace(/%.*$/, ''));
  if (!address) return false;
  return NEAR.some((near) => {
    const network = parseNetwork(near);
    return network !== undefined && contains(network, address);
  });
}
