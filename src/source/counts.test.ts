import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCounts } from './counts.ts';

describe('LineCounts', () => {
  it('audit() counts the lines that one would count one by one', () => {
    const byte = fc.constantFrom(0, 10, 10, 13, 0x20, 0x61, 0x80, 0xc3, 0xa4, 0xff);
    const property = fc.property(fc.array(byte, { maxLength: 200 }), (random) => {
      const bytes = Buffer.from([...random, 10]);
      const lines = bytes.toString('latin1').slice(0, -1).split('\n');
      const counts = new LineCounts();

      counts.audit(bytes);

      expect(counts.nul).toBe(lines.filter((line) => line.includes('\0')).length);
      expect(counts.crlf).toBe(lines.filter((line) => line.endsWith('\r')).length);
      expect(counts.invalidUtf8).toBe(lines.filter((line) => !isUtf8(Buffer.from(line, 'latin1'))).length);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('audit() adds up', () => {
    const counts = new LineCounts();

    counts.audit(Buffer.from('a\0\r\n\xff\n', 'latin1'));
    counts.audit(Buffer.from('clean\n'));
    counts.audit(Buffer.from('\0\n'));

    expect(counts).toMatchObject({ nul: 2, crlf: 1, invalidUtf8: 1 });
  });
});
