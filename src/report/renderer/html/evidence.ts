/** A table of log lines as text: each line as it stands in its log, under where that is; lines of one ban together. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Column, Row, Table } from '../../table.ts';
import { numberIn } from '../../table.ts';
import type { Sheet } from './sheet.ts';
import { idOf } from './sheet.ts';
import { leftOut, ROWS } from './table.ts';

/** What is said of a line before it, in this order. */
const PLACE = ['time', 'kind', 'address', 'host', 'file', 'offset', 'pattern'];

export function drawEvidence(sheet: Sheet, table: Table): Markup {
  const shown = table.rows.slice(0, ROWS);
  const bans = new Map<number, Row[]>();
  for (const row of shown) {
    const ban = numberIn(row.cells, 'ban');
    const rows = bans.get(ban) ?? [];
    rows.push(row);
    bans.set(ban, rows);
  }
  const drawn = [...bans].map(([ban, rows]) => {
    return markup`<article class="lines"><h3>${sheet.say('Ban')} ${ban}</h3>${rows.map((row) => drawLine(sheet, table.columns, row))}</article>
`;
  });
  const notes = [...leftOut(table.rows.length - shown.length, sheet), ...table.notes];
  const note =
    notes.length === 0 ? undefined : markup`<p class="note" lang="${sheet.sentences}">${notes.join(' ')}</p>`;
  return markup`<div class="evidence" id="${idOf(table.name)}">${drawn}${note}</div>
`;
}

function drawLine(sheet: Sheet, columns: readonly Column[], row: Row): Markup {
  const cell = (key: string): string => {
    const column = columns.find((one) => one.key === key);
    return column === undefined ? '' : sheet.format(column, row).trim();
  };
  const place = PLACE.map((key) => ({ key, text: cell(key) }))
    .filter(({ text }) => text !== '')
    .map(({ key, text }) => markup`<bdi>${key === 'offset' ? `${sheet.say('Offset')} ${text}` : text}</bdi> `);
  const listing = cell('listing');
  const listed = listing === '' ? undefined : markup`<p><bdi>${listing}</bdi></p>`;
  return markup`<p>${place}</p><pre><bdi>${cell('line')}</bdi></pre>${listed}`;
}
