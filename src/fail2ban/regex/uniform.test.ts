import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression, type Expression } from './expression.ts';
import { lineSubject } from './subject.ts';
import { treatsDigitsAlike } from './uniform.ts';

function isAlike(source: string): boolean {
  return treatsDigitsAlike(compileExpression(source).tree.root);
}

describe('an expression', () => {
  it.each([
    '^a\\d+b$',
    '\\w+ [^"]* [0-9a-f]{2}',
    '(?i)port \\S+',
    'x(?!\\d)|\\bfrom ',
    '(?:(?! from ).)*?$',
    '[^\\d]+',
  ])('treats digits alike: %s', (source) => expect(isAlike(source)).toBe(true));

  it.each(['ssh2', '[45]\\d\\d', '[^1]', '[1-9]\\d*', '(\\d)\\1', '(?P<a>\\w) (?P=a)', 'a(?=7)', '(?:a|b(?:c|3))?'])(
    'tells them apart: %s',
    (source) => expect(isAlike(source)).toBe(false),
  );
});

const sources = [
  '^(?P<id>\\S+ x\\[\\d+\\]): (?P<rest>.+)$',
  '^(?:a |b )?(?P<user>\\S+|.*?) from (?P<ip>(?:\\d{1,3}\\.){3}\\d{1,3})(?: port \\d+| on \\S+){0,2}(?P<end>: |(?:(?:(?! from ).)*)$)',
  '(?P<word>\\b\\w+?)(?P<digits>\\d{2,4})(?:\\D|$)',
  '(?i)^(?P<q>")?(?P<x>[0-9A-F:]+)(?(q)"|\\s)',
];
const pieces = fc.constantFrom(
  'a ',
  'b ',
  ' from ',
  '1.22.3.44',
  ' port 5',
  'x[12]: ',
  '"',
  'F0:',
  '7',
  '42',
  'u',
  ' ',
  ': ',
);
const texts = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''));

/** Other digits where digits are. */
function redrawn(text: string, digits: readonly number[]): string {
  let at = 0;
  return text.replace(/\d/g, () => String(digits[at++ % digits.length]));
}

function places(expression: Expression, text: string): number[] | undefined {
  const found = expression.places(lineSubject(`${text}\n`, true));
  return found && [...found];
}

describe('where digits are treated alike', () => {
  it('an expression takes the same places of texts that differ in them only', () => {
    const expressions = sources.map((source) => compileExpression(source));
    expect(expressions.every(({ tree }) => treatsDigitsAlike(tree.root))).toBe(true);
    let found = 0;
    fc.assert(
      fc.property(texts, fc.array(fc.nat(9), { minLength: 1, maxLength: 7 }), (text, digits) => {
        for (const expression of expressions) {
          const here = places(expression, text);
          if (here) found++;
          expect(places(expression, redrawn(text, digits))).toEqual(here);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(500);
  });

  it('the places are those of what the groups took', () => {
    const expressions = sources.map((source) => compileExpression(source));
    fc.assert(
      fc.property(texts, (text) => {
        for (const expression of expressions) {
          const subject = lineSubject(`${text}\n`, true);
          const match = expression.search(subject);
          const found = expression.places(subject);
          const taken = Array.from({ length: expression.tree.groups + 1 }, (_, group) => match?.group(group));
          const cut = Array.from({ length: expression.tree.groups + 1 }, (_, group) => {
            const [start = -1, end = -1] = [found?.[2 * group], found?.[2 * group + 1]];
            return start < 0 ? undefined : subject.text.slice(start, end);
          });
          expect(cut).toEqual(taken);
        }
      }),
      { numRuns: 500 },
    );
  });
});
