/** Every language says everything, says it otherwise than any other, and keeps what others wrote apart. */
import { describe, expect, it } from 'vitest';
import { UTC, zoneOf } from '../../base/zone.ts';
import type { Reason } from '../../model.ts';
import { letterOf } from '../channel/mail.ts';
import { asText } from '../mail/as-text.ts';
import { banNotice, digestNotice, reportNotice, testNotice, toldBan } from '../mail/testing/notices.ts';
import { writingOf } from '../mail/writing.ts';
import type { Notice, ToldBan } from '../notice.ts';
import { sampleNotices } from '../template/samples.ts';
import { viewOf } from '../template/view.ts';
import { hostileNotices } from '../testing/hostile.ts';
import { written } from '../words/fit.ts';
import { plain } from '../words/markup.ts';
import { titleText } from '../words/word.ts';
import { wordsOf } from '../words/words.ts';
import { languages, phrasesOf } from './index.ts';

const NAMES = Object.keys(languages);
const BLOCKS = ['blocked', 'pending', 'left', 'dry-run', 'refused', 'ineffective'] as const;
const NEWS = ['network', 'kind', 'hosts', 'ineffective', 'campaign', 'wide'] as const;
const [since, findTime, limit] = [toldBan().from - 86_400_000, 600_000, 5];
const REASONS: readonly Reason[] = [
  { rule: 'threshold', score: 6, limit, findTime, kinds: { 'ssh.login': 5, 'ssh.user': 1 } },
  { rule: 'slow', score: 20, limit: 15, findTime: 604_800_000, since },
  { rule: 'wide', members: [], banned: 5, limit, findTime, size: 256, attacked: 9 },
  { rule: 'campaign', user: 'root', service: 'ssh', addresses: 100, findTime, since },
  { rule: 'manual', by: 'ana', why: '' },
  { rule: 'manual', by: 'ana', why: 'asked for it' },
  { rule: 'imported', from: 'csv', text: 'a list' },
];

function writing(language: string) {
  return writingOf({
    language,
    zone: zoneOf('Europe/Berlin') ?? UTC,
    sentenceOf: () => undefined,
    geography: undefined,
  });
}

const mailIn = (language: string, notice: Notice): string[] => {
  const letter = letterOf(notice, writing(language));
  return [letter.subject, ...asText(letter).split('\n')].filter((line) => /\p{L}{3}/u.test(line));
};
const chatIn = (language: string, notice: Notice): string[] => {
  const words = wordsOf(notice, phrasesOf(language));
  return [titleText(words), ...written(words, plain).split('\n')];
};

/** What a language has to say, and as what: `ban.why: function`. */
function shapeOf(part: object, path = ''): string[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    const name = path === '' ? key : `${path}.${key}`;
    return typeof value === 'object' && value !== null ? shapeOf(value, name) : [`${name}: ${typeof value}`];
  });
}

/** The texts that are no function, by their places. */
function textsOf(part: object, path = ''): [place: string, text: string][] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    if (typeof value === 'string') return [[`${path}${key}`, value]];
    return typeof value === 'object' && value !== null ? textsOf(value, `${path}${key}.`) : [];
  });
}

it.each([
  ['en', 'en'],
  ['en-GB', 'en'],
  ['de', 'de'],
  ['de-CH', 'de'],
  ['fr', 'en'],
  ['den', 'en'],
])('phrasesOf(%s) are those of %s', (tag, language) => {
  expect(phrasesOf(tag).language).toBe(language);
});

describe.each(NAMES)('%s', (language) => {
  it('has every phrase that English has', () => {
    const shape = shapeOf(phrasesOf(language));
    expect(shape.length).toBeGreaterThan(100);
    expect(shape.sort()).toEqual(shapeOf(phrasesOf('en')).sort());
    // The column of the figures' names needs no title.
    const empty = textsOf(phrasesOf(language)).filter(([, text]) => text === '');
    expect(empty.map(([place]) => place)).toEqual(['digest.columns.figure']);
  });

  it('sets apart what others wrote, in chats', () => {
    const mark = 'EVIL';
    const loose = hostileNotices(mark).flatMap((notice) => {
      const { title, parts } = wordsOf(notice, phrasesOf(language));
      const spans = [...title, ...parts.flatMap((part) => (part.kind === 'line' ? part.spans : []))];
      expect(spans.some(({ text }) => text.includes(mark))).toBe(true);
      return spans.filter(({ as, text }) => (as === 'text' || as === 'bold') && text.includes(mark));
    });
    expect(loose).toEqual([]);
  });

  it('says of every ban whom it is about, and where', () => {
    for (const block of BLOCKS) {
      for (const reason of REASONS) {
        const notice = banNotice({ block, reason }, { news: NEWS });
        const lead = letterOf(notice, writing(language)).lead;
        expect([lead.includes('203.0.113.7'), lead.includes('web1')]).toEqual([true, true]);
        for (const line of [...mailIn(language, notice), ...chatIn(language, notice)]) {
          expect(line).not.toMatch(/undefined|NaN|\[object| {2}\S.*[.:] {2}|\(\)|,,|\.\.$/);
        }
      }
    }
  });
});

it.each([
  ['blocked', 'Banned: 203.0.113.7', 'Gesperrt: 203.0.113.7'],
  ['left', 'Banned: 203.0.113.7', 'Gesperrt: 203.0.113.7'],
  ['refused', 'Banned without effect: 203.0.113.7', 'Ohne Wirkung gesperrt: 203.0.113.7'],
  ['dry-run', 'Would be banned (dry run): 203.0.113.7', 'Würde gesperrt (Probelauf): 203.0.113.7'],
] as const)('the title of a chat says what came of it: %s', (block, english, german) => {
  const titles = ['en', 'de'].map((language) => titleText(wordsOf(banNotice({ block }), phrasesOf(language))));
  expect(titles).toEqual([expect.stringContaining(english), expect.stringContaining(german)]);
});

/** Lines of logs, counts of kinds, paths, and what a report that is made already says. */
const DATA = /^(?:> |Failed |Nov 27 |from 203|40022 |There were |Hosts: |\/var\/|\d+ {2}\S+$|rapsheet )/;

it('nothing is said alike in two languages, but names and what is cut from elsewhere', () => {
  const bans = BLOCKS.flatMap((block) => REASONS.map((reason): Partial<ToldBan> => ({ block, reason })));
  const notices: Notice[] = [
    ...bans.map((ban) => banNotice(ban, { news: NEWS })),
    banNotice({ until: null, prior: 0, evidence: [], why: 'no rights', block: 'refused' }),
    ...(['hour', 'day', 'week', 'month'] as const).map((every) => digestNotice({ every })),
    digestNotice({ bans: 0, addresses: 0, groups: [], held: [], heldRest: 0, rest: 0 }),
    ...[reportNotice({ summary: [] }), testNotice()],
    ...sampleNotices,
  ];
  const said = (language: string) =>
    notices.flatMap((notice) => [...mailIn(language, notice), ...chatIn(language, notice)].map((line) => line.trim()));
  const english = new Set(said('en'));
  const alike = new Set(said('de').filter((line) => english.has(line) && !DATA.test(line)));
  expect([...alike]).toEqual([]);
  const fixed = new Map(textsOf(phrasesOf('en')));
  const same = textsOf(phrasesOf('de')).filter(([place, text]) => text !== '' && fixed.get(place) === text);
  expect(same.map(([place]) => place)).toEqual([...['digest.headings.hosts', 'test.foot', 'chat.labels.hosts']]);
});

it('templates get the words in the language, and facts as they are', () => {
  const [english, german] = ['en', 'de'].map((language) =>
    viewOf(banNotice({}, { news: ['wide'] }), phrasesOf(language)),
  );
  expect([english?.made, JSON.stringify(english).includes('a whole network')]).toEqual([german?.made, true]);
  expect(JSON.stringify(german)).toContain('ein ganzes Netz');
  expect(JSON.stringify(german)).toContain('"kind":"ssh.login"');
});
