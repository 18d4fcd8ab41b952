import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AddressTable } from './address-table.ts';

const word = fc.integer({ min: -3, max: 3 });
/** Half of them such as most are: IPv4, with the usual tag or another. */
const key = fc.oneof(
  fc.tuple(word, word, word, word, word),
  fc.tuple(fc.constant(0), fc.constant(0), fc.constant(0xffff), word, word),
);

it('AddressTable answers like a Map, through any growth', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 300 }), word, (keys, usualTag) => {
      const table = new AddressTable(1_000, 8, usualTag);
      const oracle = new Map<string, number>();
      for (const [w0, w1, w2, w3, tag] of keys) {
        const name = `${w0} ${w1} ${w2} ${w3} ${tag}`;
        expect(table.find(w0, w1, w2, w3, tag)).toBe(oracle.get(name) ?? -1);
        if (!oracle.has(name)) oracle.set(name, oracle.size);
        expect(table.index(w0, w1, w2, w3, tag)).toBe(oracle.get(name));
      }
      expect(table.size).toBe(oracle.size);
    }),
  );
});

it('AddressTable keeps the words of each key', () => {
  const table = new AddressTable(10);
  table.index(1, 2, 3, 4, 5);
  expect([0, 1, 2, 3, 4].map((word) => table.word(0, word))).toEqual([1, 2, 3, 4, 5]);
});

it('AddressTable refuses more than its limit and still finds what it holds', () => {
  const table = new AddressTable(2);
  expect([table.index(0, 0, 0, 1, 0), table.index(0, 0, 0, 2, 0), table.index(0, 0, 0, 3, 0)]).toEqual([0, 1, -1]);
  expect(table.index(0, 0, 0, 2, 0)).toBe(1);
});

it('AddressTable is as new after clear()', () => {
  const table = new AddressTable(10);
  table.index(0, 0, 0, 1, 0);
  table.clear();
  expect([table.size, table.find(0, 0, 0, 1, 0), table.index(0, 0, 0, 2, 0)]).toEqual([0, -1, 0]);
});

it('AddressTable finds nothing old and everything new after a large and a small filling', () => {
  const table = new AddressTable(10_000, 8);
  for (const filling of [1_000, 3, 500]) {
    for (let i = 0; i < filling; i++) expect(table.index(0, 0, 0xffff, i, 7)).toBe(i);
    expect(table.find(0, 0, 0xffff, filling, 7)).toBe(-1);
    expect(table.find(0, 0, 0xffff, filling - 1, 7)).toBe(filling - 1);
    table.clear();
    expect(table.find(0, 0, 0xffff, 0, 7)).toBe(-1);
  }
});
