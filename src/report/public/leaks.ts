/** The search for secrets in what is about to be published: in every table, and in the finished text of every file. */
import type { Problem } from '../../base/problem.ts';
import type { RenderedFile } from '../renderer/renderer.ts';
import type { Report, Table } from '../table.ts';
import { SORTS, type Sort } from './privacy.ts';
import type { Secrets } from './secrets.ts';

/** Characters of a file that are searched at a time, and how many of them are searched again with the next: no line of a log is longer. */
const WINDOW = 4_194_304;
const OVERLAP = 65_536;

/** What is found, by table and file; nothing of the secrets themselves. */
export function leaksOf(report: Report, files: readonly RenderedFile[], secrets: Secrets): Problem[] {
  const problems = [...report.tables, ...report.drawn].flatMap((table) => inTable(table, secrets));
  const outside = [report.title, ...report.preface, ...report.summary.map(({ text }) => text)];
  const sort = secrets.sortIn(outside.join('\n'));
  if (sort !== undefined) problems.push(leak('the summary', sort));
  for (const file of files) {
    const found = inFile(file, secrets);
    // Where a table has it, the table says more.
    if (found !== undefined && problems.length === 0) problems.push(leak(`the finished ${file.name}`, found));
  }
  return problems;
}

function inTable(table: Table, secrets: Secrets): Problem[] {
  const sort = secrets.sortIn(textsIn(table).join('\n'));
  return sort === undefined ? [] : [leak(`table ${table.name}`, sort)];
}

/** All that a table says in words. */
export function textsIn(table: Table): string[] {
  const { name, title, base, columns, notes, statements, rows, total } = table;
  const ours = [name, title, base, ...columns.map(({ heading }) => heading), ...notes];
  const cells = [...rows.map((row) => row.cells), total ?? {}].flatMap((row) => Object.values(row));
  return [...ours, ...statements.map(({ text }) => text), ...cells.filter((cell) => typeof cell === 'string')];
}

function inFile({ name, pieces }: RenderedFile, secrets: Secrets): Sort | undefined {
  const named = secrets.sortIn(name);
  if (named !== undefined) return named;
  let window = '';
  for (const piece of pieces) {
    window += piece;
    if (window.length < WINDOW) continue;
    const found = secrets.sortIn(window);
    if (found !== undefined) return found;
    window = window.slice(-OVERLAP);
  }
  return secrets.sortIn(window);
}

function leak(where: string, sort: Sort): Problem {
  return { where, what: `holds ${SORTS[sort]}` };
}
