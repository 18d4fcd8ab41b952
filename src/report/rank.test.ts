import { describe, expect, test } from 'vitest';
import { alphabetOf, compareLabels, rankEntries } from './rank.ts';

const compare = alphabetOf('en');

function ranked(counts: Readonly<Record<string, number>>, top: number | 'all') {
  const entries = Object.entries(counts).map(([item, count]) => ({ item, count }));
  const ranking = rankEntries(entries, { top, labels: (item) => [item], compare });
  const listed = ranking.listed.map(({ item, rank, tied }) => `${rank}${tied ? '=' : ''} ${item}`);
  return { listed, rest: ranking.rest.map(({ item }) => item), cut: ranking.cut };
}

describe('rankEntries', () => {
  const cases: ReadonlyArray<
    readonly [what: string, counts: Record<string, number>, top: number | 'all', listed: string[]]
  > = [
    [
      'gives equal counts one rank and skips the next',
      { a: 9, b: 7, c: 7, d: 1 },
      'all',
      ['1 a', '2= b', '2= c', '4 d'],
    ],
    ['lists what ties with the last', { a: 9, b: 7, c: 7, d: 7, e: 1 }, 2, ['1 a', '2= b', '2= c', '2= d']],
    ['orders ties by name, not by arrival', { zeta: 3, Éa: 3, alpha: 3 }, 10, ['1= alpha', '1= Éa', '1= zeta']],
    ['orders addresses by number', { '192.0.2.10': 1, '192.0.2.9': 1 }, 10, ['1= 192.0.2.9', '1= 192.0.2.10']],
    ['lists no more than there is', { a: 1 }, 10, ['1 a']],
    ['lists nothing of nothing', {}, 10, []],
    ['lists nothing when asked for none', { a: 1 }, 0, []],
  ];
  test.each(cases)('rankEntries() %s', (_, counts, top, listed) => {
    expect(ranked(counts, top).listed).toEqual(listed);
  });

  test('rankEntries() leaves a tie that would fill more than a page to the rest, and says so', () => {
    const counts = { first: 9, ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`n${i}`, 2])) };

    const { listed, rest, cut } = ranked(counts, 5);

    expect(listed).toEqual(['1 first']);
    expect(rest).toHaveLength(60);
    expect(cut).toEqual({ rank: 2, entries: 60, count: 2 });
    expect(ranked(counts, 'all').listed).toHaveLength(61);
  });

  test('rankEntries() puts everything that is not listed into the rest', () => {
    expect(ranked({ a: 3, b: 2, c: 1 }, 1).rest).toEqual(['b', 'c']);
  });
});

test('compareLabels() orders networks before names and is total', () => {
  const labels = ['192.0.2.10', 'alpha', '192.0.2.0/24', '192.0.2.9', 'Beta', '1.2.3', '2001:db8::/64'];
  const sorted = [...labels].sort((a, b) => compareLabels([a], [b], compare));

  expect(sorted).toEqual(['192.0.2.0/24', '192.0.2.9', '192.0.2.10', '2001:db8::/64', '1.2.3', 'alpha', 'Beta']);
  expect(compareLabels(['a', 'x'], ['a', 'y'], compare)).toBeLessThan(0);
  // Equal to the alphabet, not to the reader of the bytes.
  expect(compare('a\u200b', 'a')).not.toBe(0);
});
