/** The head of the page: what it is about, its greatest numbers, and the sentences that sum it up. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { CountColumn, Table } from '../../table.ts';
import { numberIn } from '../../table.ts';
import { isRapSheet } from './plan.ts';
import { drawSentence } from './sentence.ts';
import type { Sheet } from './sheet.ts';
import { idOf } from './sheet.ts';

export function masthead(sheet: Sheet): Markup {
  const { report, title, period, say } = sheet;
  const when = period === undefined ? undefined : markup`<p class="period">${period} <span>(${report.zone})</span></p>`;
  return markup`<header class="masthead"><div>
<p class="kicker">${say(isRapSheet(sheet) ? 'From the record of a server' : 'Rap sheet of a server')}</p>
<h1>${title}</h1>
${when}
</div></header>`;
}

export function introduction(sheet: Sheet): Markup {
  const { report } = sheet;
  const summary = report.summary.map((statement) => markup`<li>${drawSentence(sheet, statement)}</li>`);
  const told = summary.length === 0 ? undefined : markup`<ul class="summary" lang="${sheet.sentences}">${summary}</ul>`;
  const preface = report.preface.map((sentence) => markup`<p lang="${sheet.sentences}">${sentence}</p>`);
  return markup`${keyFigures(sheet)}
<div class="opening">${told}
<div class="preface">${preface}<p>${report.base}</p></div></div>
`;
}

/** Which number, of the total of which table. */
const KEYS = [
  ['totals', 'bans'],
  ['totals', 'addresses'],
  ['kind-services', 'attempts'],
] as const;

/** Of one attacker. */
const SHEET_KEYS = [
  ['hosts', 'bans'],
  ['hosts', 'attempts'],
] as const;

function keyFigures(sheet: Sheet): Markup {
  const keys = isRapSheet(sheet) ? SHEET_KEYS : KEYS;
  const figures = keys.flatMap(([name, key]) => {
    const table = sheet.table(name);
    const column = table?.columns.find((one) => one.key === key);
    if (table === undefined || column?.type !== 'count' || table.total === undefined) return [];
    return [keyFigure(sheet, table, column)];
  });
  return figures.length === 0 ? markup`` : markup`<dl class="key">${figures}${services(sheet)}</dl>`;
}

function keyFigure(sheet: Sheet, table: Table, column: CountColumn): Markup {
  const number = sheet.written(numberIn(table.total ?? {}, column.key));
  const target = sheet.breakdown(column.measure ?? '', table);
  const linked = target === undefined ? number : markup`<a href="#${idOf(target.name)}">${number}</a>`;
  return markup`<div><dt>${column.heading}</dt><dd>${linked}</dd></div>`;
}

/** Bans of the three services that have most, in small. */
function services(sheet: Sheet): Markup {
  const table = sheet.table('totals');
  const service = table?.columns.find((column) => column.key === 'service');
  if (table === undefined || service === undefined || table.rows.length < 2) return markup``;
  const items = table.rows.slice(0, 3).map((row) => {
    const name = sheet.format(service, row);
    const number = sheet.written(numberIn(row.cells, 'bans'));
    return markup`<li><b><a href="#${idOf(table.name)}">${number}</a></b> ${name}</li>`;
  });
  return markup`<div class="parts"><dt>${sheet.say('Bans by service')}</dt><dd><ul>${items}</ul></dd></div>`;
}
