/** Research scanners: how many of the banned they are, and whose. */
import { scannerCounts } from '../question/scanners.ts';
import { sortEntries } from '../rank.ts';
import { percentOf } from '../table.ts';
import type { Story, Telling } from './story.ts';
import { claimOf } from './story.ts';
import { trailFrom } from './trail.ts';

/** Scanners that are named. */
const NAMED = 5;

export function scanners(telling: Telling): readonly Story[] {
  const { bans } = telling.facts;
  const { known } = scannerCounts(telling);
  const entries = known.map((sum, id) => ({ item: id, count: sum.addresses })).filter((entry) => entry.count > 0);
  const sorted = sortEntries(entries, {
    labels: (id) => [bans.origins.names.scanner.text(id)],
    compare: telling.compare,
  });
  if (sorted.length === 0) return [];
  const [addresses, theirs] = [sumOf(known, 'addresses'), sumOf(known, 'bans')];
  const names = sorted.slice(0, NAMED).map(({ item, count }) => ({
    name: bans.origins.names.scanner.text(item),
    addresses: count,
  }));
  const claim = (value: number, row: 'items' | 'total' | string, column: string) =>
    claimOf(telling, value, ['scanners', row === 'items' || row === 'total' ? row : { scanner: row }, column]);
  return [
    {
      topic: 'scanners',
      subject: '',
      text: telling.phrases.scanners({
        addresses,
        ofAddresses: bans.subjects.size,
        percent: percentOf(addresses, bans.subjects.size) ?? 0,
        bans: theirs,
        ofBans: bans.total,
        names,
        more: sorted.length - names.length,
      }),
      claims: [
        claim(addresses, 'items', 'addresses'),
        claim(theirs, 'items', 'bans'),
        claim(bans.subjects.size, 'total', 'addresses'),
        claim(bans.total, 'total', 'bans'),
        ...names.map((one) => claim(one.addresses, one.name, 'addresses')),
      ],
      trail: trailFrom(bans.origins.ofScanners),
    },
  ];
}

interface Sum {
  readonly addresses: number;
  readonly bans: number;
}

function sumOf(sums: readonly Sum[], key: keyof Sum): number {
  return sums.reduce((all, one) => all + one[key], 0);
}
