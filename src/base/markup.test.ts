import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOSTILE } from '../report/testing/random.ts';
import { markup, raw } from './markup.ts';

const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('<', '>', '&', '"', "'"),
);

describe('markup', () => {
  test('markup() lets no value be an element, end an attribute, or act on its line', () => {
    fc.assert(
      fc.property(text, (value) => {
        const drawn = markup`${value}`.text;

        expect(drawn).not.toMatch(/[<>"'`]|&(?!#\d+;)/);
        expect(drawn).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/);
      }),
    );
  });

  test('markup() can be read back', () => {
    expect(markup`<b title="${'a "quoted" <tag> & more'}">${'1 < 2'}</b>`.text).toBe(
      '<b title="a &#34;quoted&#34; &#60;tag&#62; &#38; more">1 &#60; 2</b>',
    );
  });

  test('markup() takes markup as it is, lists one after the other, and undefined as nothing', () => {
    const inner = [markup`<i>${1}</i>`, markup`<i>${'<'}</i>`];

    expect(markup`<p>${inner}${undefined}${raw('<hr>')}</p>`.text).toBe('<p><i>1</i><i>&#60;</i><hr></p>');
  });
});
