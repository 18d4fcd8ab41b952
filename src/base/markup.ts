/**
 * Text of HTML and SVG. What is put into a template is escaped unless it is Markup itself, so that a text can only become
 * an element where this file is asked for one: forgetting to escape is not possible.
 */
import { printable } from './text.ts';

/** Text that is HTML or SVG already. Made by `markup` and `raw` only. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type MarkupPart = string | number | Markup | undefined | readonly MarkupPart[];

/** A template whose values are escaped. Undefined is nothing; a list is its parts one after the other. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupPart[]): Markup {
  const pieces = [strings[0] ?? ''];
  for (const [i, value] of values.entries()) pieces.push(textOf(value), strings[i + 1] ?? '');
  return new Markup(pieces.join(''));
}

/** Text of our own making that is markup: a style sheet, a path. Never anything from a log, a ledger or a data file. */
export function raw(text: string): Markup {
  return new Markup(text);
}

function textOf(part: MarkupPart): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'number') return String(part);
  return typeof part === 'string' ? escaped(part) : part.map(textOf).join('');
}

/** Safe as content and in a quoted attribute; what is invisible or would turn the line around is shown as an escape. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
