/** A line of time for each place, all on one axis: bars for attempts, a mark under each step with bans. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import { printable } from '../../../base/text.ts';
import type { Drawing } from '../../drawing.ts';
import type { Timeline } from '../../figure.ts';
import type { Row } from '../../table.ts';
import { numberIn, textIn } from '../../table.ts';
import { lanesOf } from '../lanes.ts';
import { fitted, widthOf } from './measure.ts';
import type { Pen, Sketch } from './pen.ts';
import { itemsOf, SMALL, seriesOf, TEXT, tenth } from './pen.ts';

const DAY = 86_400_000;
/** Of a bar at its highest, of the mark under it, and of the gap to the next line. */
const BAR = 26;
const MARK = 7;
const GAP = 12;
/** On a phone the name of a line stands above it. */
const NAME = 18;
const LEGEND = 26;
const AXIS = 22;
/** Names are cut beyond this: hosts may be named anything. */
const NAME_WIDTH = 150;

interface Plot {
  readonly left: number;
  readonly width: number;
  /** The first day, as a time, and how wide a step is. */
  readonly first: number;
  readonly step: number;
  readonly stepDays: number;
  readonly steps: number;
  readonly greatest: number;
  readonly lane: number;
}

interface Lane {
  readonly name: string;
  readonly rows: readonly Row[];
}

export function drawTimeline(drawing: Drawing<Timeline>, pen: Pen): Sketch {
  const { figure } = drawing;
  const rows = itemsOf(drawing);
  const lanes = lanesOf(rows, figure).map((of) => ({ name: nameOf(of[0], figure.lanes), rows: of }));
  const plot = plotOf(rows, { lanes, figure, pen });
  const drawn = lanes.map((lane, i) => drawLane(plot, lane, { top: LEGEND + i * plot.lane, figure, pen }));
  const bottom = LEGEND + lanes.length * plot.lane;
  const content = markup`${drawLegend(drawing, pen)}${drawDates(plot, bottom, pen)}${drawn}`;
  return { height: bottom + AXIS, content };
}

function nameOf(row: Row | undefined, [first, second]: Timeline['lanes']): string {
  const text = (key: string): string => printable(textIn(row?.cells ?? {}, key));
  return `${text(first)} · ${text(second)}`;
}

function plotOf(
  rows: readonly Row[],
  { lanes, figure, pen }: { lanes: readonly Lane[]; figure: Timeline; pen: Pen },
): Plot {
  const days = rows.map((row) => Date.parse(textIn(row.cells, figure.label)));
  const [first, last] = [days.reduce((a, b) => Math.min(a, b)), days.reduce((a, b) => Math.max(a, b))];
  const names = lanes.map(({ name }) => Math.min(NAME_WIDTH, widthOf(name, TEXT)));
  const left = pen.room === 'wide' ? Math.max(...names) + 14 : 0;
  // A single day would be a bar as wide as the page.
  const steps = Math.max(14, Math.round((last - first) / DAY / figure.step) + 1);
  return {
    ...{ left, width: pen.width - left, first, steps, step: (pen.width - left) / steps, stepDays: figure.step },
    greatest: Math.max(1, ...rows.map((row) => numberIn(row.cells, figure.series[0]))),
    lane: BAR + MARK + GAP + (pen.room === 'wide' ? 0 : NAME),
  };
}

function drawLane(plot: Plot, lane: Lane, { top, figure, pen }: { top: number; figure: Timeline; pen: Pen }): Markup {
  const isWide = pen.room === 'wide';
  const base = top + BAR + (isWide ? 0 : NAME);
  const name = isWide
    ? markup`<text class="e" x="${plot.left - 12}" y="${base - 5}">${fitted(lane.name, TEXT, NAME_WIDTH)}</text>`
    : markup`<text x="0" y="${top + NAME - 6}">${fitted(lane.name, TEXT, NAME_WIDTH)}</text>`;
  const steps = lane.rows.map((row) => drawStep(plot, row, { base, figure, pen, name: lane.name }));
  return markup`${name}<path class="axis" d="M${plot.left} ${base + 0.5}H${pen.width}"/>${steps}`;
}

function drawStep(
  plot: Plot,
  row: Row,
  { base, figure, pen, name }: { base: number; figure: Timeline; pen: Pen; name: string },
): Markup {
  const [attempts, bans] = figure.series.map((key) => numberIn(row.cells, key));
  const day = textIn(row.cells, figure.label);
  const index = Math.round((Date.parse(day) - plot.first) / DAY / plot.stepDays);
  const x = plot.left + index * plot.step;
  const gap = plot.step > 4 ? Math.min(4, plot.step * 0.2) : 0;
  // Areas of time are compared, not single attempts: what is not nothing is seen.
  const height = attempts === 0 || attempts === undefined ? 0 : Math.max(1.5, (attempts / plot.greatest) * BAR);
  const radius = Math.min(MARK / 2, Math.max(1.5, (plot.step - gap) / 2));
  const mark =
    bans === 0
      ? undefined
      : markup`<circle class="s1" cx="${tenth(x + plot.step / 2)}" cy="${tenth(base + 1 + MARK / 2 + 1)}" r="${tenth(radius)}"/>`;
  const title = `${day}, ${name}: ${pen.say('Attempts')} ${pen.number(attempts ?? 0)}, ${pen.say('Bans')} ${pen.number(bans ?? 0)}`;
  return markup`<g><title>${title}</title><rect class="s0" x="${tenth(x + gap / 2)}" y="${tenth(base - height)}" width="${tenth(plot.step - gap)}" height="${tenth(height)}"/>${mark}</g>`;
}

function drawLegend(drawing: Drawing<Timeline>, pen: Pen): Markup {
  const [bars, marks] = seriesOf(drawing, drawing.figure.series).map(({ heading }) => heading);
  const greatest = Math.max(0, ...itemsOf(drawing).map((row) => numberIn(row.cells, drawing.figure.series[0])));
  const first = `${bars ?? ''} (≤ ${pen.number(greatest)})`;
  const second = 16 + widthOf(first, TEXT) + 24;
  return markup`<rect class="s0" x="0" y="3" width="10" height="10"/><text x="16" y="12">${first}</text><circle class="s1" cx="${tenth(second)}" cy="8" r="${MARK / 2}"/><text x="${tenth(second + 9)}" y="12">${marks ?? ''}</text>`;
}

/** Dates on the axis, and a fine line up from each. */
function drawDates(plot: Plot, bottom: number, pen: Pen): readonly Markup[] {
  const isLong = plot.stepDays * plot.steps > 300;
  const year = isLong ? ({ year: 'numeric' } as const) : {};
  const format = new Intl.DateTimeFormat(pen.language, { day: 'numeric', month: 'short', ...year, timeZone: 'UTC' });
  const room = (isLong ? 96 : 70) / plot.step;
  const every = [1, 7, 14, 28].find((step) => step >= room && plot.stepDays === 1) ?? Math.ceil(room);
  const indexes = Array.from({ length: Math.ceil(plot.steps / every) }, (_, i) => i * every);
  return indexes.flatMap((index) => {
    const x = tenth(plot.left + index * plot.step);
    const written = format.format(plot.first + index * plot.stepDays * DAY);
    if (x + widthOf(written, SMALL) > pen.width) return [];
    return [
      markup`<path class="grid" d="M${x} ${LEGEND}V${bottom + 4}"/><text class="a" x="${x}" y="${bottom + 16}">${written}</text>`,
    ];
  });
}
