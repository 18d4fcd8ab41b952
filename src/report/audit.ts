/**
 * The recount. Every figure of a finished report is checked against the others by what its table says of itself, with no
 * knowledge of the question and no look at the ledger: a report that does not reconcile is not shown to anyone.
 */
import type { Problem } from '../base/problem.ts';
import { auditClaims } from './audit/claims.ts';
import { auditCells, auditPercents, auditSums } from './audit/figures.ts';
import { auditMeasures } from './audit/measures.ts';
import { auditOrder, auditRanks } from './audit/order.ts';
import { alphabetOf } from './rank.ts';
import type { Report } from './table.ts';

/** Nothing when parts sum to totals, percentages are true, order, ranks and ties are right, and tables and sentences agree. */
export function audit(report: Report): Problem[] {
  const compare = alphabetOf(report.language);
  const problems: Problem[] = [];
  const names = new Set<string>();
  for (const table of [...report.tables, ...report.drawn]) {
    if (names.has(table.name)) problems.push({ where: table.name, what: 'two tables have this name' });
    names.add(table.name);
    problems.push(...auditCells(table), ...auditSums(table), ...auditPercents(table));
    problems.push(...auditOrder(table, compare), ...auditRanks(table));
  }
  return [...problems, ...auditMeasures(report), ...auditClaims(report)];
}
