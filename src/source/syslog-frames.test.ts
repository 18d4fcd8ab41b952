/** Messages in a stream, however it is cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frames } from './syslog-frames.ts';

function cut(pieces: readonly Buffer[]): { messages: string[]; oversize: number; isUnfinished: boolean } {
  const messages: string[] = [];
  let oversize = 0;
  const frames = new Frames({
    message: (bytes) => messages.push(bytes.toString('latin1')),
    oversize: () => oversize++,
  });
  for (const piece of pieces) frames.push(piece);
  return { messages, oversize, isUnfinished: frames.isUnfinished };
}

const counted = (text: string): string => `${Buffer.byteLength(text, 'latin1')} ${text}`;

describe('frames', () => {
  it.each([
    ['lines', '<38>one\n<38>two\n', ['<38>one', '<38>two']],
    ['counted', `${counted('<38>one\ntwo')}${counted('<38>three')}`, ['<38>one\ntwo', '<38>three']],
    ['both', `${counted('<38>one')}<38>two\n${counted('x')}`, ['<38>one', '<38>two', 'x']],
    ['lines that begin with a date', '2024-10-03T12:00:00Z a\n', ['2024-10-03T12:00:00Z a']],
    [
      'counted with newlines between them',
      `${counted('<38>one')}\n${counted('<38>two')}\n`,
      ['<38>one', '', '<38>two', ''],
    ],
    ['digits only', '12345\n1234567890123 x\n', ['12345', '1234567890123 x']],
    ['a length of nothing', '0 x\n', ['0 x']],
  ])('reads %s', (_, text, messages) => {
    expect(cut([Buffer.from(text)])).toEqual({ messages, oversize: 0, isUnfinished: false });
    expect(cut([...Buffer.from(text)].map((byte) => Buffer.from([byte]))).messages).toEqual(messages);
  });

  it.each([
    ['a line', 'x'.repeat(70_000), '\n'],
    ['a line of exactly too many bytes', 'x'.repeat(65_536), '\n'],
    ['a counted message', counted('x'.repeat(70_000)), ''],
    ['a counted message of many megabytes', counted('x'.repeat(5_000_000)), ''],
  ])('leaves out %s that is too long, and reads what follows', (_, text, end) => {
    const whole = Buffer.from(`<38>before\n${text}${end}<38>behind\n`);
    const expected = { messages: ['<38>before', '<38>behind'], oversize: 1, isUnfinished: false };
    expect(cut([whole])).toEqual(expected);
    const pieces: Buffer[] = [];
    for (let at = 0; at < whole.length; at += 1_000) pieces.push(whole.subarray(at, at + 1_000));
    expect(cut(pieces)).toEqual(expected);
  });

  it('reads the longest that is not too long', () => {
    const longest = 'x'.repeat(65_535);
    expect(cut([Buffer.from(`${longest}\n${counted(longest)}`)]).messages).toEqual([longest, longest]);
  });

  it('passes nothing on that is not complete', () => {
    expect(cut([Buffer.from('<38>one\n<38>tw')])).toEqual({ messages: ['<38>one'], oversize: 0, isUnfinished: true });
    expect(cut([Buffer.from('20 <38>one')])).toEqual({ messages: [], oversize: 0, isUnfinished: true });
  });

  it('finds the same messages however the stream is cut', () => {
    const message = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '1', '<', '\xff'), maxLength: 30 });
    const frame = fc.tuple(message, fc.boolean()).map(([text, isCounted]) => {
      const line = `<${text.replaceAll('\n', '')}`;
      return isCounted ? { text: counted(`<${text}`), message: `<${text}` } : { text: `${line}\n`, message: line };
    });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (all, sizes) => {
          const whole = Buffer.from(all.map(({ text }) => text).join(''), 'latin1');
          const pieces: Buffer[] = [];
          for (let at = 0, i = 0; at < whole.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            pieces.push(whole.subarray(at, at + size));
            at += size;
          }
          expect(cut(pieces)).toEqual({ messages: all.map((each) => each.message), oversize: 0, isUnfinished: false });
        },
      ),
    );
  });
});
