/** A table of the page: its caption says what is counted, its numbers lead to what they count. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Line } from '../../format.ts';
import type { Column, CountColumn, Row, Table } from '../../table.ts';
import { numberIn, textIn } from '../../table.ts';
import type { Sheet } from './sheet.ts';
import { idOf } from './sheet.ts';

/** `quiet`: the heading above it is its title already; only who cannot see that needs it again. */
export type Titling = 'titled' | 'quiet';

export function drawTable(sheet: Sheet, table: Table, titling: Titling = 'titled'): Markup {
  const id = idOf(table.name);
  const shown = table.columns.filter((column) => column.show !== 'data');
  const below = shown.filter(isBelow);
  const columns = shown.filter((column) => !isBelow(column));
  const { rows, base } = table;
  const { lines, notes } = linesOf(table, sheet);
  const head = columns.map(
    (column) => markup`<th scope="col" class="${classOf(column)}">${named(column.heading)}</th>`,
  );
  const bar = barOf(table);
  const barHead = bar === undefined ? undefined : markup`<td class="bar"></td>`;
  const body = lines.map((line) => drawLine({ sheet, table, columns, below, bar }, line));
  const content =
    rows.length === 0
      ? markup`<p class="none">${sheet.say('None.')}</p>`
      : markup`<div class="fit"${scrolling(columns, `${id}-caption`)}><table class="${columns.length >= MANY ? 'many' : 'few'}${isTight(columns) ? ' tight' : ''}">
<caption id="${id}-caption"><span class="${titling}">${table.title}</span><span class="base">${sheet.say('Base')}: ${base}</span></caption>
<thead><tr>${head}${barHead}</tr></thead>
<tbody>${body}</tbody>
</table></div>`;
  const title = rows.length === 0 ? markup`<p class="caption">${table.title}</p>` : undefined;
  const note =
    notes.length === 0 ? undefined : markup`<p class="note" lang="${sheet.sentences}">${notes.join(' ')}</p>`;
  return markup`<div class="table" id="${id}">${title}${content}${note}</div>
`;
}

/** More rows are no page: `--top all` may ask for half a million, and a browser would not open them. */
export const ROWS = 2_000;

/** What is said of rows that are left out; nothing of none. */
export function leftOut(rows: number, { phrases }: Sheet): readonly string[] {
  return rows > 0 ? [phrases.notes.leftOut({ rows })] : [];
}

/** What is shown of a table: its rows as far as there is room, what gathers the others, and the total. */
function linesOf({ rows, total, notes }: Table, sheet: Sheet): { lines: readonly Line[]; notes: readonly string[] } {
  const items = rows.filter((row) => row.role === 'item');
  const gathered = rows.filter((row) => row.role === 'rest');
  const last: readonly Line[] = total === undefined ? [] : [{ role: 'total', cells: total }];
  const missing = items.length - ROWS;
  return {
    lines: [...items.slice(0, ROWS), ...gathered, ...last],
    notes: [...leftOut(missing, sheet), ...notes],
  };
}

/** A table of more columns, or of longer text, than a phone shows may be moved, and then by the keyboard too. */
function scrolling(columns: readonly Column[], caption: string): Markup | undefined {
  const isLong = columns.some((column) => column.type === 'text' && column.overflow === 'fold');
  if (columns.length < MANY && !isLong) return undefined;
  return markup` role="region" tabindex="0" aria-labelledby="${caption}"`;
}

const MANY = 7;

/** Whether a phone has no room for bars beside the columns that are always shown. */
function isTight(columns: readonly Column[]): boolean {
  return columns.filter((column) => column.show === 'always' && column.type !== 'rank').length > 3;
}

interface Drawn {
  readonly sheet: Sheet;
  readonly table: Table;
  readonly columns: readonly Column[];
  /** Too long for a column: a line of its own under the row. */
  readonly below: readonly Column[];
  readonly bar: ((row: Line) => Markup) | undefined;
}

function drawLine(drawn: Drawn, line: Line): Markup {
  const head = drawn.columns.findIndex((column) => column.type === 'text');
  const cells = drawn.columns.map((column, i) => {
    const text = cellOf(drawn, column, line);
    // A header without a text heads nothing.
    const isHead = i === head && drawn.sheet.format(column, line).trim() !== '';
    if (isHead) return markup`<th scope="row" class="${classOf(column)}">${text}</th>`;
    return markup`<td class="${classOf(column)}">${text}</td>`;
  });
  const bar = drawn.bar === undefined ? undefined : markup`<td class="bar">${drawn.bar(line)}</td>`;
  return markup`<tr class="${line.role}">${cells}${bar}</tr>
${drawn.below.map((column) => drawBelow(drawn, column, line))}`;
}

function drawBelow(drawn: Drawn, column: Column, line: Line): Markup | undefined {
  if (drawn.sheet.format(column, line).trim() === '') return undefined;
  const width = drawn.columns.length + (drawn.bar === undefined ? 0 : 1);
  // Under a number it would be read as more of it: it begins where the words of its row do.
  const isNumbered = drawn.columns[0]?.align === 'right';
  const margin = isNumbered ? markup`<td class="margin"></td>` : undefined;
  return markup`<tr class="below">${margin}<td colspan="${isNumbered ? width - 1 : width}">${cellOf(drawn, column, line)}</td></tr>
`;
}

function isBelow(column: Column): boolean {
  return column.type === 'text' && column.overflow === 'below';
}

function cellOf({ sheet, table }: Drawn, column: Column, line: Line): Markup | string {
  const text = sheet.format(column, line).trim();
  if (column.type === 'text') {
    const isStranger = column.author === 'stranger' && line.role === 'item' && text !== '';
    // Isolated, so that a name in another direction does not turn the row around.
    if (isStranger) return markup`<bdi class="stranger">${text}</bdi>`;
    return named(text);
  }
  if (column.type !== 'count' || text === '' || numberIn(line.cells, column.key) === 0) return text;
  const target = targetOf(sheet, table, { column, line });
  return target === undefined ? text : markup`<a href="#${idOf(target.name)}">${text}</a>`;
}

/** A word that is longer than a column may be broken anywhere; others are not. */
function named(text: string): Markup {
  return /\S{22}/.test(text) ? markup`<bdi class="long">${text}</bdi>` : markup`<bdi>${text}</bdi>`;
}

/** Where the things that a number counts are listed by themselves. */
function targetOf(
  sheet: Sheet,
  table: Table,
  { column, line }: { column: CountColumn; line: Line },
): Table | undefined {
  const { measure, by } = column;
  if (measure === undefined) return undefined;
  if (line.role === 'total') return sheet.breakdown(measure, table);
  return by === undefined ? undefined : sheet.breakdown(`${measure}/${textIn(line.cells, by)}`, table);
}

function classOf(column: Column): string {
  const side = column.align === 'right' ? 'r' : 'l';
  return column.type === 'text' ? `${column.show} ${side} ${column.overflow}` : `${column.show} ${side} ${column.type}`;
}

/** Bars compare the listed rows with each other; what is gathered in "others" has none. */
function barOf(table: Table): ((line: Line) => Markup) | undefined {
  const key = table.bar;
  if (key === undefined) return undefined;
  const listed = table.rows.filter((row) => row.role === 'item');
  const most = listed.reduce((all: number, row: Row) => Math.max(all, numberIn(row.cells, key)), 0);
  return (line) => {
    if (line.role !== 'item' || most === 0) return markup``;
    const share = Math.round((numberIn(line.cells, key) / most) * 1000) / 10;
    return markup`<svg class="meter" aria-hidden="true"><rect width="${share}%" height="100%"/></svg>`;
  };
}
