/** What a backslash begins, outside and inside brackets. */
import { BLANK, type CharSet, complement, DIGIT, single, WORD } from './charset.ts';
import { categoryIn, type Flags } from './flags.ts';
import type { Assertion } from './node.ts';
import type { Reader } from './reader.ts';

export type Escape =
  | { readonly type: 'character'; readonly code: number }
  | { readonly type: 'category'; readonly set: CharSet }
  | { readonly type: 'assert'; readonly kind: Assertion }
  | { readonly type: 'back'; readonly index: number };

const CONTROLS: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };
const CATEGORIES: Readonly<Record<string, CharSet>> = { d: DIGIT, s: BLANK, w: WORD };
const LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads behind a backslash. @throws RegexError for one that means nothing. */
export function parseEscape(reader: Reader, flags: Flags): Escape {
  const column = reader.at - 1;
  const letter = reader.take();
  const assertion = assertionOf(letter, flags);
  if (assertion) return { type: 'assert', kind: assertion };
  if (/[1-9]/.test(letter)) return numbered(reader, letter, column);
  if (letter === '0') return character(Number.parseInt(`0${reader.takeWhile(/[0-7]/, 2)}`, 8));
  return common(reader, letter, flags, column);
}

/** Reads behind a backslash within brackets. @throws RegexError */
export function parseClassEscape(reader: Reader, flags: Flags): Escape {
  const column = reader.at - 1;
  const letter = reader.take();
  if (letter === 'b') return character(8);
  if (/[0-7]/.test(letter)) return octal(reader, letter + reader.takeWhile(/[0-7]/, 2), column);
  return common(reader, letter, flags, column);
}

function assertionOf(letter: string, { ascii }: Flags): Assertion | undefined {
  switch (letter) {
    case 'A':
      return 'start';
    case 'Z':
      return 'final';
    case 'b':
      return ascii ? 'ascii-word' : 'word';
    case 'B':
      return ascii ? 'ascii-not-word' : 'not-word';
    default:
      return undefined;
  }
}

/** `\12` refers to a group, `\123` is octal. */
function numbered(reader: Reader, first: string, column: number): Escape {
  if (!/[0-9]/.test(reader.next)) return { type: 'back', index: Number(first) };
  const second = reader.take();
  if (/[0-7]/.test(first) && /[0-7]/.test(second) && /[0-7]/.test(reader.next)) {
    return octal(reader, first + second + reader.take(), column);
  }
  return { type: 'back', index: Number(first + second) };
}

function octal(reader: Reader, digits: string, column: number): Escape {
  const code = Number.parseInt(digits, 8);
  if (code > 0o377) throw reader.error(`\\${digits} is more than a byte`, column);
  return character(code);
}

function common(reader: Reader, letter: string, flags: Flags, column: number): Escape {
  const category = CATEGORIES[letter.toLowerCase()];
  if (category && /[dswDSW]/.test(letter)) {
    const set = categoryIn(category, flags);
    return { type: 'category', set: letter === letter.toLowerCase() ? set : complement(set) };
  }
  const length = LENGTHS[letter];
  if (length !== undefined) return hexadecimal(reader, letter, length);
  const control = letter === 'b' ? undefined : CONTROLS[letter];
  if (control !== undefined) return character(control);
  if (letter === '') throw reader.error('\\ stands at the end', column);
  if (/[0-9A-Za-z]/.test(letter)) throw reader.error(`\\${letter} means nothing`, column);
  return character(letter.codePointAt(0) ?? 0);
}

function hexadecimal(reader: Reader, letter: string, length: number): Escape {
  const column = reader.at - 2;
  const digits = reader.takeWhile(/[0-9A-Fa-f]/, length);
  const code = Number.parseInt(digits, 16);
  if (digits.length !== length || code > 0x10ffff) throw reader.error(`\\${letter} needs ${length} digits`, column);
  return character(code);
}

function character(code: number): Escape {
  return { type: 'character', code };
}

/** The set that an escape stands for; undefined for what is no set. */
export function escapeSet(read: Escape): CharSet | undefined {
  if (read.type === 'character') return single(read.code);
  return read.type === 'category' ? read.set : undefined;
}
