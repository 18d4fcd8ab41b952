import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { compareAddresses, contains, fromWords, networkOf, parseAddress, parseNetwork } from './address.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe('parseAddress()', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['2001:db8::203.0.113.7', '2001:db8::cb00:7107'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ])('reads %s as %s', (text, canonical) => {
    expect(parseAddress(text)?.text).toBe(canonical);
  });

  it.each(
    [
      ...['', '1', '127.1', '1.2.3', '1.2.3.4.5', '010.1.1.1', '1.2.3.04', '256.1.1.1', '0x7f.0.0.1', '1.2.3.4 '],
      ...[
        '1.2.3.4x',
        '１.2.3.4',
        '1..2.3',
        '.1.2.3',
        '1.2.3.',
        '203.0.113.7/32',
        'localhost',
        ':',
        ':::',
        '1:2:3:4:5:6:7',
      ],
      ...['1:2:3:4:5:6:7:8:9', '1::2::3', 'fe80::1%eth0', '12345::', 'g::', '::1.2.3', '::ffff:010.1.1.1', '[::1]'],
      ...['1:2:3:4:5:6:7::8', '::1.2.3.4:5'],
    ].map((text) => [text]),
  )('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('agrees with ipaddr.js on every address that fromWords() writes', () => {
    fc.assert(
      fc.property(word, word, word, word, (w0, w1, w2, w3) => {
        const { text } = fromWords(w0, w1, w2, w3);
        const theirs = ipaddr.process(text);
        expect(text).toBe(theirs instanceof ipaddr.IPv6 ? theirs.toRFC5952String() : theirs.toString());
        expect(parseAddress(text)).toMatchObject({ w0, w1, w2, w3, text });
      }),
    );
  });

  it('never takes what ipaddr.js refuses', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f:.]{2,24}$/), (text) => {
        if (parseAddress(text)) expect(ipaddr.isValid(text)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('parseNetwork()', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.0/24', 120],
    ['0.0.0.0/0', '0.0.0.0/0', 96],
    ['192.0.2.1', '192.0.2.1', 128],
    ['192.0.2.1/32', '192.0.2.1', 128],
    ['2001:db8::/32', '2001:db8::/32', 32],
    ['2001:db8::/128', '2001:db8::', 128],
    ['::/0', '::/0', 0],
  ])('reads %s', (text, canonical, bits) => {
    expect(parseNetwork(text)).toMatchObject({ text: canonical, bits });
  });

  it.each([['192.0.2.1/24'], ['192.0.2.0/33'], ['192.0.2.0/'], ['192.0.2.0/024'], ['2001:db8::1/64'], ['/8'], ['a/8']])(
    'refuses %s',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );

  it('contains() holds for the address that a network was made of, and for no neighbor network', () => {
    fc.assert(
      fc.property(word, word, word, word, fc.integer({ min: 1, max: 128 }), (w0, w1, w2, w3, prefix) => {
        const address = fromWords(w0, w1, w2, w3);
        const width = address.text.includes(':') ? prefix : Math.min(prefix, 32);
        const network = networkOf(address, width);
        expect(contains(network, address)).toBe(true);
        expect(parseNetwork(network.text)?.text).toBe(network.text);
        const bit = network.bits - 1;
        const words = [w0, w1, w2, w3];
        words[bit >> 5] = (words[bit >> 5] ?? 0) ^ (1 << (31 - (bit & 31)));
        expect(contains(network, fromWords(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0))).toBe(false);
      }),
    );
  });
});

it('compareAddresses() orders numerically', () => {
  const texts = ['203.0.113.10', '203.0.113.9', '2001:db8::1', '9.0.0.0'];
  const addresses = texts.flatMap((text) => parseAddress(text) ?? []);
  expect(addresses.sort(compareAddresses).map(({ text }) => text)).toEqual([
    '9.0.0.0',
    '203.0.113.9',
    '203.0.113.10',
    '2001:db8::1',
  ]);
});
