/** A letter as plain text, 78 columns wide: as it reads in a terminal, and in mail programs that show nothing else. */
import { rulerOf } from '../../base/width.ts';
import { type CodeLine, type Letter, type LetterRow, type LetterTable, type Part, shown } from './letter.ts';

/** As RFC 5322 would have it. */
const WIDTH = 78;
const GAP = '  ';
const INDENT = '  ';
/** Names and commands that are longer have their values below instead of beside. */
const NAME_MAX = 44;
/** Of columns after the first; that gets what is left. */
const CELL_MAX = 24;

const ruler = rulerOf('en');

export function asText({ lead, parts, foot }: Letter): string {
  const blocks = [folded(lead)];
  let heading = '';
  for (const part of parts) {
    if (part.type === 'heading') {
      heading = `${shown(part.text).toUpperCase()}\n`;
      continue;
    }
    const text = partText(part);
    if (text !== '') blocks.push(heading + text);
    heading = '';
  }
  // What follows such a line is a signature, which mail programs show as one.
  return `${blocks.join('\n\n')}\n\n-- \n${foot.map((line) => folded(line)).join('\n')}\n`;
}

function partText(part: Exclude<Part, { type: 'heading' }>): string {
  switch (part.type) {
    case 'text':
      return folded(part.text);
    case 'facts':
      return pairs(part.facts.map(({ name, value }) => [name, value]));
    case 'commands':
      return pairs(part.commands.map(({ command, about }) => [command, about]));
    case 'table':
      return tableText(part.table);
    case 'lines':
      return part.lines.map(lineText).join('\n');
    case 'picture':
      return '';
  }
}

function folded(text: string, first = '', later = first): string {
  const lines = ruler.fold(shown(text), WIDTH - later.length);
  return lines.map((line, i) => `${i === 0 ? first : later}${line}`.trimEnd()).join('\n');
}

/** Names and values in two columns. */
function pairs(list: ReadonlyArray<readonly [name: string, value: string]>): string {
  const names = list.map(([name]) => shown(name));
  const width = Math.min(NAME_MAX, Math.max(...names.map((name) => ruler.width(name))));
  const later = INDENT + ' '.repeat(width) + GAP;
  return list
    .map(([, value], i) => {
      const name = names[i] ?? '';
      if (ruler.width(name) > width) return `${folded(name, INDENT)}\n${folded(value, later)}`;
      return folded(value, `${INDENT}${ruler.pad(name, width, 'left')}${GAP}`, later);
    })
    .join('\n');
}

/** An address of the log, and below it the line, folded where it is longer than the page. */
function lineText({ about, line }: CodeLine): string {
  return `${folded(about, INDENT)}\n${folded(line, '    ', '      ')}`;
}

function tableText({ columns, rows }: LetterTable): string {
  const cells = rows.map((row) => row.cells.map((cell) => shown(cell)));
  const titles = columns.map(({ title }) => shown(title));
  const widths = columns.map((_, at) => {
    const all = [titles[at] ?? '', ...cells.map((row) => row[at] ?? '')].map((cell) => ruler.width(cell));
    return Math.max(...all);
  });
  const wide = widest(widths);
  const others = widths.map((width, at) => (at === wide ? 0 : Math.min(width, CELL_MAX)));
  const left = WIDTH - INDENT.length - others.reduce((sum, width) => sum + width + GAP.length, 0);
  const fitted = others.map((width, at) => (at === wide ? Math.min(widths[at] ?? 0, left) : width));
  const shape = { fitted, wide, aligns: columns.map(({ align }) => align) };
  const head = titles.some((title) => title !== '') ? [rowText(titles, shape), rule(fitted)] : [];
  return [...head, ...rows.map((row, i) => `${rowText(cells[i] ?? [], shape)}${under(row)}`)].join('\n');
}

function widest(widths: readonly number[]): number {
  return widths.indexOf(Math.max(...widths));
}

interface Shape {
  readonly fitted: readonly number[];
  /** The column that is folded where it is too long; the others are cut. */
  readonly wide: number;
  readonly aligns: ReadonlyArray<'left' | 'right'>;
}

function rowText(cells: readonly string[], { fitted, wide, aligns }: Shape): string {
  const folds = ruler.fold(cells[wide] ?? '', Math.max(1, fitted[wide] ?? 1));
  return folds
    .map((fold, line) => {
      const columns = fitted.map((width, at) => {
        const other = line === 0 ? ruler.cut(cells[at] ?? '', width) : '';
        return ruler.pad(at === wide ? fold : other, width, aligns[at] ?? 'left');
      });
      return `${INDENT}${columns.join(GAP)}`.trimEnd();
    })
    .join('\n');
}

function rule(widths: readonly number[]): string {
  return INDENT + widths.map((width) => '-'.repeat(width)).join(GAP);
}

function under({ under: text }: LetterRow): string {
  return text === '' ? '' : `\n${folded(text, '    ')}`;
}
