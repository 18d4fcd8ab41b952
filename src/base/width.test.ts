import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rulerOf } from './width.ts';

const ruler = rulerOf('en');

describe('rulerOf', () => {
  test.each([
    ['plain', 5],
    ['', 0],
    ['é', 1],
    ['e\u0301', 1],
    ['漢字', 4],
    ['ｆｕｌｌ', 8],
    ['👩‍👩‍👧‍👦', 2],
    ['한국', 4],
    ['█▏', 2],
    ['“x”', 3],
  ])('width() of %s is %d', (text, width) => {
    expect(ruler.width(text)).toBe(width);
  });

  test.each([
    ['Internet Utilities', 10, 'Internet…'],
    ['short', 5, 'short'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢…'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3, '👩‍👩‍👧‍👦…'],
  ])('cut(%s, %d) is %s', (text, width, cut) => {
    expect(ruler.cut(text, width)).toBe(cut);
  });

  test.each([
    ['one two three', 7, ['one two', 'three']],
    ['abcdefgh ij', 4, ['abcd', 'efgh', 'ij']],
    ['漢字漢字', 3, ['漢', '字', '漢', '字']],
    ['漢', 1, ['漢']],
    ['', 5, ['']],
  ])('fold(%s, %d) is %j', (text, width, lines) => {
    expect(ruler.fold(text, width)).toEqual(lines);
  });

  test('cut(), fold() and pad() keep to the width for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        expect(ruler.width(ruler.cut(text, width))).toBeLessThanOrEqual(width);
        for (const line of ruler.fold(text, width)) expect(ruler.width(line)).toBeLessThanOrEqual(width);
        expect(ruler.width(ruler.pad(ruler.cut(text, width), width, 'right'))).toBe(width);
      }),
    );
  });
});
