/** Puts the fixed texts of a finished report into its language: titles, columns, bases, notes, and the names of rows that gather. */
import type { Figure } from './figure.ts';
import type { Cell, Cells, Column, Report, Row, Table } from './table.ts';
import type { Words } from './words.ts';

export function translated(report: Report, say: Words['say']): Report {
  const tablesOf = (tables: readonly Table[]): readonly Table[] => tables.map((table) => translatedTable(table, say));
  return {
    ...report,
    preface: report.preface.map(say),
    base: say(report.base),
    tables: tablesOf(report.tables),
    figures: report.figures.map((figure) => translatedFigure(figure, say)),
    drawn: tablesOf(report.drawn),
  };
}

function translatedFigure(figure: Figure, say: Words['say']): Figure {
  const title = say(figure.title);
  return figure.base === undefined ? { ...figure, title } : { ...figure, title, base: say(figure.base) };
}

function translatedTable(table: Table, say: Words['say']): Table {
  const { columns, rows, total } = table;
  const cellsOf = (cells: Cells): Cells => translatedCells(columns, cells, say);
  return {
    ...table,
    title: say(table.title),
    base: say(table.base),
    notes: table.notes.map(say),
    columns: columns.map((column) => translatedColumn(column, say)),
    // What an item is called was found in a log or in origin data; only rows that gather have names of ours.
    rows: rows.map((row): Row => (row.role === 'rest' ? { ...row, cells: cellsOf(row.cells) } : row)),
    total: total === undefined ? undefined : cellsOf(total),
  };
}

function translatedColumn(column: Column, say: Words['say']): Column {
  const heading = say(column.heading);
  return column.type === 'text' ? { ...column, heading, absent: say(column.absent) } : { ...column, heading };
}

function translatedCells(columns: readonly Column[], cells: Cells, say: Words['say']): Cells {
  const changed: Record<string, Cell> = {};
  for (const { key, type } of columns) {
    const cell = cells[key] ?? null;
    changed[key] = type === 'text' && typeof cell === 'string' ? say(cell) : cell;
  }
  return changed;
}
