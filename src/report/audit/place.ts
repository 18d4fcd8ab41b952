/** How a problem names the figure that it is about. */
import type { Problem } from '../../base/problem.ts';
import { printable } from '../../base/text.ts';
import type { Cells, Table } from '../table.ts';
import { textIn } from '../table.ts';

export function problemAt(table: Table, key: string, what: string): Problem {
  return { where: `table ${printable(table.name)}, column ${key}`, what };
}

/** `row 3 (Ireland)`, from 1. */
export function rowName(table: Table, index: number, cells: Cells): string {
  const label = table.columns.find((column) => column.type === 'text')?.key ?? '';
  return `row ${index + 1} (${printable(textIn(cells, label))})`;
}
