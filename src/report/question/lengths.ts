/** How long the bans were, and for the how-manieth time. */
import { count, percent, text } from '../column.ts';
import { LENGTH_BOUNDS, PRIOR_ROWS } from '../facts/ban-facts.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';
import type { Inquiry } from './question.ts';

export function lengths(inquiry: Inquiry): readonly Table[] {
  const { byLength, byPrior } = inquiry.facts.bans;
  const last = LENGTH_BOUNDS.length + 1;
  const ends = Array.from({ length: last + 1 }, (_, row) => ({
    label: lengthLabel(row, inquiry),
    bans: byLength.at(row),
  }));
  const returns = Array.from({ length: PRIOR_ROWS + 1 }, (_, row) => ({
    label: inquiry.phrases.notes.ordinal({ number: row + 1, andLater: row >= PRIOR_ROWS }),
    bans: byPrior.at(row),
  }));
  return [
    numberedTable({ name: 'lengths', title: 'Lengths of bans', heading: 'Length', lines: ends }, inquiry),
    numberedTable({ name: 'returns', title: 'First and further bans', heading: 'Ban', lines: returns }, inquiry),
  ];
}

interface Numbered {
  readonly name: string;
  readonly title: string;
  readonly heading: string;
  readonly lines: ReadonlyArray<{ readonly label: string; readonly bans: number }>;
}

/** Rows in an order of their own, numbered for programs; those after the last that counts something are left out. */
function numberedTable(numbered: Numbered, words: Words): Table {
  const used = numbered.lines.findLastIndex((line) => line.bans > 0) + 1;
  const draft: Draft = {
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
  };
  return finishTable(draft, words);
}

function lengthLabel(row: number, { phrases, say }: Words): string {
  if (row > LENGTH_BOUNDS.length) return say('without end');
  return phrases.notes.length({ overMs: LENGTH_BOUNDS[row - 1], upToMs: LENGTH_BOUNDS[row] });
}
