import fc from 'fast-check';
import { expect, it } from 'vitest';
import { detach, ellipsis, fromLog, printable } from './text.ts';

it('printable() leaves nothing that a terminal would act upon', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
    }),
  );
});

it.each([
  ['\u001b[31mred', '\\x1b[31mred'],
  ['a\r\nb', 'a\\x0d\\x0ab'],
  ['\u202eevil', '\\u202eevil'],
  ['café 東京', 'café 東京'],
])('printable() shows %j as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

it('fromLog() reads UTF-8 where it is, and keeps the bytes where it is not', () => {
  expect(fromLog(Buffer.from('café').toString('latin1'))).toBe('café');
  expect(fromLog('caf\xe9')).toBe('caf\xe9');
  // Who wrote the log may have replaced what was not UTF-8, and the rest of it is.
  expect(fromLog(Buffer.from('caf\ufffd é').toString('latin1'))).toBe('caf\ufffd é');
});

it('detach() returns the same characters for every byte', () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
  expect(detach(all)).toBe(all);
});

it('ellipsis() marks the cut', () => {
  expect([ellipsis('abc', 3), ellipsis('abcd', 3)]).toEqual(['abc', 'ab…']);
});
