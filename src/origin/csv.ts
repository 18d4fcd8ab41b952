/** CSV as in RFC 4180: cells in quotes may hold commas, newlines and doubled quotes. Rows keep their line for errors. */

export interface Row {
  /** Of the row's first character, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What is wrong, and in which line; reading ends there, because all that follows would be guesswork. */
export interface Flaw {
  readonly line: number;
  readonly flaw: string;
}

/** The rows of a text in order; empty lines are left out. The last item may be a flaw. */
export function* rowsOf(text: string): Generator<Row | Flaw> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    do {
      if (cells.length > 0) at++;
      const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
      if (!cell) {
        yield { line, flaw: 'a quote that is never closed' };
        return;
      }
      cells.push(cell.text);
      line += newlinesIn(cell.text);
      at = cell.end;
    } while (text[at] === ',');
    if (text[at] === '\r') at++;
    if (at < text.length && text[at] !== '\n') {
      yield { line, flaw: flawAt(text, at) };
      return;
    }
    at++;
    line++;
    if (cells.length > 1 || cells[0] !== '') yield { line: start, cells };
  }
}

interface Cell {
  readonly text: string;
  readonly end: number;
}

function plainCell(text: string, start: number): Cell {
  const stop = /[",\r\n]/g;
  stop.lastIndex = start;
  const end = stop.exec(text)?.index ?? text.length;
  return { text: text.slice(start, end), end };
}

/** Undefined when the quote is never closed. */
function quotedCell(text: string, start: number): Cell | undefined {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return undefined;
    if (text[quote + 1] !== '"') return { text: text.slice(start + 1, quote).replaceAll('""', '"'), end: quote + 1 };
    at = quote + 2;
  }
}

/** `at` is the first character that can neither end the cell nor belong to it. */
function flawAt(text: string, at: number): string {
  if (text[at - 1] === '\r') return 'a carriage return in the middle of a line';
  return text[at] === '"' ? 'a quote in the middle of a cell' : 'text after a closing quote';
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
