import { expect, it } from 'vitest';
import { contains, parseAddress, parseNetwork } from '../base/address.ts';
import { CAST, part } from './cast.ts';
import { settle } from './networks.ts';
import { randomOf } from './random.ts';

it('settle() gives every address its own place in a network of its organization', () => {
  const { holdings, members } = settle(CAST, randomOf(1, 'test'));
  const parts = new Map(holdings.map(({ network, part: owner }) => [network, owner]));

  expect(new Set(members.map((member) => member.address)).size).toBe(members.length);
  expect(parts.size).toBe(holdings.length);
  for (const { address, part: owner } of members) {
    expect(parts.get(address.replace(/\d+$/, '0/24'))).toBe(owner);
  }
});

it('settle() stays in the lower half of the benchmarking range', () => {
  const range = parseNetwork('198.18.0.0/16');
  for (const { address } of settle(CAST, randomOf(1, 'test')).members) {
    const parsed = parseAddress(address);
    expect(range && parsed && contains(range, parsed), address).toBe(true);
  }
});

it('settle() gives as many of each role as the part says', () => {
  const cast = [part('Example', 64_500, 'Berlin', { web: 2, mail: 3, both: 1, ssh: 4 })];
  const roles = settle(cast, randomOf(1, 'test')).members.map(
    ({ web, mail, ssh }) => `${web ? 'w' : ''}${mail ? 'm' : ''}${ssh ? 's' : ''}`,
  );

  expect(roles.sort()).toEqual(['m', 'm', 'm', 's', 's', 's', 's', 'w', 'w', 'wm']);
});

it('settle() refuses a cast that does not fit', () => {
  const cast = [part('Example', 64_500, 'Berlin', { web: 6 * 250 + 1 })];

  expect(() => settle(cast, randomOf(1, 'test'))).toThrow('more networks than there are');
});
