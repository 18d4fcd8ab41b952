/**
 * How a jail names a filter or an action with its options: `sshd[mode=aggressive, port="22,2222"]`, several actions one
 * after the other.
 */
import { isBlank, strip } from '../blank.ts';

export interface Call {
  readonly name: string;
  /** In the order given; of two with one name the later counts. */
  readonly options: ReadonlyMap<string, string>;
}

const NAME = /[\w.-]+(?:\?[\w.-]+=[\w.-]+)?=/y;
const GAP = /\]\s*\[/y;

/** What is wrong with a call, for a person. */
export class CallError extends Error {}

/** @throws CallError */
export function parseCall(text: string): Call {
  const open = text.indexOf('[');
  if (open < 0 && text !== '') return { name: text, options: new Map() };
  const close = text.lastIndexOf(']');
  if (open <= 0 || close < open || strip(text.slice(close + 1)) !== '') {
    throw new CallError(`"${excerpt(text, 0)}" is not name[option=value, ...]`);
  }
  return { name: text.slice(0, open), options: parseOptions(text.slice(open + 1, close)) };
}

function parseOptions(text: string): Map<string, string> {
  const options = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const start = skipBlanks(text, at);
    const name = sticky(NAME, text, start);
    if (name === undefined) {
      if (start === text.length || (text[at] === ',' && strip(text.slice(at + 1)) === '')) return options;
      throw new CallError(`an option is expected at "${excerpt(text, at)}"`);
    }
    const value = readValue(text, start + name.length);
    options.set(name.slice(0, -1), strip(value.text));
    at = afterValue(text, value.end, name.slice(0, -1));
  }
  return options;
}

function afterValue(text: string, at: number, name: string): number {
  if (text[at] === ',') return at + 1;
  const gap = sticky(GAP, text, at);
  if (gap !== undefined) return at + gap.length;
  if (at >= text.length || text.slice(at) === '\n') return text.length;
  throw new CallError(`after option "${name}" stands "${excerpt(text, at)}"`);
}

/** `"..."`, `'...'`, or all up to a comma or bracket; a quote without its end is part of the value. */
function readValue(text: string, at: number): { readonly text: string; readonly end: number } {
  const quote = text[at] ?? '';
  const close = quote === '"' || quote === "'" ? text.indexOf(quote, at + 1) : -1;
  if (close >= 0) return { text: text.slice(at + 1, close), end: close + 1 };
  let end = at;
  while (end < text.length && text[end] !== ',' && text[end] !== ']') end++;
  return { text: text.slice(at, end), end };
}

/** Cuts a list of calls, which blanks separate: those within brackets do not. */
export function splitCalls(text: string): string[] {
  const calls: string[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const end = endOfCall(text, at);
    calls.push(text.slice(at, end));
    at = skipBlanks(text, end);
  }
  return calls;
}

function endOfCall(text: string, start: number): number {
  let name = start;
  while (name < text.length && text[name] !== '[' && !isBlank(text.charCodeAt(name))) name++;
  const open = skipBlanks(text, name);
  if (name > start && text[open] === '[') {
    const end = endOfBrackets(text, open + 1);
    if (end >= 0 && (end === text.length || isBlank(text.charCodeAt(end)))) return end;
  }
  // Not a call with options: whatever stands up to the next blank.
  let end = name;
  while (end < text.length && !isBlank(text.charCodeAt(end))) end++;
  return end;
}

/** Behind the bracket that closes the options, or -1 when they are not of the form. */
function endOfBrackets(text: string, start: number): number {
  let at = skipBlanks(text, start);
  while (text[at] !== ']') {
    const name = sticky(NAME, text, at);
    if (name === undefined) return -1;
    at = skipBlanks(text, readValue(text, at + name.length).end);
    const gap = text[at] === ',' ? ',' : (sticky(GAP, text, at) ?? '');
    at = skipBlanks(text, at + gap.length);
  }
  return at + 1;
}

function sticky(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}

function skipBlanks(text: string, at: number): number {
  let end = at;
  while (end < text.length && isBlank(text.charCodeAt(end))) end++;
  return end;
}

function excerpt(text: string, at: number): string {
  return text.slice(at, at + 25);
}

/** Words between commas and blanks; `#` or `;` at a word's beginning, to the end of the line, is a comment. */
export function splitWords(text: string, comments: 'comments' | 'words' = 'words'): string[] {
  const bare = comments === 'comments' ? text.replace(/(^|\s)[#;].*/gm, '$1') : text;
  return bare.split(/[\s,]+/).filter((word) => word !== '');
}
