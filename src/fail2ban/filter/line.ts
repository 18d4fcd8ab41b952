/** A line of a log, taken apart at its date, and what a buffer of lines looks like to an expression. */
import type { LogFile, LogLine } from '../../model.ts';

export interface Line {
  readonly before: string;
  /** As it was cut out; empty when there is none. */
  readonly date: string;
  readonly after: string;
  /** The line as it stands in the log; of a journal, its time and its message. */
  readonly whole: string;
  /** What expressions see of it: without its date, with a newline. */
  readonly ended: string;
  /** As it stands in its log, byte for byte, where that is known. */
  readonly origin: LogLine | undefined;
}

/** A line of which the piece from `start` to `end` is its date. It is cut when somebody asks. */
export class CutLine implements Line {
  readonly #raw: RawLine;
  readonly #start: number;
  readonly #end: number;

  constructor(raw: RawLine, start: number, end: number) {
    this.#raw = raw;
    this.#start = start;
    this.#end = end;
  }

  get whole(): string {
    return this.#raw.text;
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

  get origin(): LogLine | undefined {
    return this.#raw.origin;
  }

  get ended(): string {
    return this.#start === 0 ? this.#raw.endedFrom(this.#end) : `${this.before}${this.after}\n`;
  }
}

/** A line whose date did not come out of it. */
export class GivenLine implements Line {
  readonly before = '';
  readonly date: string;
  readonly after: string;
  readonly origin: LogLine | undefined;

  constructor(date: string, after: string, origin?: LogLine) {
    this.date = date;
    this.after = after;
    this.origin = origin;
  }

  get whole(): string {
    return this.date + this.after;
  }

  get ended(): string {
    return `${this.after}\n`;
  }
}

/** A line as it is given to a filter: a piece of a longer text, without its newline. It is cut out when somebody asks. */
export class RawLine {
  /** It is known to be ASCII without carriage returns, and without newlines. */
  readonly isPlain: boolean;
  /** What it is cut out of, and where it begins there. */
  readonly source: string;
  readonly start: number;
  readonly #end: number;
  #text: string | undefined;
  #file: LogFile | undefined;
  #offset = 0;
  /** Where the text is not what the bytes are. */
  #latin1: string | undefined;

  constructor(source: string, start: number, end: number, isPlain: boolean) {
    this.source = source;
    this.start = start;
    this.#end = end;
    this.isPlain = isPlain;
  }

  /** Says where it stands. `latin1`: its bytes, unless it is plain. */
  place(file: LogFile | undefined, offset: number, latin1: string | undefined): void {
    this.#file = file;
    this.#offset = offset;
    this.#latin1 = latin1;
  }

  get origin(): LogLine | undefined {
    return this.#file && { file: this.#file, offset: this.#offset, line: this.#latin1 ?? this.text };
  }

  get text(): string {
    this.#text ??= this.source.slice(this.start, this.#end);
    return this.#text;
  }

  /** From a place in the line on, with a newline. */
  endedFrom(place: number): string {
    const { source, start } = this;
    // Cut out in one piece, it need not be put together.
    if (source.charCodeAt(this.#end) === NEWLINE) return source.slice(start + place, this.#end + 1);
    return `${source.slice(start + place, this.#end)}\n`;
  }
}

/** A line by itself, of which nothing is known. */
export function rawLine(text: string): RawLine {
  return new RawLine(text, 0, text.length, false);
}

const NEWLINE = 10;

/** The line without its date. */
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
