/** Lying bars, a row each; several series are stacked in one bar. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Drawing } from '../../drawing.ts';
import type { Chart } from '../../figure.ts';
import type { CountColumn, Row } from '../../table.ts';
import { numberIn } from '../../table.ts';
import { legendOf } from './legend.ts';
import { fitted, widthOf } from './measure.ts';
import type { Pen, Sketch } from './pen.ts';
import { itemsOf, labelOf, SMALL, seriesOf, TEXT, tenth } from './pen.ts';

/** Beyond it a chart is a table, and that is there too. */
const BARS = 40;

interface Layout {
  /** Left of the bars; 0: the label stands above its bar. */
  readonly labels: number;
  readonly row: number;
  readonly bar: number;
  /** For the number at the end of the longest bar. */
  readonly numbers: number;
}

const LAYOUTS: Readonly<Record<Pen['room'], Layout>> = {
  wide: { labels: 250, row: 28, bar: 18, numbers: 60 },
  narrow: { labels: 0, row: 40, bar: 14, numbers: 48 },
};

export function drawBars(drawing: Drawing<Chart>, pen: Pen): Sketch {
  const { figure } = drawing;
  const layout = LAYOUTS[pen.room];
  const series = seriesOf(drawing, figure.series);
  const rows = itemsOf(drawing).slice(0, BARS);
  const sums = rows.map((row) => series.reduce((sum, { key }) => sum + numberIn(row.cells, key), 0));
  const greatest = Math.max(1, ...sums);
  const legend =
    series.length > 1
      ? legendOf(
          series.map((column) => column.heading),
          pen,
        )
      : { height: 0, drawn: [] };
  const unit = (pen.width - layout.labels - layout.numbers) / greatest;
  const drawn = rows.map((row, i) => {
    const at = { top: legend.height + i * layout.row, unit, sum: sums[i] ?? 0 };
    return drawRow({ drawing, series, layout, pen }, row, at);
  });
  return { height: legend.height + rows.length * layout.row, content: markup`${legend.drawn}${drawn}` };
}

interface Bars {
  readonly drawing: Drawing<Chart>;
  readonly series: readonly CountColumn[];
  readonly layout: Layout;
  readonly pen: Pen;
}

function drawRow(bars: Bars, row: Row, at: { top: number; unit: number; sum: number }): Markup {
  const { drawing, layout, pen } = bars;
  const label = labelOf(drawing, drawing.figure.label, row, pen);
  const isAbove = layout.labels === 0;
  const barTop = at.top + (isAbove ? 18 : (layout.row - layout.bar) / 2);
  const middle = barTop + layout.bar / 2 + TEXT * 0.35;
  const room = isAbove ? pen.width : layout.labels - 12;
  const name = fitted(label, TEXT, room);
  const text = isAbove
    ? markup`<text class="t" x="0" y="${at.top + 13}">${name}</text>`
    : markup`<text class="t e" x="${layout.labels - 12}" y="${middle}">${name}</text>`;
  const end = layout.labels + at.sum * at.unit;
  return markup`<g><title>${describe(bars, row, label)}</title>${text}${drawParts(bars, row, { ...at, top: barTop })}<text class="n" x="${tenth(end + 6)}" y="${middle}">${pen.number(at.sum)}</text></g>`;
}

function drawParts(
  { series, layout, pen }: Bars,
  row: Row,
  { top, unit }: { top: number; unit: number },
): readonly Markup[] {
  let left = layout.labels;
  return series.map(({ key }, i) => {
    const count = numberIn(row.cells, key);
    const width = count * unit;
    const [x, color] = [left, series.length > 1 ? `s${i + 1}` : 's0'];
    left += width;
    if (count === 0) return markup``;
    // A gap between parts tells them apart without their colors.
    const gap = series.length > 1 && width > 3 ? 1 : 0;
    const text = pen.number(count);
    const fits = series.length > 1 && widthOf(text, SMALL) + 8 < width;
    const number = fits
      ? markup`<text class="p o${i + 1}" x="${tenth(x + width / 2)}" y="${top + layout.bar / 2 + SMALL * 0.36}">${text}</text>`
      : undefined;
    return markup`<rect class="${color}" x="${tenth(x)}" y="${top}" width="${tenth(Math.max(0.8, width - gap))}" height="${layout.bar}"/>${number}`;
  });
}

function describe({ series, pen }: Bars, row: Row, label: string): string {
  const parts = series.map(({ key, heading }) => `${pen.number(numberIn(row.cells, key))} ${heading}`);
  return `${label}: ${parts.join(', ')}`;
}
