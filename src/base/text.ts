/**
 * Text that came from a log. Inside, it is `latin1`: one character is one byte, so that evidence stays byte-exact
 * and a slice costs nothing. It becomes UTF-8 here, and harmless here, before any person sees it.
 */

import { isUtf8 } from 'node:buffer';

/** Log bytes as readable text: UTF-8 where they are valid UTF-8, else as they are. */
export function fromLog(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1;
}

/** Text as it stands in logs, byte by byte: what `fromLog` undoes. */
export function toLog(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A copy that owns its characters. A slice keeps the whole chunk it was cut from alive; what is kept longer is copied. */
export function detach(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('latin1');
}

/**
 * Safe for a terminal, a mail and a text file: control characters (C0, C1, DEL), line and paragraph separators,
 * bidirectional and invisible controls are shown as escapes and cannot act.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/**
 * JSON in which no string can act on the terminal that it is printed on: what `printable` would show as an escape is one
 * here, so that a program reads back the very characters.
 */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** At most `length` characters, the cut marked. */
export function ellipsis(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
