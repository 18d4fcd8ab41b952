/** Every language says every figure: a report in it passes the same audit, and tells the same stories. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { audit, makeReport } from '../report.ts';
import { ledgers } from '../testing/random.ts';
import { optionsOf, recordsOf, tableOf } from '../testing/records.ts';
import { wordsOf } from '../words.ts';
import { phrases } from './index.ts';
import { TOPICS } from './phrase.ts';

const languages = Object.keys(phrases);

test('a report of any ledger reconciles in every language, and tells the same stories', () => {
  fc.assert(
    fc.property(ledgers, (list) => {
      const reports = languages.map((language) => makeReport(recordsOf(list), optionsOf({ language })));
      const told = reports.map((report) => {
        expect(audit(report)).toEqual([]);
        const claims = [...report.summary, ...tableOf(report, 'stories').statements].map((one) => one.claims.length);
        return [claims, tableOf(report, 'stories').rows.map(({ cells }) => [cells.story, cells.bans, cells.line])];
      });
      for (const other of told) expect(other).toEqual(told[0]);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['en', 'Stories'],
  ['en-GB', 'Stories'],
  ['de', 'Geschichten'],
  ['de-CH', 'Geschichten'],
  ['fr', 'Stories'],
  ['den', 'Stories'],
])('phrasesOf(%s) has the title %s', (language, title) => {
  expect(wordsOf(language).phrases.stories.title).toBe(title);
});

test('no language leaves a topic or a heading without a word, or has that of another', () => {
  const words = languages.map((language) => wordsOf(language).phrases);
  for (const topic of TOPICS) expect(new Set(words.map(({ topics }) => topics[topic])).size).toBe(languages.length);
  for (const { topics, headings } of words) {
    expect(new Set(Object.values(topics)).size).toBe(TOPICS.length);
    for (const text of [...Object.values(topics), ...Object.values(headings)]) expect(text).not.toBe('');
  }
});

test.each([
  ['en', 90_000, '1m 30s'],
  ['de', 90_000, '1 min 30 s'],
  ['de', 1_000, '1 s'],
  ['de', 3_600_000, '1 h'],
  ['de', 10 * 86_400_000 + 61_000, '10 d'],
  ['de', 0, '0 s'],
])('in %s, %d milliseconds are %s', (language, lengthMs, written) => {
  const figures = { who: 'x', bans: 2, hosts: ['a'], services: ['b'], from: '', until: '', ties: 0 };
  expect(wordsOf(language).phrases.persistent({ ...figures, lengthMs })).toContain(` ${written} `);
});
