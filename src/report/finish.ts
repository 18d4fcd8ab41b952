/** The last step of every table: its total, its percentages, and the notes that follow from the figures. */
import type { Things } from './phrase/note.ts';
import type { Ranking } from './rank.ts';
import type { Cell, Cells, Column, Order, Row, Statement, Table } from './table.ts';
import { numberIn, percentOf } from './table.ts';
import type { Words } from './words.ts';

/** What a question says of a table; the rest follows. */
export interface Draft {
  readonly name: string;
  readonly title: string;
  readonly base: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** What the rows do not add up to by themselves, such as unique addresses; sums are filled in. Undefined: no total. */
  readonly total: Cells | undefined;
  readonly notes?: readonly string[];
  readonly order?: Order;
  readonly top?: number | 'all';
  readonly bar?: string;
  readonly statements?: readonly Statement[];
}

/** The table with every column of every row filled. */
export function finishTable(draft: Draft, words: Words): Table {
  const total = draft.total === undefined ? undefined : totalOf(draft, draft.total);
  const rows = draft.rows.map((row) => ({ role: row.role, cells: cellsOf(draft.columns, row.cells, total) }));
  return {
    name: draft.name,
    title: draft.title,
    base: draft.base,
    columns: draft.columns,
    rows,
    total,
    notes: [...(draft.notes ?? []), ...roundingNote(draft.columns, rows, words)],
    order: draft.order,
    top: typeof draft.top === 'number' ? draft.top : undefined,
    bar: draft.bar,
    statements: draft.statements ?? [],
  };
}

export function item(cells: Cells): Row {
  return { role: 'item', cells };
}

/** A row for what is not listed; none when it would count nothing. */
export function rest(cells: Cells, size: number): readonly Row[] {
  return size === 0 ? [] : [{ role: 'rest', cells }];
}

/** What a ranking ranks, and by how many of what. */
interface Ranks {
  readonly things: Things;
  readonly counts: Things;
}

/** What a reader must know of a ranking: what `=` means, and which tie was too long to list. */
export function rankNotes<Item>(ranking: Ranking<Item>, { things, counts }: Ranks, words: Words): string[] {
  const notes: string[] = [];
  if (ranking.listed.some((entry) => entry.tied)) notes.push('= marks a tie.');
  if (ranking.cut !== undefined) {
    const { entries, count: each, rank } = ranking.cut;
    notes.push(words.phrases.notes.tie({ entries, things, each, counts, rank }));
  }
  return notes;
}

function totalOf(draft: Draft, given: Cells): Cells {
  const total: Record<string, Cell> = {};
  const label = draft.columns.find((column) => column.type === 'text')?.key;
  for (const column of draft.columns) {
    const sums = column.type === 'count' && column.rule.type === 'adds';
    total[column.key] = sums ? sumOf(draft.rows, column.key) : null;
  }
  Object.assign(total, label === undefined ? {} : { [label]: 'total' }, given);
  for (const column of draft.columns) {
    if (column.type === 'percent') total[column.key] = numberIn(total, column.of) === 0 ? null : 100;
  }
  return total;
}

function cellsOf(columns: readonly Column[], given: Cells, total: Cells | undefined): Cells {
  const cells: Record<string, Cell> = {};
  for (const column of columns) {
    const missing = column.type === 'flag' ? false : null;
    cells[column.key] = given[column.key] ?? missing;
    if (column.type === 'percent' && total !== undefined) {
      cells[column.key] = percentOf(numberIn(given, column.of), numberIn(total, column.of));
    }
  }
  return cells;
}

function sumOf(rows: readonly Row[], key: string): number {
  let sum = 0;
  for (const row of rows) sum += numberIn(row.cells, key);
  return sum;
}

/** Each percentage is the true one, rounded; so they need not add up to 100.0, and the reader is told when not. */
function roundingNote(columns: readonly Column[], rows: readonly Row[], words: Words): string[] {
  const column = columns.find((candidate) => candidate.type === 'percent');
  // Where rows overlap, percentages are not parts of one whole.
  const whole = columns.find((candidate) => column?.type === 'percent' && candidate.key === column.of);
  if (column === undefined || whole?.type !== 'count' || whole.rule.type !== 'adds' || rows.length === 0) return [];
  let tenths = 0;
  for (const row of rows) tenths += Math.round(numberIn(row.cells, column.key) * 10);
  if (tenths === 1000 || tenths === 0) return [];
  return [words.phrases.notes.rounded({ percent: tenths / 10 })];
}
