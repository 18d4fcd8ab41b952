import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHUNK_LIMIT, createSkimmer, SHAPES_MAX, type Skimmer } from './skim.ts';

type Hit = readonly [position: number, literal: number];

/** What skimming must find, the slow way. */
function search(literals: readonly string[], text: string): Hit[] {
  const hits: Hit[] = [];
  for (const [index, literal] of literals.entries()) {
    for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) hits.push([at, index]);
  }
  return hits.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

interface Skimmed {
  readonly lines: number;
  readonly isPlain: boolean;
  readonly hits: Hit[];
}

function skimmed(skimmer: Skimmer, text: string): Skimmed {
  const { count, lines, isPlain, positions, literals } = skimmer.skim(Buffer.from(text, 'latin1'));
  const hits = Array.from({ length: count }, (_, i): Hit => [positions[i] ?? -1, literals[i] ?? -1]);
  return { lines, isPlain, hits };
}

function expected(literals: readonly string[], text: string): Skimmed {
  const isPlain = !/[\r\x80-\xff]/.test(text);
  return { lines: text.split('\n').length - 1, isPlain, hits: search(literals, text) };
}

/** Numbers from 0 up to a limit, the same in every run. */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
}

function randomText(roll: (limit: number) => number, length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[roll(alphabet.length)]).join('');
}

const ANY_BYTE = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
const PROSE = 'Failed password for invalid user root from port ssh2: /wp-login.php 0123456789.\n';

function literalsOf(alphabet: string): fc.Arbitrary<string[]> {
  const unit = fc.constantFrom(...alphabet);
  return fc.uniqueArray(fc.string({ unit, minLength: 5, maxLength: 24 }), { minLength: 1, maxLength: 40 });
}

/** Literals, and a text of noise in which they are strewn, whole and cut off, next to and into each other. */
function caseOf(alphabet: string): fc.Arbitrary<{ literals: string[]; text: string }> {
  const unit = fc.constantFrom(...alphabet);
  return literalsOf(alphabet).chain((literals) => {
    const planted = fc.constantFrom(...literals);
    const cut = fc.tuple(planted, fc.nat(24)).map(([literal, length]) => literal.slice(0, length));
    const pieces = fc.array(fc.oneof(fc.string({ unit, maxLength: 12 }), planted, cut), { maxLength: 60 });
    return pieces.map((parts) => ({ literals, text: parts.join('') }));
  });
}

describe('skim', () => {
  test.each([
    ['two letters, where everything overlaps', 'ab'],
    ['the letters of a log', PROSE],
    ['all bytes', ANY_BYTE],
  ])('skim finds what indexOf finds, over %s', (_name, alphabet) => {
    const letters = [...new Set(alphabet)].join('');
    const property = fc.property(caseOf(letters), ({ literals, text }) => {
      expect(skimmed(createSkimmer(literals), text)).toEqual(expected(literals, text));
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('one carriage return, or one byte that is not ASCII, is seen wherever it stands', () => {
    const skimmer = createSkimmer(['Failed password']);
    const odd = fc.constantFrom('\r', '\x80', '\xff');
    const property = fc.property(fc.nat(9_000), fc.nat(9_000), odd, (before, after, byte) => {
      const isPlain = (text: string): boolean => skimmer.skim(Buffer.from(text, 'latin1')).isPlain;
      const [left, right] = ['\x7f'.repeat(before), '\x00\n\x0e'.repeat(after / 3)];
      expect(isPlain(left + byte + right)).toBe(false);
      expect(isPlain(left + right)).toBe(true);
    });
    fc.assert(property, { numRuns: 200 });
  });

  test.each([0, 1, 20, 200, 400])('skim finds what indexOf finds in chunks of any size, with %i literals', (number) => {
    const roll = dice(number + 1);
    const literals = new Set<string>();
    while (literals.size < number) literals.add(randomText(roll, 5 + roll(30), PROSE));
    const list = [...literals];
    const skimmer = createSkimmer(list);
    // One skimmer for all: its memory grows, and what an earlier chunk left behind must not be found again.
    for (const size of [4097, 0, 65_536, 1, 15, 16, 17, 200 * 1024, 4095, 4096, 65_535, 65_537, 131_073, 5, 100_003]) {
      let text = randomText(roll, size, PROSE);
      for (let n = 0; n < size / 200 && number > 0; n++) {
        const at = roll(size);
        const literal = list[roll(number)] ?? '';
        text = (text.slice(0, at) + literal + text.slice(at + literal.length)).slice(0, size);
      }
      expect(skimmed(skimmer, text)).toEqual(expected(list, text));
    }
  });

  test('skim finds a literal of any length at any place, up to both ends of the chunk', () => {
    for (let length = 5; length <= 24; length++) {
      const literal = 'Failed password for user'.slice(0, length);
      const skimmer = createSkimmer([literal]);
      for (let before = 0; before <= 36; before++) {
        for (let after = 0; after <= 20; after++) {
          const text = `${'.'.repeat(before)}${literal}${'.'.repeat(after)}`;
          expect(skimmed(skimmer, text).hits).toEqual([[before, 0]]);
        }
      }
    }
  });

  test.each(['/.env', '/.git/'])('skim finds the short literal %s between any two bytes', (literal) => {
    const skimmer = createSkimmer([literal]);
    for (const byte of ANY_BYTE) {
      for (let before = 1; before <= 8; before++) {
        const text = `${byte.repeat(before)}${literal}${byte}`;
        expect(skimmed(skimmer, text).hits).toEqual([[before, 0]]);
      }
    }
  });

  test('skim finds a literal across its own strides', () => {
    const skimmer = createSkimmer(['Failed password for']);
    for (let at = 4096 - 40; at <= 4096 + 40; at++) {
      expect(skimmed(skimmer, `${'.'.repeat(at)}Failed password for${'.'.repeat(40)}`).hits).toEqual([[at, 0]]);
    }
  });

  test('skim has room for the most hits that there can be', () => {
    const literals = ['aaaaaaaa', 'aaaaaaa', 'aaaaaa', 'aaaaa'];
    const text = 'a'.repeat(65_536);
    expect(skimmed(createSkimmer(literals), text)).toEqual(expected(literals, text));
  });

  test('skim does not find what ends behind the chunk', () => {
    const skimmer = createSkimmer(['Failed password', 'Fail\0\0\0']);
    expect(skimmed(skimmer, '..Failed password').hits).toHaveLength(1);
    expect(skimmed(skimmer, '..Failed passwor').hits).toEqual([]);
    expect(skimmed(skimmer, '..Fail').hits).toEqual([]);
  });

  test('skim does not find what begins before the chunk, where its own literals lie', () => {
    // 16 bytes, so that nothing lies between the literal and the chunk; found by the rarer `1234`, not by `user`.
    const skimmer = createSkimmer(['user12345678user']);
    expect(skimmed(skimmer, '12345678user').hits).toEqual([]);
  });

  test('skim reads a view into a larger buffer, and its result is overwritten by the next call', () => {
    const bytes = Buffer.from('one Failed\ntwo Failed\n', 'latin1');
    const skimmer = createSkimmer(['Failed']);
    const first = skimmer.skim(bytes.subarray(11));
    expect([first.count, first.lines, first.positions[0]]).toEqual([1, 1, 4]);
    expect(skimmer.skim(bytes).positions).toBe(first.positions);
  });

  test('createSkimmer makes skimmers that do not share anything', () => {
    const one = createSkimmer(['Failed']);
    const other = createSkimmer(['Invalid']);
    expect(skimmed(one, 'Failed Invalid').hits).toEqual([[0, 0]]);
    expect(skimmed(other, 'Failed Invalid').hits).toEqual([[7, 0]]);
  });

  test('skim refuses a chunk over its limit', () => {
    expect(() => createSkimmer([]).skim(new Uint8Array(CHUNK_LIMIT + 1))).toThrow(RangeError);
  });

  test.each([
    ['too short', ['Failed', 'user'], 'literal "user" is under 5 bytes'],
    ['empty', [''], 'literal "" is under 5 bytes'],
    ['not latin1', ['Failed \u2013 no'], 'is not latin1'],
    ['there twice', ['Failed', 'Invalid', 'Failed'], 'literal "Failed" is there twice'],
  ])('createSkimmer refuses a literal that is %s', (_name, literals, message) => {
    expect(() => createSkimmer(literals)).toThrow(RangeError);
    expect(() => createSkimmer(literals)).toThrow(message);
  });

  test('shape tells pieces apart that differ in more than their digits', () => {
    const unit = fc.constantFrom(...'0123456789', ...'/:ab .');
    const piece = fc.oneof(fc.string({ unit, maxLength: 40 }), fc.string({ unit, minLength: 14, maxLength: 300 }));
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 8 }),
        fc.nat(20),
        fc.infiniteStream(fc.nat(9)),
        (texts, pad, digits) => {
          const skimmer = createSkimmer(['Failed']);
          const numbers = new Map<string, number>();
          const redrawn = (text: string): string => text.replace(/\d/g, () => String(digits.next().value));
          // The first times are not kept; then the number is the same, whichever the digits.
          for (const text of Array.from({ length: 6 }, () => texts)
            .flat()
            .map(redrawn)) {
            const chunk = `${'x'.repeat(pad)}${text}`;
            skimmer.skim(Buffer.from(chunk, 'latin1'));
            const number = skimmer.shape(pad, chunk.length);
            const shape = text.replace(/\d/g, '0');
            if (number < 0) {
              expect(numbers.has(shape)).toBe(false);
              continue;
            }
            expect(numbers.get(shape) ?? number).toBe(number);
            expect([...numbers].filter(([other, its]) => other !== shape && its === number)).toEqual([]);
            numbers.set(shape, number);
          }
          const distinct = new Set(
            texts.filter(({ length }) => length >= 16 && length <= 256).map((text) => text.replace(/\d/g, '0')),
          );
          // Two that want the same place take turns, and neither is kept.
          expect(numbers.size).toBeGreaterThanOrEqual(distinct.size - 2);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('shape gives a number to no other shape, whatever takes its place', () => {
    const skimmer = createSkimmer([]);
    const roll = dice(3);
    const known = new Map<number, string>();
    let kept = 0;
    for (let round = 0; round < 30_000; round++) {
      const shape = `${randomText(roll, 3, 'abcdefghijklmnopqrstuvwxyz')}, some message or other`;
      skimmer.skim(Buffer.from(shape));
      const number = [1, 2, 3, 4].map(() => skimmer.shape(0, shape.length)).at(-1) ?? -1;
      expect(known.get(number) ?? shape).toBe(shape);
      known.set(number, shape);
      if (skimmer.shape(0, shape.length) === number) kept++;
      expect(number & (SHAPES_MAX - 1)).toBe(number % SHAPES_MAX);
    }
    expect(kept).toBe(30_000);
    expect(known.size).toBeGreaterThan(2 * SHAPES_MAX);
  });

  test('wasm.ts is what assembly.ts compiles to', () => {
    const root = new URL('../../', import.meta.url);
    execFileSync(process.execPath, ['scripts/build-skim.mjs', '--check'], { cwd: root, stdio: 'pipe' });
  });
});
