/** A month in five sentences, with what changed since the month before. */
import { describe, expect, test } from 'vitest';
import { audit, makeReport, renderReport } from './report.ts';
import { articleMonth, OFFENDER } from './testing/article.ts';
import type { RecordList } from './testing/records.ts';
import { banOf, DAY, OCTOBER, optionsOf, originOf, recordsOf, tallyOf, textOf } from './testing/records.ts';

function sentences(list: Partial<RecordList>, options = optionsOf()): string[] {
  const report = makeReport(recordsOf(list), options);
  expect(audit(report)).toEqual([]);
  // German has a space before the sign that no line is broken at.
  return report.summary.map((statement) => statement.text.replaceAll('\u00a0', ' '));
}

const KINDS = new Map([['web.probe.wordpress', { sentence: 'probed for WordPress' }]]);

describe('the summary of the article’s month', () => {
  test('says how many, from where, whose, what for, and who most of all', () => {
    expect(sentences(articleMonth(), optionsOf({ kinds: KINDS }))).toEqual([
      '1,698 bans of 887 unique addresses from 21 countries on 3 hosts (mail, web1, and web2).',
      'The countries with the most addresses: United States (223, 25.1%), Singapore (149, 16.8%), and Ireland (104, 11.7%).',
      'The organizations with the most, of 18: Microsoft Corporation (126, 14.2%), DigitalOcean, LLC (109, 12.3%), and Internet Utilities Europe & Asia (81, 9.1%); 71 addresses belong to research scanners.',
      'Of 13,695 attempts, 9,120 (66.6%) probed for WordPress, 2,210 (16.1%) were web.flood, and 640 (4.7%) were mail.auth.imap.',
      `The most persistent address is ${OFFENDER} (Emanual Hosting, Netherlands), banned 17 times on 3 hosts.`,
    ]);
  });

  test('says the same in German', () => {
    expect(sentences(articleMonth(), optionsOf({ language: 'de' }))).toEqual([
      '1.698 Sperren von 887 verschiedenen Adressen aus 21 Ländern auf 3 Hosts (mail, web1 und web2).',
      'Die Länder mit den meisten Adressen: Vereinigte Staaten (223, 25,1 %), Singapur (149, 16,8 %) und Irland (104, 11,7 %).',
      'Die Organisationen mit den meisten, von 18: Microsoft Corporation (126, 14,2 %), DigitalOcean, LLC (109, 12,3 %) und Internet Utilities Europe & Asia (81, 9,1 %); 71 Adressen gehören Forschungsscannern.',
      'Am häufigsten von 13.695 Angriffsversuchen: web.probe.wordpress (9.120, 66,6 %), web.flood (2.210, 16,1 %) und mail.auth.imap (640, 4,7 %).',
      `Am hartnäckigsten war ${OFFENDER} (Emanual Hosting, Niederlande), 17-mal gesperrt auf 3 Hosts.`,
    ]);
  });

  test('stands at the head of the text, of Markdown and in a field of JSON', () => {
    const report = makeReport(recordsOf(articleMonth()), optionsOf({ remarks: ['A remark.'] }));
    const drawn = (format: 'text' | 'markdown', name: string) =>
      textOf(renderReport(report, format, { width: 200, color: false }), name).split('\n');
    const first = '1,698 bans of 887 unique addresses from 21 countries on 3 hosts (mail, web1, and web2).';
    expect(drawn('text', 'report.txt').slice(0, 2)).toEqual(['Bans of 2024-10', first]);
    expect(drawn('markdown', 'report.md').slice(0, 9)).toEqual([
      '# Bans of 2024-10',
      '',
      `- ${first}`,
      ...new Array(4).fill(expect.stringMatching(/^- \w/)),
      '',
      'A remark.',
    ]);
  });
});

describe('what changed', () => {
  const september = (count: number, from = Date.UTC(2024, 8, 1)) =>
    Array.from({ length: count }, (_, i) => banOf({ id: 100 + i, subject: `203.0.113.${i}`, from: from + i }));
  const october = [1, 2, 3].map((id) => banOf({ id, subject: `192.0.2.${id}` }));
  const first = (list: Partial<RecordList>, options = optionsOf()) => sentences(list, options)[0];

  test.each([
    [5, '3 bans of 3 unique addresses on 1 host (web1), 2 fewer than in 2024-09 (5).'],
    [3, '3 bans of 3 unique addresses on 1 host (web1), as many as in 2024-09 (3).'],
    [1, '3 bans of 3 unique addresses on 1 host (web1), 2 more than in 2024-09 (1).'],
  ])('since a month with %d bans is said', (before, sentence) => {
    expect(first({ bans: [...september(before), ...october] })).toBe(sentence);
  });

  test.each([
    ['the ledger was begun within it', [...september(5, Date.UTC(2024, 8, 2)), ...october], optionsOf()],
    ['the month is not over', [...september(5), ...october], optionsOf({ now: OCTOBER.until - 1 })],
  ])('is not said when %s', (_, bans, options) => {
    expect(first({ bans }, options)).toBe('3 bans of 3 unique addresses on 1 host (web1).');
  });

  test('since a span without a name is said all the same', () => {
    const period = { from: OCTOBER.from, until: OCTOBER.from + 14 * DAY, name: 'a fortnight' };
    const options = optionsOf({ scope: { period, host: undefined } });
    const bans = [...september(2, OCTOBER.from - 14 * DAY), ...october];
    expect(first({ bans }, options)).toContain('1 more than in the same time before (2)');
    expect(first({ bans }, { ...options, language: 'de' })).toContain('1 mehr als in der gleichen Zeit davor (2)');
  });
});

describe('the summary', () => {
  test('of nothing says so', () => {
    expect(sentences({})).toEqual(['No bans: 2024-10.']);
    expect(sentences({}, optionsOf({ language: 'de' }))).toEqual(['Keine Sperren: 2024-10.']);
  });

  test('of a month without bans goes on with the month before and what was tried', () => {
    const from = Date.UTC(2024, 8, 1);
    const list = { bans: [banOf({ from }), banOf({ from })], tallies: [tallyOf({})] };
    expect(sentences(list, optionsOf({ kinds: KINDS }))).toEqual([
      'No bans: 2024-10, 2 fewer than in 2024-09 (2).',
      'Of 1 attempt, 1 (100.0%) probed for WordPress.',
    ]);
    expect(sentences(list, optionsOf({ language: 'de' }))).toEqual([
      'Keine Sperren: 2024-10, 2 weniger als in 2024-09 (2).',
      'Am häufigsten von 1 Angriffsversuch: web.probe.wordpress (1, 100,0 %).',
    ]);
  });

  test('leaves out what is not known, and says which ties it does not name', () => {
    const bans = ['DE', 'US', 'NL', 'AT', 'CH'].map((country, i) =>
      banOf({ subject: `192.0.2.${i}`, origin: originOf({ country }) }),
    );
    expect(sentences({ bans })).toEqual([
      '5 bans of 5 unique addresses from 5 countries on 1 host (web1).',
      'The countries with the most addresses: Austria (1, 20.0%), Germany (1, 20.0%), and Netherlands (1, 20.0%); 2 more with as many as the last.',
    ]);
  });
});
