/** Which addresses plain http may go to: those of this machine and of private networks. */
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { parseAddress } from '../../base/address.ts';
import { isPrivate } from '../../base/sheltered.ts';

export function isNear(text: string): boolean {
  const address = parseAddress(text.replace(/%.*$/, ''));
  return address !== undefined && isPrivate(address);
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
