import { describe, expect, it } from 'vitest';
import { ProblemError } from '../base/problem.ts';
import { openLocation } from './location.ts';
import { type LocationContent, locationBytes } from './testing/location-writer.ts';
import { address, problemOf, scratch } from './testing/scratch.ts';

const files = scratch();
let written = 0;
const open = (content: LocationContent): ReturnType<typeof openLocation> =>
  openLocation(files.write(`${written++}.db`, locationBytes(content)));

const CONTENT: LocationContent = {
  networks: {
    '203.0.113.0/24': { country: 'DE', asn: 64500 },
    '203.0.113.64/26': { country: 'NL', asn: 64510 },
    '203.0.113.77': { asn: 64511 },
    '198.51.100.0/24': { country: 'FR' },
    '2001:db8::/32': { country: 'JP', asn: 4_200_000_000 },
    '2001:db8::1': { country: 'XX', asn: 64500 },
  },
  ases: { 64496: 'First', 64500: 'Example  GmbH ', 64510: 'Zweite', 64511: 'Dritte', 4200000000: 'Größte\u0007' },
};

describe('openLocation', () => {
  it.each([
    ['203.0.113.1', { country: 'DE', asn: 64500, organization: 'Example GmbH', network: '203.0.113.0/24' }],
    ['203.0.113.64', { country: 'NL', asn: 64510, organization: 'Zweite', network: '203.0.113.64/26' }],
    ['203.0.113.128', { country: 'DE', asn: 64500, organization: 'Example GmbH', network: '203.0.113.0/24' }],
    ['203.0.113.77', { asn: 64511, organization: 'Dritte', network: '203.0.113.77' }],
    ['198.51.100.9', { country: 'FR' }],
    ['2001:db8:1::1', { country: 'JP', asn: 4_200_000_000, organization: 'Größte\\x07', network: '2001:db8::/32' }],
    ['2001:db8::1', { asn: 64500, organization: 'Example GmbH', network: '2001:db8::1' }],
  ])('knows %s', (text, part) => {
    expect(JSON.parse(JSON.stringify(open(CONTENT).lookup(address(text))))).toEqual(part);
  });

  it.each(['192.0.2.1', '203.0.112.255', '2001:db9::', '::', '::1'])('does not know %s', (text) => {
    expect(open(CONTENT).lookup(address(text))).toBeUndefined();
  });

  it.each([
    [0, undefined],
    [1, 'vpn'],
    [0b1110, undefined],
    [0b1111, 'vpn'],
  ])('takes a network with the flags %d for %s', (flags, type) => {
    const networks = { '192.0.2.0/24': { country: 'DE', asn: 64500, flags }, '198.51.100.0/24': { flags } };
    const source = open({ networks });
    expect([source.lookup(address('192.0.2.1'))?.type, source.lookup(address('198.51.100.1'))?.type]).toEqual([
      type,
      type,
    ]);
  });

  it('does not know the name of an ASN that has none', () => {
    const source = open({ networks: { '192.0.2.0/24': { country: 'DE', asn: 64499 } }, ases: { 64500: 'Example' } });
    expect(source.lookup(address('192.0.2.1'))).toMatchObject({ asn: 64499, organization: undefined });
  });

  it('does not take a network that holds all of IPv4 and more for one of an IPv4 address', () => {
    const source = open({ networks: { '::/8': { country: 'DE', asn: 64500 } } });
    expect(source.lookup(address('192.0.2.1'))).toBeUndefined();
    expect(source.lookup(address('::1'))).toMatchObject({ network: '::/8' });
  });

  it('is dated and credited by its header', () => {
    expect(open(CONTENT)).toMatchObject({
      name: 'location.db',
      date: '2022-10-23',
      credit: 'IPFire Location, https://location.ipfire.org, CC BY-SA 4.0',
    });
    expect(open({ networks: {}, created: 2 ** 46 }).date).toBe('undated');
  });

  it.each<[what: string, damage: (bytes: Buffer) => Buffer, text: RegExp]>([
    ['an empty file', () => Buffer.alloc(0), /8 bytes at 0 are not in a file of 0/],
    ['another version', (bytes) => bytes.fill(2, 7, 8), /not of version 1/],
    ['a header alone', (bytes) => bytes.subarray(0, 4000), /truncated/],
    ['a file without its end', (bytes) => bytes.subarray(0, bytes.length - 1), /truncated/],
    ['a tree of no nodes', (bytes) => bytes.fill(0, 48, 52), /tree is empty/],
    ['a pool of no text', (bytes) => bytes.fill(0, 64, 68), /a name outside of the pool/],
  ])('refuses %s in a sentence', (_, damage, text) => {
    const path = files.write('bad.db', damage(locationBytes(CONTENT)));
    const problem = problemOf(() => openLocation(path), files.folder);
    expect(problem.status).toBe(65);
    expect(problem.text).toMatch(/^bad\.db: is not a readable location\.db: /);
    expect(problem.text).toMatch(text);
  });

  it('answers "unknown" and counts where an index leads out of its table', () => {
    const bytes = locationBytes({ networks: { '192.0.2.0/24': { country: 'DE', asn: 64500 } } });
    // One network left of one: its length in the header becomes 0.
    const source = openLocation(files.write('index.db', bytes.fill(0, 40, 44)));
    expect(source.lookup(address('192.0.2.1'))).toBeUndefined();
    expect(source.faults).toBe(1);
  });

  it('does not walk in circles', () => {
    const bytes = locationBytes({ networks: {} });
    const tree = bytes.readUInt32BE(44);
    const circle = Buffer.concat([bytes, Buffer.from('000000010000000100000000'.repeat(2), 'hex')]);
    circle.writeUInt32BE(bytes.length, 44);
    circle.writeUInt32BE(24, 48);
    expect(tree).toBe(8192);
    const source = openLocation(files.write('circle.db', circle));
    expect(source.lookup(address('192.0.2.1'))).toBeUndefined();
    expect(source.lookup(address('ffff::'))).toBeUndefined();
  });

  it('survives the flip of a bit in any byte outside of the signatures', () => {
    const honest = locationBytes({
      networks: { '192.0.0.0/10': { country: 'DE', asn: 64500 } },
      ases: { 64500: 'One' },
    });
    const seen = new Set<string>();
    for (let at = 0; at < honest.length; at = at === 72 ? 8192 : at + 1) {
      const flipped = Buffer.from(honest);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at & 7));
      seen.add(ask(flipped));
    }
    expect([...seen].sort()).toEqual(['answered', 'refused', 'unknown']);
  });
});

function ask(bytes: Buffer): string {
  try {
    const source = openLocation(files.write('flipped.db', bytes));
    const part = source.lookup(address('192.0.2.1')) ?? source.lookup(address('2001:db8::1'));
    source.close();
    return part === undefined ? 'unknown' : 'answered';
  } catch (error) {
    if (error instanceof ProblemError) return 'refused';
    throw error;
  }
}
