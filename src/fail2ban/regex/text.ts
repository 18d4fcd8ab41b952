/** Places in a text, by whole code points, and what holds between the characters there. */
import { caseForm, isAsciiWord, WORD } from './charset.ts';
import { isMember, type SetTable } from './code.ts';

/** The code point at a place, -1 at the end. */
export function codeAt(text: string, place: number): number {
  const code = text.charCodeAt(place);
  if (code < 0xd800 || code > 0xdbff) return Number.isNaN(code) ? -1 : code;
  return text.codePointAt(place) ?? -1;
}

export function widthAt(text: string, place: number): number {
  return codeAt(text, place) > 0xffff ? 2 : 1;
}

/** Of the character that ends at a place. */
export function widthBefore(text: string, place: number): number {
  return place > 1 && codeAt(text, place - 2) > 0xffff ? 2 : 1;
}

/** Whether an assertion, by its number in ASSERTIONS, holds at a place. */
export function holdsAt(kind: number, text: string, place: number): boolean {
  const isLast = place === text.length;
  switch (kind) {
    case 0:
      return place === 0;
    case 1:
      return isLast;
    case 2:
      return isLast || (place === text.length - 1 && text.charCodeAt(place) === 10);
    case 3:
      return place === 0 || text.charCodeAt(place - 1) === 10;
    case 4:
      return isLast || text.charCodeAt(place) === 10;
    case 5:
      return isBoundary(text, place);
    case 6:
      // Python: an empty text has no place that is not a boundary.
      return text !== '' && !isBoundary(text, place);
    case 7:
      return isAsciiBoundary(text, place);
    default:
      return text !== '' && !isAsciiBoundary(text, place);
  }
}

function isBoundary(text: string, place: number): boolean {
  const isBefore = place > 0 && isWordAt(text, place - widthBefore(text, place));
  return isWordAt(text, place) !== isBefore;
}

function isAsciiBoundary(text: string, place: number): boolean {
  return isAsciiWord(text.charCodeAt(place)) !== isAsciiWord(text.charCodeAt(place - 1));
}

function isWordAt(text: string, place: number): boolean {
  const code = codeAt(text, place);
  return code >= 0 && isMember(WORD_TABLE, code);
}

const WORD_TABLE: SetTable = {
  ascii: Uint8Array.from({ length: 128 }, (_, code) => (isAsciiWord(code) ? 1 : 0)),
  set: WORD,
};

/** Where the text from `from` to `to` ends when it stands at `place` once more; -1 when it does not. */
export function endOfCopy(
  text: string,
  copy: { readonly from: number; readonly to: number; readonly place: number; readonly ignoresCase: boolean },
): number {
  const wanted = text.slice(copy.from, copy.to);
  if (!copy.ignoresCase) return text.startsWith(wanted, copy.place) ? copy.place + wanted.length : -1;
  const there = text.slice(copy.place, copy.place + wanted.length);
  return caseForms(there) === caseForms(wanted) ? copy.place + there.length : -1;
}

function caseForms(text: string): string {
  return Array.from(text, (character) => caseForm(character.codePointAt(0) ?? 0)).join();
}
