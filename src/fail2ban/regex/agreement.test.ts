/** V8 with its checks and our own matcher agree about expressions that nobody would write. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExhaustedError } from './exhausted.ts';
import { compileExpression, type Expression } from './expression.ts';
import { RegexError } from './reader.ts';
import { type Subject, subjectOf } from './subject.ts';

const PIECES = [
  'a',
  'b',
  '[ab]',
  '[^a]',
  '.',
  '\\w',
  '\\s',
  '^',
  '$',
  '\\b',
  '(?!a)',
  '(?=b)',
  '(?<=a)',
  '(?:(?!ab).)*',
  '\\1',
];
const REPEATS = ['', '', '', '*', '+', '?', '*?', '??', '{1,2}', '{,2}'];

const piece: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...PIECES), fc.constantFrom(...REPEATS))
  .map(([one, repeat]) => (/^(?:\^|\$|\\b|.*\*)$/.test(one) ? one : one + repeat));

const expression: fc.Arbitrary<string> = fc
  .letrec<{ sequence: string; branches: string }>((tie) => ({
    sequence: fc
      .array(fc.oneof({ maxDepth: 3 }, piece, bracketed(tie('branches'))), { maxLength: 4 })
      .map((pieces) => pieces.join('')),
    branches: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|')),
  }))
  .branches.map((source) => `(a|b)?${source}`);

function bracketed(inside: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('(', '(?:', '(?>', '(?(1)'), inside, fc.constantFrom(...REPEATS))
    .map(([open, source, repeat]) => `${open}${open === '(?(1)' ? source.replaceAll('|', '') : source})${repeat}`);
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 10 }).map((line) => `${line}\n`);

it('finds the same groups at the same places', () => {
  let compared = 0;
  fc.assert(
    fc.property(expression, fc.array(text, { minLength: 1, maxLength: 4 }), (source, texts) => {
      const compiled = compile(source);
      for (const subject of compiled ? texts.map(subjectOf) : []) {
        const own = answer(compiled, { ...subject, isPlain: false });
        if (own === 'exhausted') continue;
        expect({ source, v8: answer(compiled, subject) }).toEqual({ source, v8: own });
        compared++;
      }
    }),
    { numRuns: 600, seed: 7 },
  );
  expect(compared).toBeGreaterThan(1_000);
});

function answer(compiled: Expression | undefined, subject: Subject): unknown {
  try {
    const match = compiled?.search(subject);
    return match && [match.start, ...Array.from({ length: compiled?.tree.groups ?? 0 }, (_, i) => match.group(i))];
  } catch (error) {
    // Only what refers to groups may be given up.
    if (error instanceof ExhaustedError && compiled?.bound === 'steps') return 'exhausted';
    throw error;
  }
}

function compile(source: string): Expression | undefined {
  try {
    return compileExpression(source);
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}
