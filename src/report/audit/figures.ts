/** Recounts the figures of a table: cells of the right type, sums, and percentages. */
import type { Problem } from '../../base/problem.ts';
import type { Cell, Cells, Column, CountColumn, Row, Table } from '../table.ts';
import { numberIn, percentOf, textIn } from '../table.ts';
import { problemAt, rowName } from './place.ts';

/** Whether each cell holds what its column says, and counts are whole numbers that are not negative. */
export function auditCells(table: Table): Problem[] {
  const problems: Problem[] = [];
  for (const [i, { cells }] of table.rows.entries()) {
    for (const column of table.columns) {
      if (isOfType(column, cells[column.key])) continue;
      problems.push(problemAt(table, column.key, `${rowName(table, i, cells)} holds no ${column.type}`));
    }
  }
  return problems;
}

function isOfType(column: Column, cell: Cell | undefined): boolean {
  if (cell === undefined) return false;
  if (column.type === 'flag') return typeof cell === 'boolean';
  if (cell === null) return true;
  if (column.type === 'text') return typeof cell === 'string';
  if (typeof cell !== 'number' || Number.isNaN(cell)) return false;
  return column.type === 'count' || column.type === 'rank' ? Number.isSafeInteger(cell) && cell >= 0 : true;
}

/** Whether parts sum to their totals, in columns and within rows. */
export function auditSums(table: Table): Problem[] {
  const problems: Problem[] = [];
  const { total } = table;
  for (const column of table.columns) {
    if (column.type !== 'count') continue;
    if (total !== undefined) problems.push(...auditTotal(table, column, total));
    problems.push(...auditParts(table, column), ...auditItems(table, column));
  }
  return problems;
}

function auditTotal(table: Table, column: CountColumn, total: Cells): Problem[] {
  const { rule, key } = column;
  const stated = numberIn(total, key);
  if (rule.type === 'adds') {
    const sum = sumOf(table, (cells) => numberIn(cells, key));
    return sum === stated ? [] : [problemAt(table, key, `the rows sum to ${sum}, the total says ${stated}`)];
  }
  if (rule.type !== 'overlaps') return [];
  const shared = numberIn(total, rule.shared);
  const apart = sumOf(table, (cells) => numberIn(cells, key) - numberIn(cells, rule.shared));
  const problems: Problem[] = [];
  if (apart + shared !== stated) {
    const what = `${apart} in one row only and ${shared} in several make ${apart + shared}, the total says ${stated}`;
    problems.push(problemAt(table, key, what));
  }
  return [...problems, ...auditShared(table, { key, shared: rule.shared, several: shared })];
}

/** What is in several rows is in two at least, and in all at most; and a row shares no more than it has. */
function auditShared(table: Table, columns: { key: string; shared: string; several: number }): Problem[] {
  const { key, shared, several } = columns;
  const problems: Problem[] = [];
  const sum = sumOf(table, (cells) => numberIn(cells, shared));
  if (sum < 2 * several || sum > table.rows.length * several) {
    problems.push(problemAt(table, shared, `${several} in several rows cannot be in ${sum} places`));
  }
  for (const [i, { cells }] of table.rows.entries()) {
    if (numberIn(cells, shared) <= numberIn(cells, key)) continue;
    problems.push(problemAt(table, shared, `${rowName(table, i, cells)} shares more than it has`));
  }
  return problems;
}

function auditParts(table: Table, column: CountColumn): Problem[] {
  if (column.rule.type !== 'adds' || column.rule.parts.length === 0) return [];
  const { parts } = column.rule;
  const problems: Problem[] = [];
  for (const [i, { role, cells }] of table.rows.entries()) {
    if (role === 'rest') continue;
    let sum = 0;
    for (const part of parts) sum += numberIn(cells, part);
    if (sum === numberIn(cells, column.key)) continue;
    problems.push(problemAt(table, column.key, `the parts of ${rowName(table, i, cells)} sum to ${sum}`));
  }
  return problems;
}

/** Whether the rows that follow another one as its parts sum to it. */
function auditItems(table: Table, { key, rule }: CountColumn): Problem[] {
  if (rule.type !== 'itemized') return [];
  const { rows } = table;
  const isPart = ({ cells }: Row): boolean => textIn(cells, rule.by) !== '';
  return rows.flatMap((row, i) => {
    const after = rows.slice(i + 1);
    const end = after.findIndex((next) => !isPart(next));
    const parts = after.slice(0, end < 0 ? undefined : end);
    if (isPart(row) || parts.length === 0) return [];
    const sum = parts.reduce((all, { cells }) => all + numberIn(cells, key), 0);
    if (sum === numberIn(row.cells, key)) return [];
    return [problemAt(table, key, `the rows under ${rowName(table, i, row.cells)} sum to ${sum}`)];
  });
}

/** Whether each percentage is the one that its count and its total give. */
export function auditPercents(table: Table): Problem[] {
  const problems: Problem[] = [];
  const { total } = table;
  for (const column of table.columns) {
    if (column.type !== 'percent' || total === undefined) continue;
    const base = numberIn(total, column.of);
    if (total[column.key] !== percentOf(base, base)) {
      problems.push(problemAt(table, column.key, 'the total is not 100 percent'));
    }
    for (const [i, { cells }] of table.rows.entries()) {
      const count = numberIn(cells, column.of);
      const percent = percentOf(count, base);
      if (cells[column.key] === percent) continue;
      const what = `${rowName(table, i, cells)} says ${cells[column.key]}; ${count} of ${base} is ${percent}`;
      problems.push(problemAt(table, column.key, what));
    }
  }
  return problems;
}

function sumOf(table: Table, value: (cells: Cells) => number): number {
  let sum = 0;
  for (const row of table.rows) sum += value(row.cells);
  return sum;
}
