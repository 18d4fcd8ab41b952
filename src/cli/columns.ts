/** Small tables for the terminal. What reports print is laid out in report/; this is for a screenful. */

/** A row of cells; a number stands to the right. */
export type Cell = string | number;

/** A heading and rows, two blanks apart; nothing without rows. Cells must be printable. */
export function inColumns(heading: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = heading.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, cellText(row[column]).length), title.length),
  );
  const line = (cells: readonly Cell[], like: readonly Cell[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof like[column] === 'number' ? cellText(cell).padStart(width) : cellText(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(heading, rows[0] ?? []), ...rows.map((row) => line(row, row))];
}

function cellText(cell: Cell | undefined): string {
  return typeof cell === 'number' ? cell.toLocaleString('en') : (cell ?? '');
}
