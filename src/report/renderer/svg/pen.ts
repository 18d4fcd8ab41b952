/** What drawing a figure takes: how large, in which language, how cells are written. */

import type { Markup } from '../../../base/markup.ts';
import type { Drawing } from '../../drawing.ts';
import { baseOf } from '../../drawing.ts';
import type { Figure } from '../../figure.ts';
import type { CellFormat } from '../../format.ts';
import type { CountColumn, Row } from '../../table.ts';
import { textIn } from '../../table.ts';
import type { Words } from '../../words.ts';
import { wordsOf } from '../../words.ts';

/** `wide` is for a page, `narrow` for a phone: the same figure, laid out anew, so that text keeps its size. */
export type Room = 'wide' | 'narrow';

export const WIDTHS: Readonly<Record<Room, number>> = { wide: 960, narrow: 360 };

export interface Pen {
  readonly room: Room;
  readonly width: number;
  readonly language: string;
  readonly format: CellFormat;
  readonly number: (value: number) => string;
  readonly say: Words['say'];
  readonly phrases: Words['phrases'];
}

export function penOf(room: Room, language: string, format: CellFormat): Pen {
  const { written, say, phrases } = wordsOf(language);
  return { room, width: WIDTHS[room], language, format, number: written, say, phrases };
}

/** A drawing as wide as its pen, without the element around it. */
export interface Sketch {
  readonly height: number;
  readonly content: Markup;
}

/** Coordinates to a tenth of a unit: what is finer is not seen. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Sizes of text, in the units of the drawing. */
export const TEXT = 13;
export const SMALL = 11;

/** The rows that are drawn: what is gathered in "others" would hide the differences between those that are listed. */
export function itemsOf({ table }: Drawing): readonly Row[] {
  return table.rows.filter((row) => row.role === 'item');
}

/** What a row is called, as people read it. */
export function labelOf({ table }: Drawing, key: string, row: Row, pen: Pen): string {
  const column = table.columns.find((one) => one.key === key);
  return column === undefined ? textIn(row.cells, key) : pen.format(column, row).trim();
}

/** The columns of a chart's series. */
export function seriesOf({ table }: Drawing, keys: readonly string[]): readonly CountColumn[] {
  return keys.flatMap((key) => {
    const column = table.columns.find((one) => one.key === key);
    return column?.type === 'count' ? [column] : [];
  });
}

/** For who cannot see it: what it is, and its greatest values. The table has the rest. */
export function descriptionOf(drawing: Drawing<Figure>, pen: Pen): string {
  const { figure, table } = drawing;
  const key = figure.type === 'map' ? figure.size : figure.series[0];
  const column = table.columns.find((one) => one.key === key);
  const greatest = itemsOf(drawing)
    .slice()
    .sort((a, b) => Number(b.cells[key ?? ''] ?? 0) - Number(a.cells[key ?? ''] ?? 0))
    .slice(0, 3)
    .map((row) => `${labelOf(drawing, figure.label, row, pen)} ${column === undefined ? '' : pen.format(column, row)}`);
  return `${figure.title}. ${baseOf(drawing)}: ${greatest.join(', ')}.`;
}
