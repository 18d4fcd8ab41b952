import { describe, expect, it } from 'vitest';
import {
  ANYTHING,
  areApart,
  asciiMembers,
  asciiOnly,
  BLANK,
  type CharSet,
  complement,
  DIGIT,
  foldCase,
  has,
  isWithin,
  NOTHING,
  onlyMember,
  range,
  single,
  union,
  WORD,
} from './charset.ts';

function holds(set: CharSet, characters: string): string {
  return Array.from(characters)
    .filter((character) => has(set, character.codePointAt(0) ?? 0))
    .join('');
}

const SAMPLE = 'aZ0_-. \t\n\u001c\u001f\u0085\u00a0éß٣Ⅷ中😀\u2028\ufeff';

describe('sets', () => {
  it.each([
    ['words', WORD, 'aZ0_éß٣Ⅷ中'],
    ['digits', DIGIT, '0٣'],
    ['blanks', BLANK, ' \t\n\u001c\u001f\u0085\u00a0\u2028'],
    ['no words', complement(WORD), '-. \t\n\u001c\u001f\u0085\u00a0😀\u2028\ufeff'],
    ['ASCII words', asciiOnly(WORD), 'aZ0_'],
    ['a range over the border', range(0x2e, 0xe9), 'aZ0_.\u0085\u00a0éß'],
    ['a union', union([single(0x1f600), DIGIT]), '0٣😀'],
    ['everything', ANYTHING, SAMPLE],
    ['nothing', NOTHING, ''],
  ])('%s', (_, set, expected) => {
    expect(holds(set, SAMPLE)).toBe(expected);
    expect(holds(complement(complement(set)), SAMPLE)).toBe(expected);
  });

  it('foldCase() has all cases, as Python sees them', () => {
    expect(holds(foldCase(single(0x6b)), 'kK\u212aq')).toBe('kK\u212a');
    expect(holds(foldCase(single(0x69)), 'iIİıj')).toBe('iIİı');
    expect(holds(foldCase(single(0x53)), 'sSſß')).toBe('sSſ');
    expect(holds(foldCase(single(0x17f)), 'sSſß')).toBe('sSſ');
    expect(holds(foldCase(single(0xdf)), 'ßẞs')).toBe('ßẞ');
    expect(holds(foldCase(single(0x212b)), 'åÅ\u212ba')).toBe('åÅ\u212b');
    expect(holds(foldCase(single(0x3c2)), 'σςΣο')).toBe('σςΣ');
    expect(holds(foldCase(DIGIT), '1٣a')).toBe('1٣');
  });

  it('isWithin() and areApart() are sure where they say so', () => {
    expect(isWithin(DIGIT, WORD)).toBe(true);
    expect(isWithin(foldCase(range(0x61, 0x7a)), WORD)).toBe(true);
    expect(isWithin(single(0xe9), WORD)).toBe(true);
    expect(isWithin(WORD, DIGIT)).toBe(false);
    expect(isWithin(ANYTHING, complement(WORD))).toBe(false);
    expect(isWithin(union([BLANK, single(0x2e)]), complement(WORD))).toBe(true);
    expect(areApart(WORD, complement(WORD))).toBe(true);
    expect(areApart(WORD, BLANK)).toBe(true);
    expect(areApart(WORD, union([BLANK, DIGIT]))).toBe(false);
  });

  it('onlyMember() and asciiMembers() list what there is', () => {
    expect(onlyMember(single(0x61))).toBe(0x61);
    expect(onlyMember(single(0x1f600))).toBe(0x1f600);
    expect(onlyMember(foldCase(single(0x6b)))).toBeUndefined();
    expect(onlyMember(DIGIT)).toBeUndefined();
    expect(String.fromCharCode(...asciiMembers(DIGIT))).toBe('0123456789');
  });
});
