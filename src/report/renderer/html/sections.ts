/**
 * The order of the page: which tables and figures belong together. A table that no section asks for is shown in one of its
 * own, so that nothing a question answers is left out.
 */
import type { Table } from '../../table.ts';
import type { Markup } from '../markup.ts';
import { markup } from '../markup.ts';
import { drawChart, drawMap } from './figure.ts';
import type { Sheet } from './sheet.ts';
import { drawStatements } from './statements.ts';
import { drawStories } from './stories.ts';
import { drawTable } from './table.ts';

export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly parts: readonly Part[];
}

/** `pair`: side by side where there is room. */
type Part =
  | { readonly type: 'tables' | 'pair' | 'charts' | 'statements' | 'stories'; readonly names: readonly string[] }
  | { readonly type: 'maps' | 'services' };

const tables = (...names: readonly string[]): Part => ({ type: 'tables', names });
const pair = (...names: readonly string[]): Part => ({ type: 'pair', names });
const charts = (...names: readonly string[]): Part => ({ type: 'charts', names });

const SECTIONS: readonly Section[] = [
  { id: 'overview', heading: 'At a glance', parts: [tables('change'), pair('totals', 'hosts')] },
  { id: 'map', heading: 'Where they come from', parts: [{ type: 'maps' }, tables('regions')] },
  { id: 'countries', heading: 'Countries', parts: [charts('country-services'), pair('countries', 'places')] },
  {
    id: 'organizations',
    heading: 'Organizations',
    parts: [charts('organization-services'), tables('organizations')],
  },
  { id: 'networks', heading: 'Networks', parts: [tables('networks', 'types')] },
  { id: 'offenders', heading: 'Repeat offenders', parts: [tables('offenders', 'several-hosts', 'host-spread')] },
  { id: 'kinds', heading: 'What they tried', parts: [tables('kinds'), pair('kind-groups', 'kind-services')] },
  { id: 'names', heading: 'What they aimed at', parts: [tables('users', 'targets')] },
  { id: 'time', heading: 'When', parts: [charts('days-bans', 'days-attempts', 'hours')] },
  { id: 'lengths', heading: 'How long', parts: [pair('lengths', 'returns')] },
  { id: 'services', heading: 'Side by side', parts: [{ type: 'services' }] },
  { id: 'scanners', heading: 'Research scanners', parts: [pair('scanners', 'without-scanners')] },
  { id: 'stories', heading: 'Stories', parts: [{ type: 'stories', names: ['stories'] }] },
];

const METHOD: Section = {
  id: 'method',
  heading: 'How it was made',
  parts: [{ type: 'statements', names: ['method'] }],
};

/** The sections that have something to show in this report. */
export function sectionsOf(sheet: Sheet): readonly Section[] {
  const asked = new Set([...SECTIONS, METHOD].flatMap(({ parts }) => parts.flatMap((part) => namesIn(part, sheet))));
  const left = sheet.report.tables.map((table) => table.name).filter((name) => !asked.has(name));
  const further: Section = { id: 'further', heading: 'Further figures', parts: [tables(...left)] };
  return [...SECTIONS, further, METHOD].filter(
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
  const drawn = tablesIn(part, sheet).map((table) => {
    if (part.type === 'statements') return drawStatements(sheet, table);
    if (part.type === 'stories') return drawStories(sheet, table);
    return drawTable(sheet, table, table.title === sheet.say(heading) ? 'quiet' : 'titled');
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
