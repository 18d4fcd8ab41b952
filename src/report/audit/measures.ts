/** Checks that tables which count the same thing say the same number: 190 addresses under mail, wherever they appear. */
import type { Problem } from '../../base/problem.ts';
import type { CountColumn, Report, Table } from '../table.ts';
import { numberIn, textIn } from '../table.ts';
import { problemAt } from './place.ts';

interface Claim {
  readonly measure: string;
  readonly count: number;
  readonly table: Table;
  readonly key: string;
}

export function auditMeasures(report: Report): Problem[] {
  const first = new Map<string, Claim>();
  const problems: Problem[] = [];
  for (const claim of [...report.tables, ...report.drawn].flatMap(claimsOf)) {
    const known = first.get(claim.measure);
    if (known === undefined) first.set(claim.measure, claim);
    else if (known.count !== claim.count) {
      const what = `${claim.count} ${claim.measure}, but table ${known.table.name} says ${known.count}`;
      problems.push(problemAt(claim.table, claim.key, what));
    }
  }
  return problems;
}

function claimsOf(table: Table): Claim[] {
  return table.columns.flatMap((column) => (column.type === 'count' ? claimsOfColumn(table, column) : []));
}

/** A total counts the whole measure; a row counts the part of it that the column `by` names. */
function claimsOfColumn(table: Table, column: CountColumn): Claim[] {
  const { measure, by, key } = column;
  if (measure === undefined) return [];
  const claims: Claim[] = [];
  if (table.total !== undefined) claims.push({ measure, count: numberIn(table.total, key), table, key });
  if (by === undefined) return claims;
  for (const { cells } of table.rows) {
    claims.push({ measure: `${measure}/${textIn(cells, by)}`, count: numberIn(cells, key), table, key });
  }
  return claims;
}
