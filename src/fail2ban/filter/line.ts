/** A line of a log, taken apart at its date, and what a buffer of lines looks like to an expression. */

export interface Line {
  readonly before: string;
  /** As it was cut out; empty when there is none. */
  readonly date: string;
  readonly after: string;
}

/** The line as it stands in the log. */
export function wholeText({ before, date, after }: Line): string {
  return before + date + after;
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
