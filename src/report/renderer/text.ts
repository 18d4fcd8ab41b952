/**
 * Plain text for terminals, mails and files: columns aligned by what they measure on a screen, bars beside counts, no
 * color unless asked for. A phone's 48 columns get the same figures in fewer columns.
 */
import { printable } from '../../base/text.ts';
import type { Ruler } from '../../base/width.ts';
import { rulerOf } from '../../base/width.ts';
import type { Drawing } from '../drawing.ts';
import { drawingsOf } from '../drawing.ts';
import type { BubbleMap, Figure, Timeline } from '../figure.ts';
import type { CellFormat, Line } from '../format.ts';
import { formatForPeople } from '../format.ts';
import type { Report, Row, Table } from '../table.ts';
import { numberIn } from '../table.ts';
import { type Words, wordsOf } from '../words.ts';
import type { Layout, Placed } from './layout.ts';
import { GAP, layOut } from './layout.ts';
import type { RenderedFile, Terminal } from './renderer.ts';
import { fileOf } from './renderer.ts';
import { textMapOf } from './text-map.ts';
import { blockOf, timelineOf } from './text-timeline.ts';

/** Prose is hard to read in longer lines, however wide the terminal. */
const PROSE_WIDTH = 100;

export function renderText(report: Report, terminal: Terminal): readonly RenderedFile[] {
  return [fileOf('report.txt', () => pieces(report, terminal))];
}

/** What drawing a table takes. */
interface Pen {
  readonly width: number;
  readonly ruler: Ruler;
  readonly format: CellFormat;
  readonly words: Words;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly colored: (text: string) => string;
}

function* pieces(report: Report, terminal: Terminal): Iterable<string> {
  const pen = penOf(report, terminal);
  yield `${pen.strong(printable(report.title))}\n`;
  for (const { text } of report.summary) yield* prose(text, pen);
  if (report.summary.length > 0) yield '\n';
  for (const sentence of [...report.preface, report.base]) yield* prose(sentence, pen);
  const world = terminal.ascii ? undefined : worldOf(report);
  const underMap =
    report.tables.find(({ name }) => name === 'places') ?? report.tables.find(({ name }) => name === 'countries');
  for (const table of report.tables) {
    if (world !== undefined && table === underMap) yield* drawWorld(world, pen);
    const figures = report.figures.filter((figure) => figure.table === table.name);
    yield* drawTable(table, pen, figures);
  }
}

/** The map of the world with its table, which has more places than people read. */
function worldOf(report: Report): Drawing<BubbleMap> | undefined {
  for (const { figure, table, scale } of drawingsOf(report))
    if (figure.type === 'map' && figure.frame === 'world') return { figure, table, scale };
  return undefined;
}

function* drawWorld(world: Drawing<BubbleMap>, pen: Pen): Iterable<string> {
  const map = textMapOf(world, pen);
  if (map === undefined) return;
  yield* drawTitle(world.table, pen);
  for (const runs of map.lines) {
    const drawn = runs.map(({ what, text }) => (what === 'mark' ? pen.colored(text) : pen.faint(text)));
    yield `${drawn.join('')}\n`;
  }
  yield '\n';
  yield* prose(map.legend, pen);
}

/** The three SGR attributes in use are bold, faint and cyan; each is closed on its own line. */
function penOf(report: Report, terminal: Terminal): Pen {
  const sgr = (code: number) => (text: string) =>
    terminal.color && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    width: Math.max(20, terminal.width),
    ruler: rulerOf(report.language),
    format: formatForPeople(report),
    words: wordsOf(report.language),
    strong: sgr(1),
    faint: sgr(2),
    colored: sgr(36),
  };
}

function* prose(text: string, pen: Pen): Iterable<string> {
  for (const line of pen.ruler.fold(printable(text), Math.min(pen.width, PROSE_WIDTH))) yield `${pen.faint(line)}\n`;
}

function* drawTitle(table: Table, pen: Pen): Iterable<string> {
  yield `\n\n${pen.strong(printable(table.title))}\n`;
  yield* prose(`${pen.words.say('Base')}: ${table.base}.`, pen);
  yield '\n';
}

function* drawTable(table: Table, pen: Pen, figures: readonly Figure[]): Iterable<string> {
  yield* drawTitle(table, pen);
  const timeline = figures.find((figure) => figure.type === 'timeline');
  if (table.rows.length === 0) yield `${pen.words.say('None.')}\n`;
  else if (timeline !== undefined) yield* drawTimeline(table, timeline, pen);
  else {
    yield* drawColumns(table, figures, pen);
    yield* drawRows(table, pen);
  }
  if (table.notes.length === 0) return;
  yield '\n';
  yield* prose(table.notes.join(' '), pen);
}

/** In place of its rows, which other formats list: a line of time for each place. */
function* drawTimeline(table: Table, figure: Timeline, pen: Pen): Iterable<string> {
  const { axis, lanes, legend } = timelineOf(table, figure, pen.words);
  const room = pen.width - BELOW.length;
  for (const { name, attempts, bars, marks } of lanes) {
    yield `${pen.ruler.cut(name, pen.width - attempts.length - 2)}  ${pen.faint(attempts)}\n`;
    // Folded together, so that a mark stays under its bar.
    for (let at = 0; at < bars.length; at += room) {
      const mark = marks.slice(at, at + room).trimEnd();
      yield `${BELOW}${pen.colored(bars.slice(at, at + room))}\n`;
      yield mark === '' ? '\n' : `${BELOW}${pen.strong(mark)}\n`;
    }
  }
  yield `${BELOW}${pen.faint(axis)}\n\n`;
  yield* prose(legend, pen);
}

/** Counts over time at a glance, a character for each row; the row's own bar is for one of them only. */
function* drawColumns(table: Table, figures: readonly Figure[], pen: Pen): Iterable<string> {
  const rows = table.rows.filter((row) => row.role === 'item');
  const keys = figures.flatMap((figure) => (figure.type === 'columns' ? figure.series : []));
  const drawn = table.columns.filter(({ key }) => keys.includes(key));
  const label = Math.max(0, ...drawn.map(({ heading }) => pen.ruler.width(heading))) + GAP;
  // Of a single day there is no more and no less, and a line that is folded is no glance.
  if (drawn.length === 0 || rows.length < 2 || label + rows.length > pen.width) return;
  for (const { key, heading } of drawn) {
    const counts = rows.map((row) => numberIn(row.cells, key));
    const greatest = Math.max(1, ...counts);
    const line = counts.map((count) => blockOf(count, greatest)).join('');
    yield `${pen.ruler.pad(heading, label, 'left')}${pen.colored(line)}\n`;
  }
  yield '\n';
}

function* drawRows(table: Table, pen: Pen): Iterable<string> {
  const { rows, total } = table;
  const lines: readonly Line[] = total === undefined ? rows : [...rows, { role: 'total', cells: total }];
  const filled = table.columns.map((column) => {
    return { column, texts: lines.map((line) => pen.format(column, line)) };
  });
  const layout = layOut(table, filled, pen);
  const rule = `${pen.faint('─'.repeat(layout.width))}\n`;
  yield* drawHeading(layout, pen);
  yield rule;
  const bar = barOf(table, layout, pen);
  for (const [i, row] of rows.entries()) yield* drawRow(layout, { index: i, bar: bar(row) }, pen);
  if (total === undefined) return;
  yield rule;
  yield* drawRow(layout, { index: rows.length, bar: '' }, pen);
}

function* drawHeading(layout: Layout, pen: Pen): Iterable<string> {
  const folded = layout.placed.map(({ column, width }) => pen.ruler.fold(column.heading, width));
  const height = Math.max(0, ...folded.map((lines) => lines.length));
  for (let i = 0; i < height; i++) {
    const texts = folded.map((lines) => lines[i - height + lines.length] ?? '');
    yield `${joinCells(layout.placed, texts, pen)}\n`;
  }
}

function* drawRow(layout: Layout, row: { index: number; bar: string }, pen: Pen): Iterable<string> {
  const cells = layout.placed.map((placed) => cellLines(placed, placed.texts[row.index] ?? '', pen));
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  for (let i = 0; i < height; i++) {
    const line = joinCells(
      layout.placed,
      cells.map((lines) => lines[i] ?? ''),
      pen,
    );
    yield i === 0 && row.bar !== '' ? `${pen.ruler.pad(line, layout.width + GAP, 'left')}${row.bar}\n` : `${line}\n`;
  }
  for (const { texts } of layout.below) yield* drawBelow(texts[row.index] ?? '', pen);
}

function* drawBelow(text: string, pen: Pen): Iterable<string> {
  if (text === '') return;
  for (const line of pen.ruler.fold(text, pen.width - BELOW.length)) yield `${BELOW}${line}\n`;
}

const BELOW = '    ';

function cellLines(placed: Placed, text: string, pen: Pen): readonly string[] {
  const { column, width } = placed;
  if (column.type === 'text' && column.overflow === 'fold') return pen.ruler.fold(text, width);
  return [column.type === 'text' ? pen.ruler.cut(text, width) : text];
}

function joinCells(placed: readonly Placed[], texts: readonly string[], pen: Pen): string {
  const cells = placed.map(({ column, width }, i) => pen.ruler.pad(texts[i] ?? '', width, column.align));
  return cells.join(' '.repeat(GAP)).trimEnd();
}

/** Bars compare the listed rows with each other; what is gathered in "others" has none. */
function barOf(table: Table, layout: Layout, pen: Pen): (row: Row) => string {
  const key = table.bar;
  if (key === undefined || layout.barWidth === 0) return () => '';
  let most = 0;
  for (const row of table.rows) if (row.role === 'item') most = Math.max(most, numberIn(row.cells, key));
  return (row) => {
    if (row.role !== 'item' || most === 0) return '';
    return pen.colored(drawBar((numberIn(row.cells, key) / most) * layout.barWidth));
  };
}

/** A bar in eighths of a column. What is not nothing is drawn as an eighth at least. */
function drawBar(length: number): string {
  const eighths = length > 0 ? Math.max(1, Math.round(length * 8)) : 0;
  return `${'█'.repeat(Math.floor(eighths / 8))}${['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? ''}`;
}
