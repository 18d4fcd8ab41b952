import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOf } from './csv.ts';

const read = (text: string): unknown[] =>
  [...rowsOf(text)].map((row) => ('flaw' in row ? row : [row.line, ...row.cells]));

describe('rowsOf', () => {
  it.each<[what: string, text: string, rows: unknown[]]>([
    ['nothing', '', []],
    ['a line without its newline', 'a,b', [[1, 'a', 'b']]],
    [
      'newlines of both kinds',
      'a,b\r\nc,d\n',
      [
        [1, 'a', 'b'],
        [2, 'c', 'd'],
      ],
    ],
    [
      'empty lines',
      '\na\n\r\n\nb\n',
      [
        [2, 'a'],
        [5, 'b'],
      ],
    ],
    [
      'empty cells',
      ',\n,,\n',
      [
        [1, '', ''],
        [2, '', '', ''],
      ],
    ],
    ['a byte order mark', '\ufeffa\n', [[1, 'a']]],
    [
      'quotes, commas and newlines in quotes',
      '"a ""b""","c,\nd"\ne\n',
      [
        [1, 'a "b"', 'c,\nd'],
        [3, 'e'],
      ],
    ],
    ['an empty cell in quotes', '"",""\n', [[1, '', '']]],
    ['a quote that is never closed', 'a\n"b\nc', [[1, 'a'], { line: 2, flaw: 'a quote that is never closed' }]],
    ['text after a quote', '"a"b\nc', [{ line: 1, flaw: 'text after a closing quote' }]],
    ['a quote in a cell', 'a"b"\nc', [{ line: 1, flaw: 'a quote in the middle of a cell' }]],
    ['a stray carriage return', 'a\rb\nc', [{ line: 1, flaw: 'a carriage return in the middle of a line' }]],
  ])('reads %s', (_, text, rows) => {
    expect(read(text)).toEqual(rows);
  });

  it('gives back every table that was written with quotes', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é') });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (table) => {
        const text = table.map((row) => `${row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')}\n`).join('');
        expect([...rowsOf(text)].map((row) => ('flaw' in row ? row.flaw : row.cells))).toEqual(table);
      }),
    );
  });

  it('reads four million characters between quotes', () => {
    const [row] = rowsOf(`"${'x""'.repeat(1_000_000)}`);
    expect(row).toEqual({ line: 1, flaw: 'a quote that is never closed' });
  });
});
