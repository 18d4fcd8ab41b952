/** How long the bans were, and for the how-manieth time. */
import { formatDuration } from '../../base/duration.ts';
import { count, percent, text } from '../column.ts';
import { LENGTH_BOUNDS, PRIOR_ROWS } from '../facts/ban-facts.ts';
import { finishTable, item } from '../finish.ts';
import type { Table } from '../table.ts';
import type { Inquiry } from './question.ts';

export function lengths(inquiry: Inquiry): readonly Table[] {
  const { byLength, byPrior } = inquiry.facts.bans;
  const last = LENGTH_BOUNDS.length + 1;
  const ends = Array.from({ length: last + 1 }, (_, row) => ({ label: lengthLabel(row), bans: byLength.at(row) }));
  const returns = Array.from({ length: PRIOR_ROWS + 1 }, (_, row) => ({
    label: priorLabel(row),
    bans: byPrior.at(row),
  }));
  return [
    numberedTable({ name: 'lengths', title: 'Lengths of bans', heading: 'Length', lines: ends }),
    numberedTable({ name: 'returns', title: 'First and further bans', heading: 'Ban', lines: returns }),
  ];
}

interface Numbered {
  readonly name: string;
  readonly title: string;
  readonly heading: string;
  readonly lines: ReadonlyArray<{ readonly label: string; readonly bans: number }>;
}

/** Rows in an order of their own, numbered for programs; those after the last that counts something are left out. */
function numberedTable(numbered: Numbered): Table {
  const used = numbered.lines.findLastIndex((line) => line.bans > 0) + 1;
  return finishTable({
    name: numbered.name,
    title: numbered.title,
    base: 'bans',
    columns: [
      count('number', 'Number', { rule: { type: 'label' }, show: 'data' }),
      text('label', numbered.heading),
      count('bans', 'Bans', { measure: 'bans' }),
      percent('bans'),
    ],
    rows: numbered.lines.slice(0, used).map(({ label, bans }, i) => item({ number: i + 1, label, bans })),
    total: {},
    order: { by: 'number', direction: 'rising', amongEquals: [] },
    bar: 'bans',
  });
}

function lengthLabel(row: number): string {
  const [from, to] = [LENGTH_BOUNDS[row - 1], LENGTH_BOUNDS[row]];
  if (row > LENGTH_BOUNDS.length) return 'without end';
  if (from === undefined) return `up to ${formatDuration(to ?? 0)}`;
  return to === undefined
    ? `over ${formatDuration(from)}`
    : `over ${formatDuration(from)}, up to ${formatDuration(to)}`;
}

function priorLabel(row: number): string {
  const ordinal = ['1st', '2nd', '3rd'][row] ?? `${row + 1}th`;
  return row < PRIOR_ROWS ? ordinal : `${ordinal} and later`;
}
