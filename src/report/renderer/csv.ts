/** CSV (RFC 4180), a file for each table: every cell quoted, and none that a spreadsheet would run as a formula. */
import { printable } from '../../base/text.ts';
import { rawCell } from '../format.ts';
import type { Cell, Cells, Column, Report, Table } from '../table.ts';
import { fileNameOf } from './file-name.ts';
import type { RenderedFile } from './renderer.ts';
import { fileOf } from './renderer.ts';

export function renderCsv(report: Report): readonly RenderedFile[] {
  return report.tables.map((table) => fileOf(`${fileNameOf(table.name)}.csv`, () => pieces(table)));
}

function* pieces(table: Table): Iterable<string> {
  const { columns } = table;
  yield line(columns.map((column) => column.key));
  for (const row of table.rows) yield cellsLine(columns, row.cells);
  if (table.total !== undefined) yield cellsLine(columns, table.total);
}

function cellsLine(columns: readonly Column[], cells: Cells): string {
  return line(columns.map((column) => rawCell(column, cells)));
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

function quoted(cell: Cell): string {
  return `"${plain(cell).replaceAll('"', '""')}"`;
}

function plain(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = printable(cell);
  // Tabs and returns are escapes by now. The full-width signs are what some spreadsheets take for the plain ones.
  return /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
}
