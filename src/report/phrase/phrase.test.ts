/** Every language says every figure: a report in it passes the same audit, and tells the same stories. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { LEFT_TO_ACTIONS } from '../../base/left-to-actions.ts';
import { audit, makeReport } from '../report.ts';
import { ledgers } from '../testing/random.ts';
import { optionsOf, recordsOf, tableOf } from '../testing/records.ts';
import { wordsOf } from '../words.ts';
import { KINDS } from './german/kinds.ts';
import { germanWords } from './german/words.ts';
import { languages as all } from './index.ts';
import { THINGS } from './note.ts';
import { TOPICS } from './phrase.ts';

const languages = Object.keys(all);

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

test.each([
  ['en', 'not blocked: no rights', LEFT_TO_ACTIONS],
  ['de', 'nicht blockiert: no rights', 'den Aktionen des Jails überlassen (fail2ban.actions)'],
])('a rap sheet in %s tells a refusal from what was left to actions', (language, refusal, left) => {
  const { block } = wordsOf(language).phrases.sheet;
  const told = ['no rights', LEFT_TO_ACTIONS].map((why) => block({ state: 'refused', at: 0, why }));
  expect(told).toEqual([refusal, left]);
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
  ['de', 10 * 86_400_000 + 61_000, '10 Tage'],
  ['de', 86_400_000, '1 Tag'],
  ['de', 0, '0 s'],
])('in %s, %d milliseconds are %s', (language, lengthMs, written) => {
  const figures = { who: 'x', bans: 2, hosts: ['a'], services: ['b'], from: '', until: '', ties: 0 };
  expect(wordsOf(language).phrases.persistent({ ...figures, lengthMs })).toContain(` ${written} `);
});

test.each([
  ['en', 'x: 1 weighted attempt (y) within 1m leads to a ban of 1m.', 'failed once are banned', '1 place off this map'],
  [
    'de',
    'x: 1 gewichteter Versuch (y) innerhalb von 1 min führt zu',
    'die 1-mal scheiterten',
    '1 Ort außerhalb der Karte',
  ],
])('a figure of 1 has a noun and a verb of one in %s', (language, jail, campaign, map) => {
  const { method, drawing } = wordsOf(language).phrases;
  const times = { findTime: 60_000, banTime: 60_000, maxBanTime: 60_000 };

  expect(method.jail({ name: 'x', kinds: ['y'], maxRetry: 1, growth: 1, ...times })).toContain(jail);
  expect(method.campaigns({ addresses: 9, tries: 1, findTime: 60_000 })).toContain(campaign);
  expect(drawing.offMap({ places: 1 })).toBe(map);
});

/** What a language has to say, and as what: `notes.tie: function`. */
function shapeOf(part: object, path = ''): string[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    const name = path === '' ? key : `${path}.${key}`;
    return typeof value === 'object' && value !== null ? shapeOf(value, name) : [`${name}: ${typeof value}`];
  });
}

test.each(languages)('%s has every phrase that English has', (language) => {
  const shape = shapeOf(wordsOf(language).phrases);
  expect(shape.length).toBeGreaterThan(60);
  expect(shape.sort()).toEqual(shapeOf(wordsOf('en').phrases).sort());
});

test('every kind of data/kinds.toml has its sentence in German, and no sentence is there that no kind has', () => {
  const kinds = v.object({ kind: v.record(v.string(), v.object({ sentence: v.string() })) });
  const { kind } = v.parse(kinds, parse(readFileSync('data/kinds.toml', 'utf8')));
  const sentences = Object.values(kind).map(({ sentence }) => sentence);
  expect(Object.keys(KINDS).sort()).toEqual([...new Set(sentences)].sort());
});

test('no two languages say anything of a figure alike', () => {
  const [english, german] = ['en', 'de'].map((language) => wordsOf(language).phrases.notes);
  for (const things of THINGS) {
    for (const count of [1, 2]) expect(german?.things(count, things)).not.toBe(english?.things(count, things));
  }
});

/** Where the code writes a fixed text: as a title, a base, a heading, a note or a topic. */
const FIXED = [
  /\b(?:title|base|absent|heading): '([^']+)'/g,
  /\b(?:text|count|time|duration|degrees)\('[^']+', '([^']+)'/g,
  /\bsay\('([^']+)'\)/g,
  /\blines\('([^']+)'/g,
  /\['([A-Z][^']+)', (?!')/g,
  /['"]((?:[A-Z][a-z]+|=) [^'"]+\.)['"]/g,
];

test('every fixed text that the code of a report writes has its German', () => {
  const folders = ['question', 'rap-sheet', 'figure', 'renderer', 'story', 'public'];
  const files = folders.flatMap((folder) =>
    readdirSync(`src/report/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => `src/report/${folder}/${name}`),
  );
  const found = [...files, 'src/report/report.ts', 'src/report/rap-sheet.ts'].flatMap((file) => {
    const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    return FIXED.flatMap((pattern) => [...code.matchAll(pattern)].map(([, text = '']) => text));
  });
  expect(found.length).toBeGreaterThan(150);
  expect([...new Set(found)].filter((text) => !germanWords.has(text))).toEqual([]);
});
