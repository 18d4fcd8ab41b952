/** What renderers draw: figures with their tables. */
import type { Figure } from './figure.ts';
import type { Report, Table } from './table.ts';

/** A figure with its table, as renderers need it. */
export interface Drawing<Kind extends Figure = Figure> {
  readonly figure: Kind;
  readonly table: Table;
  /** The table of which the greatest count is drawn as large as anything is. */
  readonly scale: Table;
}

/** What the figure counts. */
export function baseOf({ figure, table }: Drawing): string {
  return figure.base ?? table.base;
}

/** The figures of a report whose tables have something to draw. */
export function drawingsOf(report: Report): readonly Drawing[] {
  const tables = new Map([...report.tables, ...report.drawn].map((table) => [table.name, table]));
  return report.figures.flatMap((figure) => {
    const table = tables.get(figure.table);
    if (table === undefined || table.rows.length === 0) return [];
    const scale = figure.type === 'map' ? tables.get(figure.scale) : undefined;
    return [{ figure, table, scale: scale ?? table }];
  });
}
