/** A figure of the page: the drawing for a page and the one for a phone, what it counts, and its table. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Drawing } from '../../drawing.ts';
import { baseOf } from '../../drawing.ts';
import { inlineSvg } from '../svg/drawing.ts';
import { penOf } from '../svg/pen.ts';
import type { Sheet } from './sheet.ts';
import { drawTable } from './table.ts';

/** Where the numbers are: `here`, folded under the drawing, or in the page already. */
export type Numbers = 'here' | 'elsewhere';

export function drawChart(sheet: Sheet, drawing: Drawing, numbers: Numbers): Markup {
  const { figure } = drawing;
  const rooms = ['wide', 'narrow'] as const;
  const drawn = rooms.map((room) => inlineSvg(drawing, penOf(room, sheet.report.language, sheet.format)));
  if (drawn.every((one) => one === undefined)) return markup``;
  return markup`<figure class="chart" id="f-${figure.name}">
<figcaption>${figure.title}${drawBase(sheet, drawing)}</figcaption>
${drawn}
${numbers === 'here' ? folded(sheet, drawing) : undefined}
</figure>
`;
}

/** A map is one drawing; it fills the window when it is asked for by its address (`#map-europe`), and a link does that. */
export function drawMap(sheet: Sheet, drawing: Drawing): Markup {
  const { figure } = drawing;
  const id = `f-${figure.name}`;
  const drawn = inlineSvg(drawing, penOf('wide', sheet.report.language, sheet.format));
  return markup`<figure class="map ${figure.type === 'map' && figure.frame === 'world' ? 'world' : 'region'}" id="${id}">
<figcaption>${figure.title}${drawBase(sheet, drawing)}</figcaption>
<a class="enlarge" href="#${id}"><span class="hidden">${sheet.say('Enlarge')}: </span>${drawn}</a>
<a class="close" href="#map">${sheet.say('Close')}</a>
${folded(sheet, drawing)}
</figure>
`;
}

function drawBase(sheet: Sheet, drawing: Drawing): Markup {
  return markup`<span class="base">${sheet.say('Base')}: ${baseOf(drawing)}</span>`;
}

function folded(sheet: Sheet, { figure, table }: Drawing): Markup {
  return markup`<details><summary>${sheet.say('The numbers as a table')}<span class="hidden">: ${figure.title}</span></summary>
${drawTable(sheet, table)}</details>`;
}
