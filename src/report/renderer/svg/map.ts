/** Land, borders, and a bubble for each place; its area is the number of addresses. */

import type { Markup } from '../../../base/markup.ts';
import { markup, raw } from '../../../base/markup.ts';
import type { Drawing } from '../../drawing.ts';
import type { BubbleMap } from '../../figure.ts';
import type { Frame } from '../../geography/frame.ts';
import { frameOf } from '../../geography/frame.ts';
import type { Bubble, Bubbles } from './bubbles.ts';
import { bubblesOf } from './bubbles.ts';
import type { Label, Labeling } from './labels.ts';
import { placeLabels } from './labels.ts';
import { widthOf } from './measure.ts';
import { outlinesOf } from './outline.ts';
import type { Pen, Sketch } from './pen.ts';
import { tenth, WIDTHS } from './pen.ts';
import { legendCounts, radiusOf } from './scale.ts';

/** A map has one drawing for all widths, because outlines are long, and names in two sizes: one for each. */
interface Manner {
  /** Radius of the largest bubble. */
  readonly largest: number;
  /** Where there is room. */
  readonly fine: Pick<Labeling, 'size' | 'most' | 'leaders'>;
  /** Where the drawing is shrunk: on a phone, among other maps. */
  readonly coarse: Pick<Labeling, 'size' | 'most' | 'leaders'>;
}

const WORLD: Manner = {
  largest: 30,
  fine: { size: 13, most: 18, leaders: true },
  coarse: { size: 28, most: 5, leaders: false },
};
const REGION: Manner = {
  largest: 64,
  fine: { size: 16, most: 30, leaders: true },
  coarse: { size: 31, most: 7, leaders: true },
};

export function drawMap(drawing: Drawing<BubbleMap>, pen: Pen): Sketch {
  const { figure } = drawing;
  const isWorld = figure.frame === 'world';
  const manner = isWorld ? WORLD : REGION;
  const frame = frameOf(figure.frame, WIDTHS.wide);
  const { land, borders } = outlinesOf(frame, isWorld ? 'world' : 'region');
  const bubbles = bubblesOf(drawing, frame, { largest: manner.largest, pen });
  const labelsIn = (manner: Manner['fine']): Label[] =>
    placeLabels(bubbles.inside, frame, { ...manner, number: pen.number });
  const scale = { ...bubbles, frame, largest: manner.largest };
  const legendIn = ({ size }: Manner['fine']): Markup => drawLegend(drawing, scale, { size, pen });
  const content = markup`<path class="land" d="${raw(land)}"/><path class="border" d="${raw(borders)}"/>
<g class="bubbles">${bubbles.inside.map(drawBubble)}</g>
<g class="names fine">${labelsIn(manner.fine).map(drawLabel)}${legendIn(manner.fine)}</g>
<g class="names coarse">${labelsIn(manner.coarse).map(drawLabel)}${legendIn(manner.coarse)}</g>`;
  return { height: frame.height, content };
}

function drawBubble({ at, radius, details }: Bubble): Markup {
  return markup`<circle cx="${tenth(at.x)}" cy="${tenth(at.y)}" r="${tenth(radius)}"><title>${details}</title></circle>`;
}

function drawLabel({ name, number, x, y, anchor, size, leader }: Label): Markup {
  const place = { x: tenth(x), y: tenth(y) };
  if (name === '')
    return markup`<text class="on middle" font-size="${size}" x="${place.x}" y="${place.y}">${number}</text>`;
  const line = leader?.map((point) => `${tenth(point.x)} ${tenth(point.y)}`).join('L');
  const drawn = line === undefined ? undefined : markup`<path class="leader" d="M${line}"/>`;
  return markup`${drawn}<text class="name ${anchor}" font-size="${size}" x="${place.x}" y="${place.y}">${name}${number === '' ? undefined : markup` <tspan class="count">${number}</tspan>`}</text>`;
}

/** Circles on one ground line, at the lower left, where every frame has sea. */
function drawLegend(
  drawing: Drawing<BubbleMap>,
  { greatest, outside, frame, largest }: Bubbles & { frame: Frame; largest: number },
  { size, pen }: { size: number; pen: Pen },
): Markup {
  const bottom = frame.height - size * 1.6;
  let x = 10;
  const drawn = legendCounts(greatest).map((count) => {
    const radius = Math.max(2, radiusOf(count, greatest, largest));
    const text = pen.number(count);
    const half = Math.max(radius, widthOf(text, size) / 2);
    const center = x + half;
    x = center + half + size * 0.5;
    return markup`<circle class="size" cx="${tenth(center)}" cy="${tenth(bottom - radius)}" r="${tenth(radius)}"/><text class="key" font-size="${size}" x="${tenth(center)}" y="${tenth(bottom + size * 1.15)}">${text}</text>`;
  });
  const unit = drawing.table.columns.find((column) => column.key === drawing.figure.size)?.heading ?? '';
  const left = outside === 0 ? '' : ` (+ ${pen.phrases.drawing.offMap({ places: outside })})`;
  const text = markup`<text class="unit" font-size="${size}" x="${tenth(x + size * 0.3)}" y="${tenth(bottom + size * 1.15)}">${unit}${left}</text>`;
  return markup`<g class="legend">${drawn}${text}</g>`;
}
