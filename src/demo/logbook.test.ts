import { expect, it } from 'vitest';
import { Logbook } from './logbook.ts';

it('Logbook.files() sorts files by path and lines by time, and keeps the order within a millisecond', () => {
  const logbook = new Logbook();
  logbook.add('web1/b.log', 5, 'second');
  logbook.add('web1/b.log', 3, 'first');
  logbook.add('web1/b.log', 5, 'third');
  logbook.add('mail/a.log', 9, 'only');

  const files = logbook.files().map(({ file, entries }) => [file, entries.map((entry) => entry.text)]);

  expect(files).toEqual([
    ['mail/a.log', ['only']],
    ['web1/b.log', ['first', 'second', 'third']],
  ]);
});
