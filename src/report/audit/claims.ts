/** Checks that sentences say what the tables say: the most persistent address has 17 bans here and there. */
import type { Problem } from '../../base/problem.ts';
import type { Cells, Claim, Report, Statement, Table } from '../table.ts';
import { numberIn } from '../table.ts';
import { placeOf } from '../written.ts';
import { problemAt } from './place.ts';

export function auditClaims(report: Report): Problem[] {
  const tables = new Map(report.tables.map((table) => [table.name, table]));
  const problems = report.summary.flatMap((statement) => checkStatement(statement, tables, 'summary'));
  for (const table of report.tables) problems.push(...auditStatements(table, tables));
  return problems;
}

type Tables = ReadonlyMap<string, Table>;

function auditStatements(table: Table, tables: Tables): Problem[] {
  const { rows, statements } = table;
  if (statements.length === 0) return [];
  const said = rows.map((row) => row.cells.sentence);
  const isSame = said.length === statements.length && statements.every(({ text }, i) => text === said[i]);
  const other = isSame ? [] : [problemAt(table, 'sentence', 'the rows do not say what was checked')];
  return [...other, ...statements.flatMap((statement) => checkStatement(statement, tables, `table ${table.name}`))];
}

function checkStatement({ text, claims }: Statement, tables: Tables, where: string): Problem[] {
  return claims.flatMap((claim) => {
    const { written, value, table: name, column } = claim;
    if (placeOf(text, written) < 0)
      return [{ where, what: `a sentence lacks its figure ${written} (${column} of ${name})` }];
    const table = tables.get(name);
    if (table === undefined) return [{ where, what: `a sentence relies on table ${name}, which there is not` }];
    const stated = statedIn(table, claim);
    if (stated === 'unlisted' || stated === value) return [];
    return [problemAt(table, column, `${where} says ${value}; here it is ${stated}`)];
  });
}

/** What the table says; `unlisted` where it has no such row, but rows of what is not listed. */
function statedIn(table: Table, { row, column }: Claim): number | 'nothing' | 'unlisted' {
  if (row === 'total') return table.total === undefined ? 'nothing' : numberIn(table.total, column);
  if (row === 'items') {
    const items = table.rows.filter(({ role }) => role === 'item');
    return items.reduce((sum, { cells }) => sum + numberIn(cells, column), 0);
  }
  const found = table.rows.find(({ role, cells }) => role === 'item' && holds(cells, row));
  if (found !== undefined) return numberIn(found.cells, column);
  return table.rows.some(({ role }) => role === 'rest') ? 'unlisted' : 'nothing';
}

function holds(cells: Cells, wanted: Cells): boolean {
  return Object.entries(wanted).every(([key, cell]) => cells[key] === cell);
}
