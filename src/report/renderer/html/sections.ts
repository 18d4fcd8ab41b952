/** The sections of the page, drawn. A table that none asks for is shown in one of its own, so that nothing is left out. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Table } from '../../table.ts';
import { drawEvidence } from './evidence.ts';
import { drawFacts } from './facts.ts';
import { drawChart, drawMap } from './figure.ts';
import { type Part, planOf, type Section, tables } from './plan.ts';
import type { Sheet } from './sheet.ts';
import { drawStatements } from './statements.ts';
import { drawStories } from './stories.ts';
import { drawTable } from './table.ts';

/** The sections that have something to show in this report. */
export function sectionsOf(sheet: Sheet): readonly Section[] {
  const { sections, last } = planOf(sheet);
  const asked = new Set([...sections, ...last].flatMap(({ parts }) => parts.flatMap((part) => namesIn(part, sheet))));
  const left = sheet.report.tables.map((table) => table.name).filter((name) => !asked.has(name));
  const further: Section = { id: 'further', heading: 'Further figures', parts: [tables(...left)] };
  return [...sections, further, ...last].filter(
    ({ id, parts }) => id === 'overview' || parts.some((part) => says(part, sheet)),
  );
}

function says(part: Part, sheet: Sheet): boolean {
  if (part.type === 'maps') return sheet.drawing('map-world') !== undefined;
  return tablesIn(part, sheet).some((table) => table.rows.length > 0);
}

export function drawSection({ id, heading, parts }: Section, sheet: Sheet): Markup {
  return markup`<section id="${id}" aria-labelledby="h-${id}">
<h2 id="h-${id}">${sheet.say(heading)}</h2>
${parts.map((part) => drawPart(part, heading, sheet))}</section>
`;
}

/** The tables that a part shows, or whose figures it shows. */
function namesIn(part: Part, sheet: Sheet): readonly string[] {
  switch (part.type) {
    case 'maps':
      return [];
    case 'services':
      return servicesOf(sheet).flatMap(({ names }) => names);
    case 'charts':
      return part.names.flatMap((name) => sheet.drawing(name)?.figure.table ?? []);
    default:
      return part.names;
  }
}

function tablesIn(part: Part, sheet: Sheet): readonly Table[] {
  return namesIn(part, sheet).flatMap((name) => sheet.table(name) ?? []);
}

function drawPart(part: Part, heading: string, sheet: Sheet): Markup {
  if (part.type === 'maps') return drawMaps(sheet);
  if (part.type === 'services') return drawServices(sheet);
  if (part.type === 'charts') return drawCharts(sheet, part.names);
  if (part.type === 'folded') return drawFolded(sheet, part.names);
  const drawn = tablesIn(part, sheet).map((table) => {
    if (part.type === 'evidence') return drawEvidence(sheet, table);
    if (part.type === 'facts') return drawFacts(sheet, table);
    if (part.type === 'statements') return drawStatements(sheet, table);
    if (part.type === 'stories') return drawStories(sheet, table);
    // Side by side, a table without its title would begin higher than its neighbor.
    const isSaid = part.type !== 'pair' && table.title === sheet.say(heading);
    return drawTable(sheet, table, isSaid ? 'quiet' : 'titled');
  });
  return part.type === 'pair' ? markup`<div class="pair">${drawn}</div>` : markup`${drawn}`;
}

/** Of two charts of one table the last has it. */
function drawCharts(sheet: Sheet, names: readonly string[]): Markup {
  const drawings = names.flatMap((name) => sheet.drawing(name) ?? []);
  const drawn = drawings.map((drawing, i) => {
    const again = drawings.slice(i + 1).some((later) => later.figure.table === drawing.figure.table);
    return drawChart(sheet, drawing, again ? 'elsewhere' : 'here');
  });
  return markup`${drawn}`;
}

/** Tables that say again, in numbers, what a figure above them shows. */
function drawFolded(sheet: Sheet, names: readonly string[]): Markup {
  const drawn = names
    .flatMap((name) => sheet.table(name) ?? [])
    .map((table) => {
      return markup`<details><summary>${table.title}</summary>
${drawTable(sheet, table, 'quiet')}</details>`;
    });
  return markup`${drawn}`;
}

function drawMaps(sheet: Sheet): Markup {
  const maps = sheet.drawings.filter(({ figure }) => figure.type === 'map');
  const [world, ...regions] = maps.map((drawing) => drawMap(sheet, drawing));
  return markup`${world ?? ''}<div class="maps">${regions}</div>`;
}

/** Each service with its own countries and organizations: web, mail and SSH side by side. */
function servicesOf(sheet: Sheet): ReadonlyArray<{ service: string; names: readonly string[] }> {
  return sheet.report.tables.flatMap(({ name }) => {
    const service = /^countries-(.*)$/s.exec(name)?.[1];
    return service === undefined ? [] : [{ service, names: [name, `organizations-${service}`] }];
  });
}

function drawServices(sheet: Sheet): Markup {
  const columns = servicesOf(sheet).map(({ service, names }) => {
    const drawn = names.flatMap((name) => sheet.table(name) ?? []).map((table) => drawTable(sheet, table));
    return markup`<div><h3>${service}</h3>${drawn}</div>`;
  });
  return markup`<div class="services">${columns}</div>`;
}
