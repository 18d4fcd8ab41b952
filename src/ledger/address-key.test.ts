import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Address,
  compareAddresses,
  contains,
  fromWords,
  isIPv4,
  type Network,
  networkOf,
} from '../base/address.ts';
import { addressFromHex, addressOf, addressTextFromHex, keyOf, rangeOf, rangesAround } from './address-key.ts';
import { network } from './testing/sample.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
/** Half of them IPv4, and many near each other. */
const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  word.map((w3) => fromWords(0, 0, 0xffff, w3)),
  fc.integer({ min: 0, max: 1023 }).map((w3) => fromWords(0, 0, 0xffff, w3)),
  fc.tuple(word, word, word, word).map((words) => fromWords(...words)),
);
const anyNetwork: fc.Arbitrary<Network> = fc
  .tuple(anyAddress, fc.nat())
  .map(([address, prefix]) => networkOf(address, prefix % (isIPv4(address) ? 33 : 129)));

test('keyOf gives the address back, from bytes and from hex', () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      const key = keyOf(address);
      expect(addressOf(key)).toEqual(address);
      expect(addressFromHex(key.toString('hex').toUpperCase())).toEqual(address);
      expect(addressTextFromHex(key.toString('hex').toUpperCase())).toBe(address.text);
    }),
  );
});

test('keyOf sorts as addresses do', () => {
  fc.assert(
    fc.property(anyAddress, anyAddress, (a, b) => {
      expect(Math.sign(Buffer.compare(keyOf(a), keyOf(b)))).toBe(Math.sign(compareAddresses(a, b)));
    }),
  );
});

test('rangeOf holds exactly the addresses of the network', () => {
  fc.assert(
    fc.property(anyNetwork, anyAddress, (net, address) => {
      const { low, high } = rangeOf(net);
      const key = keyOf(address);
      expect(Buffer.compare(low, key) <= 0 && Buffer.compare(key, high) <= 0).toBe(contains(net, address));
      expect(low).toEqual(keyOf(net.base));
    }),
  );
});

test('rangesAround are the larger networks, widest first', () => {
  const texts = rangesAround(network('192.0.2.128/25')).map(
    ({ low, high }) => `${low.toString('hex')} ${high.toString('hex')}`,
  );
  expect(texts).toHaveLength(121);
  expect(texts.slice(-2)).toEqual([
    '00000000000000000000ffffc0000200 00000000000000000000ffffc00003ff',
    '00000000000000000000ffffc0000200 00000000000000000000ffffc00002ff',
  ]);
  expect(texts[0]).toBe(`${'0'.repeat(32)} ${'f'.repeat(32)}`);
});

test('addressOf refuses what is not sixteen bytes', () => {
  expect([addressOf(Buffer.alloc(15)), addressFromHex(''), addressFromHex('zz')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([addressTextFromHex(''), addressTextFromHex('00000000000000000000FFFFC00002')]).toEqual([
    undefined,
    undefined,
  ]);
});
