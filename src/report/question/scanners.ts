/** Research scanners, counted apart: who they are, and what remains without them. */
import { count, percent, text } from '../column.ts';
import { spreadOf } from '../facts/pairs.ts';
import { WORD } from '../facts/profiles.ts';
import { type Draft, finishTable, item, rest } from '../finish.ts';
import { sortEntries } from '../rank.ts';
import type { Table } from '../table.ts';
import type { Inquiry } from './question.ts';
import { serviceTable } from './totals.ts';

export function scanners(inquiry: Inquiry): readonly Table[] {
  const { bans, bansByService } = inquiry.facts;
  if (bans.origins.names.scanner.size === 0) return [scannerTable(inquiry)];
  const spreads = spreadOf(bansByService, { wanted: (subject) => bans.of(subject, WORD.scanner) === 0 });
  const without = serviceTable(inquiry, spreads, {
    name: 'without-scanners',
    title: 'Totals without research scanners',
    base: 'bans and unique addresses that belong to no research scanner',
    measure: 'without scanners: ',
  });
  return [scannerTable(inquiry), without];
}

interface Sum {
  readonly addresses: number;
  readonly bans: number;
}

/** Addresses and bans of each scanner, by the number of its name, and of everyone else. */
export function scannerCounts({ facts }: Inquiry): { known: readonly Sum[]; others: Sum } {
  const { bans } = facts;
  const sums = Array.from({ length: bans.origins.names.scanner.size + 1 }, () => ({ addresses: 0, bans: 0 }));
  for (let subject = 0; subject < bans.subjects.size; subject++) {
    const sum = sums[bans.of(subject, WORD.scanner)];
    if (sum === undefined) continue;
    sum.addresses++;
    sum.bans += bans.of(subject, WORD.bans);
  }
  const [others = { addresses: 0, bans: 0 }, ...known] = sums;
  return { known, others };
}

function scannerTable(inquiry: Inquiry): Table {
  const { bans } = inquiry.facts;
  const names = bans.origins.names.scanner;
  const { known, others } = scannerCounts(inquiry);
  const entries = known.map((sum, id) => ({ item: id, count: sum.addresses }));
  const labels = (id: number): readonly string[] => [names.text(id)];
  const rows = sortEntries(entries, { labels, compare: inquiry.compare }).map(({ item: id }) =>
    item({ scanner: names.text(id), ...known[id] }),
  );
  const draft: Draft = {
    name: 'scanners',
    title: 'Research scanners',
    base: 'unique addresses banned',
    columns: [
      text('scanner', 'Scanner'),
      count('addresses', 'Unique addresses', { measure: 'addresses' }),
      percent('addresses'),
      count('bans', 'Bans', { measure: 'bans' }),
    ],
    rows: [...rows, ...rest({ scanner: 'everyone else', ...others }, others.addresses)],
    total: {},
    notes: names.size === 0 && others.addresses > 0 ? ['No address belongs to a known research scanner.'] : [],
    order: { by: 'addresses', direction: 'falling', amongEquals: ['scanner'] },
  };
  return finishTable(draft, inquiry);
}
