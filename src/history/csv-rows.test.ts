/** CSV in pieces: whatever the cells hold and wherever the pieces end, and what a slip costs. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CsvRow, csvRows } from './csv-rows.ts';

async function rowsOf(pieces: readonly string[]): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  const stream = async function* () {
    yield* pieces;
  };
  for await (const row of csvRows(stream())) rows.push(row);
  return rows;
}

/** Cells, or what is wrong, by line. */
async function read(text: string): Promise<unknown[]> {
  const rows = await rowsOf([text]);
  return rows.map(({ line, cells, flaw }) => [line, flaw ?? cells]);
}

it('csvRows() reads back what was quoted, in pieces of any size', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'ä', '"', ',', ';', '\n', '\r', ' ', '\u2028', '\0'),
    maxLength: 8,
  });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), fc.nat({ max: 7 }), async (rows, newline, size) => {
      const text = [['x', 'y'], ...rows]
        .map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(',') + newline)
        .join('');
      const pieces = text.match(new RegExp(`[^]{1,${size + 1}}`, 'g')) ?? [];
      const [, ...found] = await rowsOf(pieces);
      expect(found.map(({ cells, flaw }) => flaw ?? cells)).toEqual(rows);
    }),
  );
});

it.each([
  [
    'plain cells, no newline at the end',
    'a,b\n1,2',
    [
      [1, ['a', 'b']],
      [2, ['1', '2']],
    ],
  ],
  [
    'newlines of Windows',
    'a,b\r\n1,"2"\r\n',
    [
      [1, ['a', 'b']],
      [2, ['1', '2']],
    ],
  ],
  [
    'semicolons',
    'a;b\n1,5;2',
    [
      [1, ['a', 'b']],
      [2, ['1,5', '2']],
    ],
  ],
  [
    'tabs',
    'a\tb\n1\t2',
    [
      [1, ['a', 'b']],
      [2, ['1', '2']],
    ],
  ],
  [
    'empty lines',
    'a,b\n\n\n1,2\n\n',
    [
      [1, ['a', 'b']],
      [4, ['1', '2']],
    ],
  ],
  [
    'empty cells',
    'a,b\n,\n"",""\n',
    [
      [1, ['a', 'b']],
      [2, ['', '']],
      [3, ['', '']],
    ],
  ],
  [
    'a cell of several lines',
    'a,b\n"1\n2",3\n4,5\n',
    [
      [1, ['a', 'b']],
      [2, ['1\n2', '3']],
      [4, ['4', '5']],
    ],
  ],
  [
    'a quote in a cell',
    'a,b\n1,x"y\n4,5\n',
    [
      [1, ['a', 'b']],
      [2, 'a quote in the middle of a cell'],
      [3, ['4', '5']],
    ],
  ],
  [
    'text behind a quote',
    'a,b\n"1"x,2\n4,5\n',
    [
      [1, ['a', 'b']],
      [2, 'text after a closing quote'],
      [3, ['4', '5']],
    ],
  ],
  [
    'a quote that stays open',
    'a,b\n"1,2\n4,5\n',
    [
      [1, ['a', 'b']],
      [2, 'a quote that is never closed'],
      [3, ['4', '5']],
    ],
  ],
  [
    'two quotes that stay open',
    'a,b\n"1,2\n3,4\n"5,6\n7,8',
    [
      [1, ['a', 'b']],
      [2, 'text after a closing quote'],
      [3, ['3', '4']],
      [4, 'a quote that is never closed'],
      [5, ['7', '8']],
    ],
  ],
  ['nothing', '', []],
])('csvRows() reads %s', async (_, text, rows) => {
  expect(await read(text)).toEqual(rows);
});

it('a quote that stays open costs one line, however long the file is, and so does a line without an end', async () => {
  const many = Array.from({ length: 40_000 }, (_, n) => `${n},x\n`).join('');
  const rows = await read(`a,b\n"1,2\n${many}`);
  expect(rows).toHaveLength(40_002);
  expect(rows.slice(1, 3)).toEqual([
    [2, 'a quote that is never closed'],
    [3, ['0', 'x']],
  ]);
  const endless = await rowsOf(['a,b\n', ...Array.from({ length: 100 }, () => 'y'.repeat(10_000)), '\n1,2\n']);
  expect(endless.map(({ line, flaw }) => [line, flaw])).toEqual([
    [1, undefined],
    [2, 'longer than 65536 characters'],
    [3, undefined],
  ]);
  const wide = await read(`a,b\n${','.repeat(300)}\n1,2`);
  expect(wide).toEqual([
    [1, ['a', 'b']],
    [2, 'more than 256 columns'],
    [3, ['1', '2']],
  ]);
});
