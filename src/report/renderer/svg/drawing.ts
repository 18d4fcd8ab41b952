/** From a figure to an SVG image, whichever sort of figure it is. */

import type { Markup } from '../../../base/markup.ts';
import { markup, raw } from '../../../base/markup.ts';
import type { Drawing } from '../../drawing.ts';
import { baseOf } from '../../drawing.ts';
import type { Chart } from '../../figure.ts';
import { drawBars } from './bars.ts';
import { drawColumns } from './columns.ts';
import { drawHeat } from './heat.ts';
import { drawMap } from './map.ts';
import type { Pen, Sketch } from './pen.ts';
import { descriptionOf } from './pen.ts';
import { colors, DARK, FIGURE_STYLE, inColors, LIGHT, SANS } from './style.ts';
import { drawTimeline } from './timeline.ts';

/** Undefined when there is nothing to draw. */
export function sketch(drawing: Drawing, pen: Pen): Sketch | undefined {
  if (drawing.table.rows.every((row) => row.role !== 'item')) return undefined;
  const { figure, table, scale } = drawing;
  if (figure.type === 'map') return drawMap({ figure, table, scale }, pen);
  if (figure.type === 'timeline') return drawTimeline({ figure, table, scale }, pen);
  return drawChart({ figure, table, scale }, pen);
}

function drawChart(drawing: Drawing<Chart>, pen: Pen): Sketch {
  if (drawing.figure.type === 'bars') return drawBars(drawing, pen);
  return drawing.figure.type === 'columns' ? drawColumns(drawing, pen) : drawHeat(drawing, pen);
}

/** `changing`: light or dark as its reader likes. `light`: for programs that know neither readers nor custom properties. */
export type Colors = 'changing' | 'light';

/** An image of its own, with its title and what it counts. */
export function wholeSvg(drawing: Drawing, pen: Pen, colored: Colors = 'changing'): Markup | undefined {
  const drawn = sketch(drawing, pen);
  if (drawn === undefined) return undefined;
  const { figure } = drawing;
  const [width, height] = [pen.width + 2 * MARGIN, Math.ceil(drawn.height) + 2 * MARGIN + HEAD];
  const style = raw(colored === 'light' ? inColors(WHOLE_STYLE, LIGHT) : `${CHANGING}${WHOLE_STYLE}`);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${descriptionOf(drawing, pen)}">
<style>${style}</style>
<rect class="paper" width="100%" height="100%"/>
<text class="title" x="${MARGIN}" y="${MARGIN + 16}">${figure.title}</text><text class="base" x="${MARGIN}" y="${MARGIN + 36}">${baseOf(drawing)}</text>
<svg x="${MARGIN}" y="${MARGIN + HEAD}" width="${pen.width}" height="${Math.ceil(drawn.height)}">
${drawn.content}
</svg>
</svg>
`;
}

const CHANGING = `svg{${colors(LIGHT)}}@media (prefers-color-scheme:dark){svg{${colors(DARK)}}}`;
const WHOLE_STYLE = `.paper{fill:var(--paper)}.title{font:600 18px ${SANS}}.drawing .base{font-size:12px;fill:var(--soft)}${FIGURE_STYLE}`;

const MARGIN = 24;
/** For the title and what is counted. */
const HEAD = 56;

/** An element to be put into a page, which has the style sheet; it scales with what it is in. */
export function inlineSvg(drawing: Drawing, pen: Pen): Markup | undefined {
  const drawn = sketch(drawing, pen);
  if (drawn === undefined) return undefined;
  const box = `0 0 ${pen.width} ${Math.ceil(drawn.height)}`;
  return markup`<svg class="drawing ${pen.room}" viewBox="${box}" role="img" aria-label="${descriptionOf(drawing, pen)}">${drawn.content}</svg>`;
}
