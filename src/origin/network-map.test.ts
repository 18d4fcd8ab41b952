import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, fromWords, isIPv4, type Network, networkOf, parseNetwork } from '../base/address.ts';
import { NetworkMap } from './network-map.ts';
import { address } from './testing/scratch.ts';

describe('NetworkMap', () => {
  it('keeps the first value of a network, and tells when it is full', () => {
    const map = new NetworkMap<string>(2);
    const add = (text: string, value: string): string => {
      const network = parseNetwork(text);
      return network ? map.add(network, value) : 'no network';
    };
    expect(add('192.0.2.0/24', 'a')).toBe('added');
    expect(add('192.0.2.0/24', 'b')).toBe('known');
    expect(add('192.0.2.0/25', 'c')).toBe('added');
    expect(add('192.0.2.0/26', 'd')).toBe('full');
    expect(map.size).toBe(2);
    expect(map.find(address('192.0.2.1'))).toBe('c');
    expect(map.find(address('192.0.2.200'))).toBe('a');
  });

  it('finds what a search through all networks finds', () => {
    // Few distinct words, so that networks nest.
    const word = fc.constantFrom(0, 1, -1, 0x2001_0db8, 0x7fff_ffff, -0x8000_0000);
    const v6 = fc.tuple(word, word, word, word).map((words) => fromWords(...words));
    const any = fc.oneof(
      v6,
      word.map((w3) => fromWords(0, 0, 0xffff, w3)),
    );
    const network = fc
      .tuple(any, fc.nat(128))
      .map(([base, bits]): Network => networkOf(base, isIPv4(base) ? bits % 33 : bits));
    fc.assert(
      fc.property(fc.array(network, { maxLength: 30 }), any, (networks, wanted) => {
        const map = new NetworkMap<Network>(100);
        for (const one of networks) map.add(one, one);
        const family = networks.filter((one) => !isIPv4(wanted) || one.bits >= 96);
        const holding = family.filter((one) => contains(one, wanted)).sort((a, b) => b.bits - a.bits);
        expect(map.find(wanted)?.text).toBe(holding[0]?.text);
      }),
    );
  });
});
