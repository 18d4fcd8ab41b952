/** Which addresses plain http may go to: those of this machine and of private networks. */
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
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

export const FAR = 'plain http beyond private networks shows messages and secrets to whoever is on the way';
export const FAR_CODE = 'EFAR';

/** Finds addresses of this machine and of private networks only. */
export const lookupNear: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    const near = found.filter(({ address }) => isNear(address));
    const [first] = near;
    if (!first) return callback(Object.assign(new Error(FAR), { code: FAR_CODE }), []);
    if (options.all) callback(null, near);
    else callback(null, first.address, first.family);
  });
};
