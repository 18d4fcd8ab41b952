/** JSON: the tables as they are, a row object for each line. Numbers are raw, times ISO 8601 in UTC. */
import { printableJson } from '../../base/text.ts';
import { isoTime } from '../../base/zone.ts';
import { rawCell } from '../format.ts';
import type { Cell, Cells, Column, Report, Table } from '../table.ts';
import type { RenderedFile } from './renderer.ts';
import { fileOf } from './renderer.ts';

export function renderJson(report: Report): readonly RenderedFile[] {
  return [fileOf('report.json', () => pieces(report))];
}

function* pieces(report: Report): Iterable<string> {
  const { title, host = null, language, zone } = report;
  const { name, from, until } = report.period;
  const period = { name, from: isoTime(from), until: isoTime(until) };
  const summary = report.summary.map((statement) => statement.text);
  yield `{\n  "title": ${printableJson(title)},\n  "period": ${printableJson(period)},\n  "host": ${printableJson(host)},\n`;
  yield `  "language": ${printableJson(language)},\n  "zone": ${printableJson(zone)},\n  "base": ${printableJson(report.base)},\n`;
  yield `  "summary": ${printableJson(summary)},\n  "tables": [`;
  for (const [i, table] of report.tables.entries()) yield* tablePieces(table, i === 0 ? '\n' : ',\n');
  yield report.tables.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}

function* tablePieces(table: Table, before: string): Iterable<string> {
  const { name, title, base, columns } = table;
  yield `${before}    {\n      "name": ${printableJson(name)},\n      "title": ${printableJson(title)},\n      "base": ${printableJson(base)},\n`;
  yield `      "columns": ${printableJson(columns.map(columnObject))},\n      "rows": [`;
  for (const [i, row] of table.rows.entries()) {
    yield `${i === 0 ? '' : ','}\n        ${printableJson(rowObject(columns, row.cells))}`;
  }
  const total = table.total === undefined ? null : rowObject(columns, table.total);
  yield `${table.rows.length === 0 ? '' : '\n      '}],\n      "total": ${printableJson(total)},\n`;
  yield `      "note": ${printableJson(table.notes.join(' '))}\n    }`;
}

function columnObject(column: Column): Record<string, Cell> {
  const { key, heading, type, align } = column;
  return column.type === 'percent' ? { key, heading, type, align, of: column.of } : { key, heading, type, align };
}

/** Keys are those of columns, ours; text of strangers is only ever a value. */
function rowObject(columns: readonly Column[], cells: Cells): Record<string, Cell> {
  const object: Record<string, Cell> = {};
  for (const column of columns) object[column.key] = rawCell(column, cells);
  return object;
}
