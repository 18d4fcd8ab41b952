/** A field for each row and series, the darker the more: hours of the day by days of the week. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Drawing } from '../../drawing.ts';
import type { Chart } from '../../figure.ts';
import type { CountColumn, Row } from '../../table.ts';
import { numberIn } from '../../table.ts';
import type { Pen, Sketch } from './pen.ts';
import { itemsOf, labelOf, SMALL, seriesOf, tenth } from './pen.ts';
import { SHADES, shadeOf, shadeRange } from './scale.ts';

const LEGEND = 40;
const HEAD = 20;

/** On a page rows go across and series down; on a phone the other way round. */
interface Grid {
  readonly left: number;
  readonly cell: { readonly width: number; readonly height: number };
  readonly turned: boolean;
}

export function drawHeat(drawing: Drawing<Chart>, pen: Pen): Sketch {
  const series = seriesOf(drawing, drawing.figure.series);
  const rows = itemsOf(drawing);
  const turned = pen.room === 'wide';
  const [across, down] = turned ? [rows.length, series.length] : [series.length, rows.length];
  const left = 48;
  const cell = { width: (pen.width - left) / across, height: turned ? 30 : 22 };
  const grid = { left, cell, turned };
  const greatest = Math.max(1, ...rows.map((row) => Math.max(0, ...series.map(({ key }) => numberIn(row.cells, key)))));
  const fields = rows.flatMap((row, i) => {
    const name = labelOf(drawing, drawing.figure.label, row, pen);
    return series.map((column, k) => drawField(grid, { row, name, column, place: [i, k], greatest, pen }));
  });
  const names = rows.map((row) => labelOf(drawing, drawing.figure.label, row, pen));
  const headings = series.map((column) => column.heading);
  const heads = turned ? drawHeads(grid, names, headings) : drawHeads(grid, headings, names);
  const bottom = HEAD + down * cell.height;
  return { height: bottom + LEGEND, content: markup`${heads}${fields}${drawLegend(greatest, bottom + 14, pen)}` };
}

interface Field {
  readonly row: Row;
  readonly name: string;
  readonly column: CountColumn;
  readonly place: readonly [row: number, series: number];
  readonly greatest: number;
  readonly pen: Pen;
}

function drawField({ left, cell, turned }: Grid, field: Field): Markup {
  const { row, column, greatest, pen } = field;
  const count = numberIn(row.cells, column.key);
  const shade = shadeOf(count, greatest);
  const [across, down] = turned ? field.place : [field.place[1], field.place[0]];
  const x = left + across * cell.width;
  const y = HEAD + down * cell.height;
  const number = markup`<text class="p k${shade}" x="${tenth(x + cell.width / 2)}" y="${y + cell.height / 2 + 4}">${pen.number(count)}</text>`;
  return markup`<g><title>${column.heading} ${field.name}: ${pen.number(count)}</title><rect class="h${shade}" x="${tenth(x + 0.5)}" y="${y + 0.5}" width="${tenth(cell.width - 1)}" height="${cell.height - 1}"/>${count > 9_999 ? undefined : number}</g>`;
}

function drawHeads({ left, cell }: Grid, across: readonly string[], down: readonly string[]): readonly Markup[] {
  // "00:00" to "23:00" do not fit side by side; the hour does.
  const short = (name: string): string => name.replace(/:00$/, '');
  return [
    ...across.map(
      (name, i) => markup`<text class="a m" x="${tenth(left + (i + 0.5) * cell.width)}" y="13">${short(name)}</text>`,
    ),
    ...down.map(
      (name, i) => markup`<text class="a e" x="${left - 8}" y="${HEAD + (i + 0.5) * cell.height + 4}">${name}</text>`,
    ),
  ];
}

function drawLegend(greatest: number, top: number, pen: Pen): readonly Markup[] {
  let x = 48;
  return Array.from({ length: SHADES + 1 }, (_, shade) => shade).flatMap((shade) => {
    const range = shadeRange(shade, greatest);
    if (range === undefined) return [];
    const [from, to] = range;
    const left = x;
    x += 46;
    const text = from === to ? pen.number(from) : `${pen.number(from)}–${pen.number(to)}`;
    return [
      markup`<rect class="h${shade}" x="${left}" y="${top}" width="44" height="8"/><text class="a m" x="${left + 22}" y="${top + 8 + SMALL + 2}">${text}</text>`,
    ];
  });
}
