import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Entry } from './logbook.ts';
import { DAY, MONTH } from './month.ts';
import { rotate } from './rotation.ts';

/** An entry at noon of each of these days of October. */
const entries = (...days: readonly number[]): Entry[] =>
  days.map((day) => ({ time: MONTH.from + (day - 0.5) * DAY, text: `day ${day}` }));

it.each([
  ['weeks from Sunday to Saturday', entries(1, 5, 6, 12), ['a.log', 'a.log.1']],
  [
    'the older ones compressed',
    entries(1, 6, 13, 20, 27),
    ['a.log', 'a.log.1', 'a.log.2.gz', 'a.log.3.gz', 'a.log.4.gz'],
  ],
  ['no file for a week without lines', entries(2, 30), ['a.log', 'a.log.1']],
  ['nothing at all for no lines', [], []],
])('rotate() makes %s', (_what, lines, files) => {
  expect(rotate('a.log', lines).map((part) => part.file)).toEqual(files);
});

it('rotate() keeps every line, and dates each file by its last', () => {
  const parts = rotate('a.log', entries(1, 2, 6, 7, 13, 31));
  const texts = parts.map(({ file, bytes }) => (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1'));

  expect(texts).toEqual(['day 31\n', 'day 13\n', 'day 6\nday 7\n', 'day 1\nday 2\n']);
  expect(parts.map((part) => (part.modified - MONTH.from) / DAY + 0.5)).toEqual([31, 13, 7, 2]);
});
