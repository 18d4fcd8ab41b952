/** MMDBs made to crash, stall or exhaust their reader, and honest ones with every bit flipped. */
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../base/problem.ts';
import { openMmdb } from './mmdb.ts';
import { control, encode, mmdbBytes, pointer } from './testing/mmdb-writer.ts';
import { address, scratch } from './testing/scratch.ts';

const files = scratch();
const ADDRESSES = ['203.0.113.7', '192.0.2.1', '2001:db8::1', '::', '255.255.255.255'].map(address);

/** Opens and asks; anything but an answer, "unknown" or a ProblemError ends the test. */
function ask(bytes: Buffer): 'answered' | 'unknown' | 'refused' {
  try {
    const source = openMmdb(files.write('hostile.mmdb', bytes));
    const parts = ADDRESSES.flatMap((one) => source.lookup(one) ?? []);
    source.close();
    for (const part of parts) expect(part.country ?? 'DE').toMatch(/^[A-Z][A-Z]$/);
    return parts.some((part) => part.country !== undefined) ? 'answered' : 'unknown';
  } catch (error) {
    if (error instanceof ProblemError) return 'refused';
    throw error;
  }
}

/** Each level holds eight pointers to the next: 8^12 values out of 240 bytes. */
function sharedPointers(): Buffer {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const next = pointer((level + 1) * 18);
    return Buffer.concat([control(11, 8), ...Array.from({ length: 8 }, () => next)]);
  });
  return Buffer.concat([...levels, encode('end')]);
}

describe('openMmdb of a hostile file', () => {
  it.each<[what: string, record: Buffer]>([
    [
      'arrays that announce 16 million elements each',
      Buffer.concat(Array.from({ length: 300 }, () => control(11, 16_000_000))),
    ],
    ['a map that announces 16 million keys', control(7, 16_000_000)],
    ['pointers that share their targets', sharedPointers()],
    ['a pointer to itself', pointer(0)],
    ['a pointer to a pointer', Buffer.concat([pointer(2), pointer(4), encode('DE')])],
    ['an array that holds a pointer to itself', Buffer.concat([control(11, 1), pointer(0)])],
    ['a pointer to the end of the world', Buffer.from([0x38, 0xff, 0xff, 0xff, 0xff])],
    ['arrays nested 50,000 deep', Buffer.concat(Array.from({ length: 50_000 }, () => control(11, 1)))],
    ['a map whose key is a map', Buffer.concat([control(7, 1), control(7, 0), encode('DE')])],
    ['text that ends outside of the file', control(2, 5_000_000)],
    ['bytes that end outside of the file', control(4, 5_000_000)],
    ['an integer of 28 bytes', Buffer.concat([control(6, 28), Buffer.alloc(28)])],
    ['a double of three bytes', Buffer.concat([control(3, 3), Buffer.alloc(3)])],
    ['a float of no bytes', control(15, 0)],
    ['a type that does not exist', Buffer.from([0x00, 0xf0])],
    ['the end marker', control(13, 0)],
    ['the container type', control(12, 1)],
  ])('refuses %s', (_, record) => {
    expect(ask(mmdbBytes({ '203.0.113.0/24': record }))).toBe('refused');
  });

  it('answers "unknown" and counts where one record is damaged, and goes on with the others', () => {
    const bytes = mmdbBytes({ '192.0.2.0/24': { country_code: 'DE' }, '203.0.113.0/24': control(11, 9_000) });
    const source = openMmdb(files.write('one.mmdb', bytes));
    expect(source.gives).toEqual(['country']);
    expect(source.lookup(address('203.0.113.7'))).toBeUndefined();
    expect(source.lookup(address('203.0.113.8'))).toBeUndefined();
    expect(source.faults).toBe(2);
    expect(source.lookup(address('192.0.2.1'))?.country).toBe('DE');
  });

  it('does not walk in circles', () => {
    const circle = Buffer.concat([Buffer.alloc(6), Buffer.alloc(16), mmdbBytes({}, { metadata: { node_count: 1 } })]);
    expect(ask(circle)).toBe('unknown');
  });

  it('takes no key of a record for a property of an object', () => {
    const record = { __proto__: 'x', constructor: { iso_code: 'DE' }, country: { __proto__: 'DE' } };
    expect(ask(mmdbBytes({ '203.0.113.0/24': record }))).toBe('unknown');
  });

  it('survives the flip of every third bit, which is some bit of every byte', () => {
    const honest = mmdbBytes(
      { '203.0.113.0/24': { country: { iso_code: 'DE' }, location: { latitude: 1.5, longitude: 2 }, list: [1, true] } },
      { version: 4 },
    );
    expect(ask(honest)).toBe('answered');
    const seen = new Map<string, number>();
    for (let bit = 0; bit < honest.length * 8; bit += 3) {
      const flipped = Buffer.from(honest);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const result = ask(flipped);
      seen.set(result, (seen.get(result) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(['answered', 'refused', 'unknown']);
  });

  it('survives the loss of its end or its beginning', () => {
    const honest = mmdbBytes({ '203.0.113.0/24': { country_code: 'DE' } }, { version: 4 });
    for (let length = 0; length < honest.length; length++) {
      expect(ask(honest.subarray(0, length))).toBe('refused');
      ask(honest.subarray(length));
    }
  });
});
