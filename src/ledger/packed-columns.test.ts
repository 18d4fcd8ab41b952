import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { ColumnReader, ColumnWriter } from './packed-columns.ts';

const database = openDatabase(':memory:', 'write');
/** Far enough that all differences are exact, too. */
const MAX = (Number.MAX_SAFE_INTEGER - 1) / 2;
const SIZE_MAX = 50;

/** Near each other, or anywhere. */
const column = (size: number): fc.Arbitrary<number[]> =>
  fc
    .tuple(
      fc.integer({ min: -MAX, max: MAX }),
      fc.constantFrom(0, 1, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, MAX),
    )
    .chain(([least, reach]) => {
      const number = fc.integer({ min: least, max: Math.min(least + reach, MAX) });
      return fc.array(number, { minLength: size, maxLength: size });
    });

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const page = fc.integer({ min: 0, max: SIZE_MAX }).chain((size) =>
  fc.record({
    floats: fc.array(column(size), { maxLength: 4 }),
    words: fc.array(word, { minLength: size * 4, maxLength: size * 4 }),
    ints: fc.array(word, { minLength: size, maxLength: size }),
    size: fc.constant(size),
  }),
);

test('what was packed is read as it was, wherever the bytes lie', () => {
  fc.assert(
    fc.property(page, fc.nat({ max: 7 }), ({ size, floats, words, ints }, shift) => {
      const writer = new ColumnWriter(size);
      for (const list of floats) writer.add(Float64Array.from(list));
      const packed = writer.addWords(Int32Array.from(words)).add(Int32Array.from(ints)).bytes();
      const bytes = Buffer.concat([Buffer.alloc(shift), packed]).subarray(shift);
      const reader = new ColumnReader(bytes, { sizeMax: SIZE_MAX, database });
      expect(reader.size).toBe(size);
      for (const list of floats) {
        const read = new Float64Array(SIZE_MAX);
        reader.read(read);
        expect([...read.subarray(0, size)]).toEqual(list);
      }
      const [readWords, readInts] = [new Int32Array(SIZE_MAX * 4), new Int32Array(SIZE_MAX)];
      reader.readWords(readWords).readInts(readInts).end();
      expect([...readWords.subarray(0, size * 4)]).toEqual(words);
      expect([...readInts.subarray(0, size)]).toEqual(ints);
    }),
  );
});

test.each([
  ['one number', [7, 7, 7], 0],
  ['numbers of a byte', [-5, 250, 0], 1],
  ['numbers of two', [-5, 251, 0], 2],
  ['numbers of four', [0, 2 ** 32 - 1, 65_536], 4],
  ['numbers further apart', [0, 2 ** 32, 0], 8],
])('a column of %s takes as few bytes as it can', (_, list, width) => {
  const packed = new ColumnWriter(3).add(Float64Array.from(list)).bytes();
  expect(packed).toHaveLength(4 + 9 + 3 * width);
});

/** Reads a page of one column into room for three rows. */
function read(bytes: Buffer): void {
  new ColumnReader(bytes, { sizeMax: 3, database }).read(new Float64Array(3)).end();
}

test('bytes that were not packed are damage, however they are cut or changed', () => {
  const packed = new ColumnWriter(3).add(Float64Array.from([1, 2, 300])).bytes();
  read(packed);
  for (let length = 0; length < packed.length; length++) {
    expect(() => read(packed.subarray(0, length))).toThrow('the ledger is damaged: a page of columns cannot be read');
  }
  const changed = (at: number, value: number): Buffer => Buffer.from(packed).fill(value, at, at + 1);
  const wrong = [
    changed(0, 4),
    changed(0, 2),
    changed(3, 1),
    changed(4, 3),
    changed(4, 8),
    Buffer.concat([packed, packed]),
  ];
  for (const bytes of wrong) expect(() => read(bytes)).toThrow('the ledger is damaged');
});
