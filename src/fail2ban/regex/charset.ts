/**
 * Sets of characters as Python's expressions have them: of whole code points, with Unicode's letters, digits and blanks.
 * The ASCII part is a bitmap, so that it can be compared, written out and tested fast; the part beyond is a rule.
 */
import { isBlank } from '../blank.ts';

/** Which code points from 128 on belong to a set. */
export type Beyond =
  | { readonly type: 'none' }
  | { readonly type: 'word' | 'digit' | 'blank' }
  | { readonly type: 'range'; readonly from: number; readonly to: number }
  /** Those that differ from one of these only in case; forms as `caseForm` makes them. */
  | { readonly type: 'folded'; readonly forms: ReadonlySet<string> }
  | { readonly type: 'not'; readonly of: Beyond }
  | { readonly type: 'any'; readonly of: readonly Beyond[] };

export interface CharSet {
  /** Four words of 32 bits, lowest code points first. */
  readonly ascii: readonly [number, number, number, number];
  readonly beyond: Beyond;
}

const NONE: Beyond = { type: 'none' };

export const NOTHING: CharSet = { ascii: [0, 0, 0, 0], beyond: NONE };
export const ANYTHING: CharSet = complement(NOTHING);
export const NEWLINE: CharSet = single(0x0a);
export const DIGIT: CharSet = { ascii: asciiOf((code) => code >= 0x30 && code <= 0x39), beyond: { type: 'digit' } };
export const WORD: CharSet = { ascii: asciiOf(isAsciiWord), beyond: { type: 'word' } };
export const BLANK: CharSet = { ascii: asciiOf(isBlank), beyond: { type: 'blank' } };

/** The set with only its ASCII members, as the flag `a` wants it. */
export function asciiOnly(set: CharSet): CharSet {
  return { ascii: set.ascii, beyond: NONE };
}

export function single(code: number): CharSet {
  if (code >= 0x80) return range(code, code);
  const bit = (word: number): number => (code >> 5 === word ? 1 << (code & 31) : 0);
  return { ascii: [bit(0), bit(1), bit(2), bit(3)], beyond: NONE };
}

/** From and to included. */
export function range(from: number, to: number): CharSet {
  const ascii = asciiOf((code) => code >= from && code <= to);
  return { ascii, beyond: to < 0x80 ? NONE : { type: 'range', from: Math.max(from, 0x80), to } };
}

export function union(sets: readonly CharSet[]): CharSet {
  const word = (i: 0 | 1 | 2 | 3): number => sets.reduce((bits, set) => bits | set.ascii[i], 0);
  const beyond = sets.map((set) => set.beyond).filter((part) => part.type !== 'none');
  return { ascii: [word(0), word(1), word(2), word(3)], beyond: anyOf(beyond) };
}

function anyOf(parts: readonly Beyond[]): Beyond {
  const [first] = parts;
  if (!first) return NONE;
  return parts.length === 1 ? first : { type: 'any', of: parts };
}

export function complement({ ascii, beyond }: CharSet): CharSet {
  return {
    ascii: [~ascii[0], ~ascii[1], ~ascii[2], ~ascii[3]],
    beyond: beyond.type === 'not' ? beyond.of : { type: 'not', of: beyond },
  };
}

export function has(set: CharSet, code: number): boolean {
  return code < 0x80 ? hasAscii(set, code) : hasBeyond(set.beyond, code);
}

export function hasAscii({ ascii }: CharSet, code: number): boolean {
  return (((ascii[code >> 5] ?? 0) >>> (code & 31)) & 1) === 1;
}

function hasBeyond(beyond: Beyond, code: number): boolean {
  switch (beyond.type) {
    case 'none':
      return false;
    case 'word':
      return /[\p{L}\p{N}]/u.test(String.fromCodePoint(code));
    case 'digit':
      return /\p{Nd}/u.test(String.fromCodePoint(code));
    case 'blank':
      return isBlank(code);
    case 'range':
      return code >= beyond.from && code <= beyond.to;
    case 'folded':
      return beyond.forms.has(caseForm(code));
    case 'not':
      return !hasBeyond(beyond.of, code);
    case 'any':
      return beyond.of.some((part) => hasBeyond(part, code));
  }
}

/** Whether every member of the first is one of the second. False when in doubt. */
export function isWithin(inner: CharSet, outer: CharSet): boolean {
  if (!inner.ascii.every((word, i) => (word & ~(outer.ascii[i] ?? 0)) === 0)) return false;
  return isBeyondWithin(inner.beyond, outer.beyond);
}

/** Whether they have no member in common. False when in doubt. */
export function areApart(one: CharSet, other: CharSet): boolean {
  return isWithin(one, complement(other));
}

/** A range with more members is not gone through. */
const COMPARED_MAX = 64;

function isBeyondWithin(inner: Beyond, outer: Beyond): boolean {
  if (inner.type === 'none' || inner === outer) return true;
  if (inner.type === 'any') return inner.of.every((part) => isBeyondWithin(part, outer));
  if (inner.type === 'range' && inner.to - inner.from < COMPARED_MAX) {
    return explicitMembers(inner).every((code) => hasBeyond(outer, code));
  }
  if (inner.type === 'folded' && outer.type === 'word') return [...inner.forms].every((form) => KIS.has(form));
  if (outer.type === 'not') return areBeyondApart(inner, outer.of);
  if (outer.type === 'any') return outer.of.some((part) => isBeyondWithin(inner, part));
  return (inner.type === 'digit' && (outer.type === 'digit' || outer.type === 'word')) || isNamed(inner, outer);
}

function isNamed(one: Beyond, other: Beyond): boolean {
  return one.type === other.type && (one.type === 'word' || one.type === 'blank');
}

function areBeyondApart(one: Beyond, other: Beyond): boolean {
  if (one.type === 'not') return isBeyondWithin(other, one.of);
  if (other.type === 'none') return true;
  const isText = (part: Beyond): boolean => part.type === 'word' || part.type === 'digit';
  return (one.type === 'blank' && isText(other)) || (other.type === 'blank' && isText(one));
}

/** The only member, when there is one; undefined for any other set. */
export function onlyMember({ ascii, beyond }: CharSet): number | undefined {
  if (beyond.type === 'range' && beyond.from === beyond.to) {
    return ascii.every((word) => word === 0) ? beyond.from : undefined;
  }
  if (beyond.type !== 'none') return undefined;
  const members = asciiMembers({ ascii, beyond }, 2);
  return members.length === 1 ? members[0] : undefined;
}

/** The first so many ASCII members. */
export function asciiMembers(set: CharSet, most = 128): number[] {
  const members: number[] = [];
  for (let code = 0; code < 0x80 && members.length < most; code++) if (hasAscii(set, code)) members.push(code);
  return members;
}

/** More members than these are not told apart by case: nobody writes such a range for its letters. */
const FOLDED_MAX = 5_000;

/** The set and all that differs from a member only in case, by the rules of Python's IGNORECASE. */
export function foldCase(set: CharSet): CharSet {
  const explicit = [...asciiMembers(set), ...explicitMembers(set.beyond)];
  const forms = new Set(explicit.map(caseForm));
  if (forms.size === 0) return set;
  const beyondAscii = new Set([...forms].filter((form) => form.length > 1 || form > '\x7f' || KIS.has(form)));
  const folded: Beyond = beyondAscii.size > 0 ? { type: 'folded', forms: beyondAscii } : NONE;
  const ascii = asciiOf((code) => hasAscii(set, code) || forms.has(caseForm(code)));
  return { ascii, beyond: anyOf([set.beyond, folded].filter((part) => part.type !== 'none')) };
}

/** The letters of ASCII that others beyond it differ from only in case: the Kelvin sign, dotted and dotless i, long s. */
const KIS: ReadonlySet<string> = new Set('kis');

function explicitMembers(beyond: Beyond): number[] {
  if (beyond.type === 'any') return beyond.of.flatMap(explicitMembers);
  if (beyond.type !== 'range' || beyond.to - beyond.from > FOLDED_MAX) return [];
  return Array.from({ length: beyond.to - beyond.from + 1 }, (_, i) => beyond.from + i);
}

/** What all cases of a character have in common. */
export function caseForm(code: number): string {
  if (code < 0x80) return String.fromCharCode(code >= 0x41 && code <= 0x5a ? code + 0x20 : code);
  // Its lower case is `i` with a dot above, two characters; for Python it is an `i`.
  if (code === 0x130) return 'i';
  return String.fromCodePoint(code).toLowerCase().toUpperCase().toLowerCase();
}

export function isAsciiWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a)
  );
}

function asciiOf(test: (code: number) => boolean): [number, number, number, number] {
  const words: [number, number, number, number] = [0, 0, 0, 0];
  for (let code = 0; code < 0x80; code++) {
    const index = code >> 5;
    if (test(code) && (index === 0 || index === 1 || index === 2 || index === 3)) words[index] |= 1 << (code & 31);
  }
  return words;
}
