/** Markdown, with the tables of GitHub's dialect. Nothing in a cell can become markup, a link or another cell. */
import { printable } from '../../base/text.ts';
import type { CellFormat } from '../format.ts';
import { formatForPeople } from '../format.ts';
import type { Column, Report, Row, Table } from '../table.ts';
import { type Words, wordsOf } from '../words.ts';
import type { RenderedFile } from './renderer.ts';
import { fileOf } from './renderer.ts';

export function renderMarkdown(report: Report): readonly RenderedFile[] {
  return [fileOf('report.md', () => pieces(report))];
}

function* pieces(report: Report): Iterable<string> {
  const format = formatForPeople(report);
  const { say } = wordsOf(report.language);
  yield `# ${escaped(report.title)}\n\n`;
  for (const { text } of report.summary) yield `- ${escaped(text)}\n`;
  if (report.summary.length > 0) yield '\n';
  for (const sentence of [...report.preface, report.base]) yield `${escaped(sentence)}\n\n`;
  for (const table of report.tables) yield* tablePieces(table, format, say);
}

function* tablePieces(table: Table, format: CellFormat, say: Words['say']): Iterable<string> {
  const columns = table.columns.filter((column) => column.show !== 'data');
  yield `## ${escaped(table.title)}\n\n${say('Base')}: ${escaped(table.base)}.\n\n`;
  if (table.rows.length === 0) {
    yield `${say('None.')}\n\n`;
  } else {
    yield line(columns.map((column) => escaped(column.heading)));
    yield line(columns.map((column) => (column.align === 'right' ? '---:' : ':---')));
    for (const row of table.rows) yield line(columns.map((column) => cellText(column, row, format)));
    const { total } = table;
    if (total !== undefined)
      yield line(columns.map((column) => strong(format(column, { role: 'total', cells: total }).trim())));
    yield '\n';
  }
  if (table.notes.length > 0) yield `${table.notes.map(escaped).join(' ')}\n\n`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function cellText(column: Column, row: Row, format: CellFormat): string {
  const text = format(column, row).trim();
  const stranger = column.type === 'text' && column.author === 'stranger' && row.role === 'item' && text !== '';
  return stranger ? verbatim(text) : escaped(text);
}

function strong(text: string): string {
  return text === '' ? '' : `**${escaped(text)}**`;
}

/**
 * As code: no link, mention or emphasis is made in it. The two characters that could end it, or the cell, are shown as
 * escapes, as control characters are.
 */
function verbatim(text: string): string {
  return `\`${text.replace(/[`|]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`)}\``;
}

/** Names of companies, hosts and the like: readable as they are where that is safe, else as character references. */
function escaped(text: string): string {
  return printable(text)
    .replace(/&([#A-Za-z])/g, '&amp;$1')
    .replace(/[<>|`\\@$]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[*_[\]~]/g, '\\$&')
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/\b([Ww][Ww][Ww])\./g, '$1&#46;')
    .replace(/^(\s*)([#+=-])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(\s)/, '$1\\$2$3');
}
