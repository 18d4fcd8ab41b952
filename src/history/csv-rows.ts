/**
 * Rows of a CSV (RFC 4180) out of a stream: cells in quotes may hold commas, newlines and doubled quotes. A row that is
 * wrong is told with its line, and reading goes on with the next line: one slip costs one row.
 */

export interface CsvRow {
  /** Of the row's first character, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Whether the text ends without a newline behind it: it may be cut. */
  readonly isUnended: boolean;
  /** What is wrong with it; then there are no cells. */
  readonly flaw: string | undefined;
}

/** A row of bans has a few hundred bytes. A quote that is never closed must not swallow the rest of the file. */
const ROW_CHARACTERS = 65_536;
/** Tables that people keep have a dozen. */
const CELLS_MAX = 256;
const TOO_LONG = `longer than ${ROW_CHARACTERS} characters`;
const UNCLOSED = 'a quote that is never closed';

/** What spreadsheets of the world put between cells. */
const SEPARATORS = [',', ';', '\t'] as const;

/** The first line tells what separates cells. Empty lines are left out. */
export async function* csvRows(pieces: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  const reader = new RowReader();
  for await (const piece of pieces) yield* reader.feed(piece);
  yield* reader.end();
}

class RowReader {
  #separator = '';
  #lines = 0;
  /** Physical lines of the row that has begun, and their characters. */
  #begun: string[] = [];
  #size = 0;
  #row = new RowState('');
  /** Behind the last newline. */
  #rest = '';

  *feed(piece: string): Generator<CsvRow> {
    const text = this.#rest + piece;
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      yield* this.#line(text.slice(at, end));
      at = end + 1;
    }
    // What comes before the next newline of a line that is too long does not matter any more.
    this.#rest = text.slice(at, at + ROW_CHARACTERS + 1);
  }

  *end(): Generator<CsvRow> {
    if (this.#rest !== '') yield* this.#line(this.#rest, true);
    while (this.#begun.length > 0) yield* this.#giveUp(UNCLOSED);
  }

  *#line(line: string, isUnended = false): Generator<CsvRow> {
    if (this.#separator === '') {
      this.#separator = separatorIn(line);
      this.#row = new RowState(this.#separator);
    }
    this.#lines++;
    this.#begun.push(line);
    this.#size += line.length + 1;
    if (this.#size > ROW_CHARACTERS) {
      yield* this.#giveUp(this.#begun.length > 1 ? UNCLOSED : TOO_LONG);
      return;
    }
    const flaw = this.#row.take(line);
    if (flaw !== undefined) yield* this.#giveUp(flaw);
    else if (!this.#row.isOpen) yield* this.#finish(isUnended);
  }

  *#finish(isUnended: boolean): Generator<CsvRow> {
    const line = this.#lines - this.#begun.length + 1;
    const cells = this.#row.finish();
    this.#startOver();
    if (cells.length > 1 || cells[0] !== '') yield { line, cells, isUnended, flaw: undefined };
  }

  /** The row's first line is lost, and no more: those after it are read again, as rows of their own. */
  *#giveUp(flaw: string): Generator<CsvRow> {
    const [, ...again] = this.#begun;
    this.#lines -= again.length;
    yield { line: this.#lines, cells: [], isUnended: false, flaw };
    this.#startOver();
    for (const line of again) yield* this.#line(line);
  }

  #startOver(): void {
    this.#begun = [];
    this.#size = 0;
    this.#row = new RowState(this.#separator);
  }
}

function separatorIn(line: string): string {
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** How far a row has been read. */
class RowState {
  readonly #separator: string;
  readonly #cells: string[] = [];
  #cell = '';
  #where: 'plain' | 'quoted' | 'behind a quote' = 'plain';
  #isOpen = false;

  constructor(separator: string) {
    this.#separator = separator;
  }

  /** Whether it goes on in the next line. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  finish(): readonly string[] {
    return [...this.#cells, this.#cell];
  }

  /** Takes a line of the row; what is wrong with it. */
  take(line: string): string | undefined {
    if (this.#isOpen) this.#cell += '\n';
    for (const character of line) {
      const flaw = this.#where === 'quoted' ? this.#quoted(character) : this.#bare(character);
      if (flaw !== undefined) return flaw;
    }
    this.#isOpen = this.#where === 'quoted';
    // The newline of Windows.
    if (this.#where === 'plain' && this.#cell.endsWith('\r')) this.#cell = this.#cell.slice(0, -1);
    return undefined;
  }

  #quoted(character: string): undefined {
    if (character === '"') this.#where = 'behind a quote';
    else this.#cell += character;
  }

  #bare(character: string): string | undefined {
    const isBehind = this.#where === 'behind a quote';
    if (character === this.#separator) {
      this.#cells.push(this.#cell);
      this.#cell = '';
      this.#where = 'plain';
      return this.#cells.length < CELLS_MAX ? undefined : `more than ${CELLS_MAX} columns`;
    }
    if (character === '"') {
      if (!isBehind && this.#cell !== '') return 'a quote in the middle of a cell';
      if (isBehind) this.#cell += '"';
      this.#where = 'quoted';
      return undefined;
    }
    if (isBehind) return character === '\r' ? undefined : 'text after a closing quote';
    this.#cell += character;
    return undefined;
  }
}
