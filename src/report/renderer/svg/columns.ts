/** Standing columns, a row each, as time goes on. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Drawing } from '../../drawing.ts';
import type { Chart } from '../../figure.ts';
import type { Row } from '../../table.ts';
import { numberIn, textIn } from '../../table.ts';
import { widthOf } from './measure.ts';
import type { Pen, Sketch } from './pen.ts';
import { itemsOf, SMALL, seriesOf, tenth } from './pen.ts';
import { ticksOf } from './scale.ts';

const HEIGHTS: Readonly<Record<Pen['room'], number>> = { wide: 200, narrow: 160 };
const TOP = 20;
const BOTTOM = 24;

interface Plot {
  readonly left: number;
  readonly width: number;
  readonly bottom: number;
  /** Of one count, upward. */
  readonly unit: number;
  /** From a column to the next. */
  readonly step: number;
}

export function drawColumns(drawing: Drawing<Chart>, pen: Pen): Sketch {
  const { figure } = drawing;
  const [column] = seriesOf(drawing, figure.series);
  const key = column?.key ?? '';
  const rows = itemsOf(drawing);
  const greatest = Math.max(1, ...rows.map((row) => numberIn(row.cells, key)));
  const ticks = ticksOf(greatest, 6);
  const left = Math.max(...ticks.map((tick) => widthOf(pen.number(tick), SMALL))) + 10;
  const height = HEIGHTS[pen.room];
  const plot = {
    ...{ left, width: pen.width - left, bottom: height - BOTTOM, step: (pen.width - left) / rows.length },
    unit: (height - BOTTOM - TOP) / (ticks.at(-1) ?? 1),
  };
  const first = rows.findIndex((row) => numberIn(row.cells, key) === greatest);
  const drawn = rows.map((row, i) => {
    const label = textIn(row.cells, figure.label);
    return drawColumn(plot, { index: i, label, count: numberIn(row.cells, key), isGreatest: i === first, pen });
  });
  const content = markup`${drawWeekends(plot, rows, figure.label)}${drawTicks(plot, ticks, pen)}${drawn}${drawDates(plot, rows, { label: figure.label, pen })}`;
  return { height, content };
}

interface Column {
  readonly index: number;
  readonly label: string;
  readonly count: number;
  readonly isGreatest: boolean;
  readonly pen: Pen;
}

function drawColumn(plot: Plot, { index, label, count, isGreatest, pen }: Column): Markup {
  const gap = plot.step > 4 ? Math.min(4, plot.step * 0.2) : 0;
  const x = tenth(plot.left + index * plot.step + gap / 2);
  const y = tenth(plot.bottom - count * plot.unit);
  const middle = tenth(Math.min(pen.width - 16, plot.left + (index + 0.5) * plot.step));
  const number = isGreatest
    ? markup`<text class="n m" x="${middle}" y="${Math.max(12, y - 5)}">${pen.number(count)}</text>`
    : undefined;
  return markup`<g><title>${label}: ${pen.number(count)}</title><rect class="s0" x="${x}" y="${y}" width="${tenth(plot.step - gap)}" height="${tenth(count * plot.unit)}"/>${number}</g>`;
}

function drawTicks(plot: Plot, ticks: readonly number[], pen: Pen): readonly Markup[] {
  return ticks.map((tick) => {
    const y = tenth(plot.bottom - tick * plot.unit);
    return markup`<path class="${tick === 0 ? 'axis' : 'grid'}" d="M${plot.left} ${y}H${pen.width}"/><text class="a e" x="${plot.left - 6}" y="${y + 4}">${pen.number(tick)}</text>`;
  });
}

/** Saturdays and Sundays lie on a shade, where rows are days. */
function drawWeekends(plot: Plot, rows: readonly Row[], key: string): readonly Markup[] {
  return rows.flatMap((row, i) => {
    const day = dayIn(textIn(row.cells, key));
    if (day === undefined || day.getUTCDay() % 6 !== 0) return [];
    return [
      markup`<rect class="weekend" x="${tenth(plot.left + i * plot.step)}" y="${TOP}" width="${tenth(plot.step)}" height="${plot.bottom - TOP}"/>`,
    ];
  });
}

function drawDates(plot: Plot, rows: readonly Row[], { label, pen }: { label: string; pen: Pen }): readonly Markup[] {
  const isDays = dayIn(textIn(rows[0]?.cells ?? {}, label)) !== undefined;
  const form = isDays ? ({ day: 'numeric', month: 'short' } as const) : ({ month: 'short', year: 'numeric' } as const);
  const format = new Intl.DateTimeFormat(pen.language, { ...form, timeZone: 'UTC' });
  const room = 70 / plot.step;
  // Weeks and quarters are easier to count than any other number of columns.
  const every = [1, 7, 14, 28, 56].find((step) => step >= room && isDays) ?? Math.ceil(room / 3) * 3;
  return rows.flatMap((row, i) => {
    const text = textIn(row.cells, label);
    const day = dayIn(text) ?? dayIn(`${text}-01`);
    if (i % every !== 0 || day === undefined) return [];
    const x = tenth(plot.left + (i + 0.5) * plot.step);
    const written = format.format(day);
    const [at, side] = i === 0 ? [plot.left, ''] : [x, 'm'];
    return [
      markup`<path class="axis" d="M${x} ${plot.bottom}v4"/><text class="a ${side}" x="${Math.min(at, pen.width - widthOf(written, SMALL) / 2)}" y="${plot.bottom + 17}">${written}</text>`,
    ];
  });
}

function dayIn(text: string): Date | undefined {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : undefined;
}
