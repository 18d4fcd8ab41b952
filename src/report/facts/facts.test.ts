/** The flat lists that reports are folded into. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressTable } from '../../base/address-table.ts';
import { Names } from './names.ts';
import { Numbers } from './numbers.ts';
import { Pairs, relabel, spreadOf } from './pairs.ts';
import { networkText, Subjects } from './subjects.ts';

describe('Subjects', () => {
  test.each([
    ['192.0.2.7', '192.0.2.0/24'],
    ['192.0.2.0/25', '192.0.2.0/24'],
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.0.0/16', '192.0.0.0/16'],
    ['2001:db8::1', '2001:db8::/64'],
    ['2001:db8:0:1::/64', '2001:db8:0:1::/64'],
    ['2001:db8::/48', '2001:db8::/48'],
    ['not an address', undefined],
    ['192.0.2.0/33', undefined],
    ['192.0.2.0/', undefined],
    ['192.0.2.0/2x', undefined],
    ['', undefined],
  ])('Subjects keeps %s as it is spelled, in the network %s', (text, network) => {
    const subjects = new Subjects();
    const networks = new AddressTable(10);
    const id = subjects.id(text);
    const neighborhood = subjects.neighborhood(id, networks);

    expect(subjects.text(id)).toBe(text);
    expect(neighborhood < 0 ? undefined : networkText(networks, neighborhood)).toBe(network);
    expect(subjects.unreadable).toBe(network === undefined ? 1 : 0);
  });

  test('Subjects gives the same number to the same text, and another to any other', () => {
    const texts = ['192.0.2.1', '192.0.2.0/24', '192.0.2.0', '2001:db8::', '2001:db8::/64', 'x', 'y'];
    const subjects = new Subjects();

    expect([...texts, ...texts].map((text) => subjects.id(text))).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]);
    expect(subjects.size).toBe(7);
  });
});

test('Names keeps each text once, whatever the text', () => {
  const names = new Names();

  expect(['', '__proto__', 'a', 'a', '', 'constructor'].map((text) => names.id(text))).toEqual([0, 1, 2, 2, 0, 3]);
  expect(names.texts()).toEqual(['', '__proto__', 'a', 'constructor']);
});

test('Numbers grows to any index and is 0 where nothing was put', () => {
  const numbers = new Numbers();
  numbers.put(1000, 7);
  numbers.add(1000, 2 ** 40);

  expect([numbers.at(0), numbers.at(1000), numbers.at(5000), numbers.length]).toEqual([0, 7 + 2 ** 40, 0, 1001]);
});

describe('Pairs', () => {
  const additions = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 5 }), fc.integer({ min: 1, max: 9 })));

  test('spreadOf() counts what a set of each label would hold', () => {
    fc.assert(
      fc.property(additions, fc.nat({ max: 9 }), (list, least) => {
        const pairs = new Pairs();
        for (const [thing, label, times] of list) pairs.add(thing, label, times);
        const wanted = list.filter(([thing]) => thing >= least);
        const labelsOf = (thing: number) => new Set(wanted.filter(([one]) => one === thing).map(([, label]) => label));

        const spreads = spreadOf(pairs, { wanted: (thing) => thing >= least });

        for (const label of [0, 1, 2, 3, 4, 5]) {
          const things = new Set(wanted.filter(([, one]) => one === label).map(([thing]) => thing));
          expect(spreads.of(label)).toEqual({
            things: things.size,
            count: wanted.reduce((sum, [, one, times]) => sum + (one === label ? times : 0), 0),
            shared: [...things].filter((thing) => labelsOf(thing).size > 1).length,
          });
        }
        expect(spreads.all.things).toBe(new Set(wanted.map(([thing]) => thing)).size);
      }),
    );
  });

  test('spreadOf() with other labels counts what relabel() would leave', () => {
    fc.assert(
      fc.property(additions, (list) => {
        const pairs = new Pairs();
        for (const [thing, label, times] of list) pairs.add(thing, label, times);
        const labelOf = (label: number): number => label >> 1;

        const [direct, made] = [spreadOf(pairs, { labelOf }), spreadOf(relabel(pairs, labelOf))];

        expect([0, 1, 2].map((label) => direct.of(label))).toEqual([0, 1, 2].map((label) => made.of(label)));
        expect(direct.all).toEqual(made.all);
      }),
    );
  });

  test('relabel() joins the pairs of a thing whose labels become one', () => {
    const pairs = new Pairs();
    for (const [thing, label] of [
      [0, 0],
      [0, 1],
      [1, 2],
      [0, 0],
    ] as const)
      pairs.add(thing, label, 1);

    const joined = relabel(pairs, (label) => Math.floor(label / 2));

    expect(pairs.size).toBe(3);
    expect(joined.size).toBe(2);
    expect(spreadOf(joined).of(0)).toEqual({ things: 1, count: 3, shared: 0 });
    expect(joined.full).toBe(false);
  });
});
