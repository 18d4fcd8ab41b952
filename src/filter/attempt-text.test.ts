import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromWords } from '../base/address.ts';
import type { Attempt } from '../model.ts';
import { AttemptReader, attemptText } from './attempt-text.ts';
import { SAMPLE_FILE, SAMPLE_PATTERN, sampleAttempt } from './sample.ts';

const word = fc.integer({ min: 0, max: 0xffffffff });
/** As cut from logs: latin1, any byte. */
const text = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
});

it('gives back what it was given, through JSON, whatever was in the line', () => {
  const reader = new AttemptReader([SAMPLE_PATTERN]);
  fc.assert(
    fc.property(
      fc.tuple(word, word, word, word),
      fc.record({
        user: fc.option(text, { nil: undefined }),
        target: fc.option(text, { nil: undefined }),
        ...{ line: text, session: text, offset: fc.nat(), count: fc.nat({ max: 9 }), time: fc.nat() },
      }),
      (words, given) => {
        const attempt: Attempt = { ...sampleAttempt(1, '203.0.113.7'), ...given, address: fromWords(...words) };
        const read = reader.read(JSON.parse(JSON.stringify(attemptText(attempt))));
        expect(read).toEqual({ ...attempt, file: { ...SAMPLE_FILE, modified: 0 } });
        expect(read.pattern).toBe(SAMPLE_PATTERN);
      },
    ),
  );
});

it('keeps the lines that an attempt needs', () => {
  const attempt = sampleAttempt(1, '203.0.113.7');
  const earlier = [
    { file: { ...SAMPLE_FILE, path: 'a.1', modified: 0 }, offset: 7, line: '\xff' },
    { file: { ...SAMPLE_FILE, modified: 0 }, offset: 0, line: 'x' },
  ];
  const text = attemptText({ ...attempt, earlier });
  expect(new AttemptReader([SAMPLE_PATTERN]).read(JSON.parse(JSON.stringify(text))).earlier).toEqual(earlier);
});

it('counts on with a pattern that there is no more', () => {
  const reader = new AttemptReader([]);
  const old = attemptText(sampleAttempt(1, '203.0.113.7', { pattern: { filter: 'gone', kind: 'mail.auth.imap' } }));
  const [first, second] = [reader.read(old), reader.read(old)];
  expect(first.pattern).toMatchObject({ filter: 'gone', kind: 'mail.auth.imap', service: 'mail', success: false });
  expect(second.pattern).toBe(first.pattern);
});

it('does not take a pattern for another that has its number now', () => {
  const renumbered = { ...SAMPLE_PATTERN, kind: 'ssh.invalid' };
  const read = new AttemptReader([renumbered]).read(attemptText(sampleAttempt(1, '203.0.113.7')));
  expect(read.pattern.kind).toBe('ssh.login');
});

it('knows the files apart, and one as the same', () => {
  const reader = new AttemptReader([SAMPLE_PATTERN]);
  const of = (path: string) => attemptText(sampleAttempt(1, '203.0.113.7', { file: { ...SAMPLE_FILE, path } }));
  const [a, again, b] = [reader.read(of('a')).file, reader.read(of('a')).file, reader.read(of('b')).file];
  expect([a === again, b.path]).toEqual([true, 'b']);
});
