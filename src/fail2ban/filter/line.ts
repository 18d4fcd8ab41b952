/** A line of a log, taken apart at its date, and what a buffer of lines looks like to an expression. */

export interface Line {
  readonly before: string;
  /** As it was cut out; empty when there is none. */
  readonly date: string;
  readonly after: string;
  /** The line as it stands in the log; of a journal, its time and its message. */
  readonly whole: string;
}

/** A line of which the piece from `start` to `end` is its date. It is cut when somebody asks. */
export class CutLine implements Line {
  readonly whole: string;
  readonly #start: number;
  readonly #end: number;

  constructor(whole: string, start: number, end: number) {
    this.whole = whole;
    this.#start = start;
    this.#end = end;
  }

  get before(): string {
    return this.whole.slice(0, this.#start);
  }

  get date(): string {
    return this.whole.slice(this.#start, this.#end);
  }

  get after(): string {
    return this.whole.slice(this.#end);
  }
}

/** A line as it is given to a filter, with what is known of it when it was one of many. */
export interface RawLine {
  /** Without its newline. */
  readonly text: string;
  /** With it: cut out in one piece, it need not be put together. */
  readonly ended: string;
  /** It is known to be ASCII without carriage returns, and without newlines but the last. */
  readonly isPlain: boolean;
}

/** What expressions see: the line without its date. */
export function message({ before, after }: Line): string {
  return before + after;
}

/** Lines together as one text, each with its newline. */
export function bufferText(lines: readonly Line[]): string {
  return `${lines.map(message).join('\n')}\n`;
}

/** The lines of a text, as Python's `splitlines` cuts them. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
