/** Checks that rows are in the order that their table states, and that ranks and ties follow from the counts. */
import type { Problem } from '../../base/problem.ts';
import type { Compare } from '../rank.ts';
import { compareLabels } from '../rank.ts';
import type { Cells, Order, Row, Table } from '../table.ts';
import { textIn } from '../table.ts';
import { problemAt, rowName } from './place.ts';

/** Whether each row may follow the one before it. Rows of what is not listed come last. */
export function auditOrder(table: Table, compare: Compare): Problem[] {
  const problems: Problem[] = [];
  for (const [i, row] of table.rows.entries()) {
    const before = table.rows[i - 1];
    if (before === undefined || follows(table.order, { before, row, compare })) continue;
    const key = table.order?.by ?? '';
    problems.push(problemAt(table, key, `${rowName(table, i, row.cells)} is out of order`));
  }
  return problems;
}

function follows(order: Order | undefined, pair: { before: Row; row: Row; compare: Compare }): boolean {
  const { before, row, compare } = pair;
  if (before.role === 'rest') return row.role === 'rest';
  if (row.role === 'rest' || order === undefined) return true;
  const step = stepOf(order.by, before.cells, row.cells);
  const difference = typeof step === 'number' ? step : compareLabels([step.before], [step.after], compare);
  if (difference !== 0) return order.direction === 'rising' ? difference < 0 : difference > 0;
  const labels = (cells: Cells): string[] => order.amongEquals.map((key) => textIn(cells, key));
  return compareLabels(labels(before.cells), labels(row.cells), compare) <= 0;
}

/** The difference of two numbers, or the two texts. */
function stepOf(key: string, before: Cells, after: Cells): number | { before: string; after: string } {
  const [a, b] = [before[key], after[key]];
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return { before: textIn(before, key), after: textIn(after, key) };
}

/** Whether ranks are 1, 2, 2, 4, ties are marked, no rank is beyond the limit, and the rest has none. */
export function auditRanks(table: Table): Problem[] {
  if (!table.columns.some((column) => column.type === 'rank')) return [];
  const problems: Problem[] = [];
  const by = table.order?.by ?? '';
  const items = table.rows.filter((row) => row.role === 'item');
  let rank = 0;
  for (const [i, { cells }] of items.entries()) {
    const before = items[i - 1]?.cells[by] === cells[by];
    const after = items[i + 1]?.cells[by] === cells[by];
    if (!before) rank = i + 1;
    const wrong = (what: string): number =>
      problems.push(problemAt(table, 'rank', `${rowName(table, i, cells)} ${what}`));
    if (cells.rank !== rank) wrong(`has rank ${cells.rank} instead of ${rank}`);
    if (cells.tied !== (before || after)) wrong(before || after ? 'is a tie and not marked' : 'is marked as a tie');
    if (table.top !== undefined && rank > table.top) wrong(`is beyond the first ${table.top}`);
  }
  const ranked = table.rows.some((row) => row.role === 'rest' && row.cells.rank !== null);
  return ranked ? [...problems, problemAt(table, 'rank', 'what is not listed has a rank')] : problems;
}
