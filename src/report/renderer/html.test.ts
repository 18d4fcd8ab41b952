/** The page as text: nothing of a stranger becomes markup, every link leads somewhere, every table is there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UTC } from '../../base/zone.ts';
import type { Report } from '../report.ts';
import { makeRapSheet, makeReport, renderReport } from '../report.ts';
import { articleMonth } from '../testing/article.ts';
import { ledgers } from '../testing/random.ts';
import { banOf, OCTOBER, optionsOf, originOf, recordsOf } from '../testing/records.ts';
import { evidenceLine, sheetRecords, subjectOf } from '../testing/sheet.ts';

const month = makeReport(recordsOf(articleMonth()), optionsOf());

function page(report: Report): string {
  return [...(renderReport(report, 'html', { width: 80, color: false })[0]?.pieces ?? [])].join('');
}

const ELEMENTS = new Set(
  'html head meta link title style body a header div p h1 h2 h3 span nav ol li main dl dt dd ul b section table caption thead tbody tr th td svg rect path g text tspan circle figure figcaption details summary article pre bdi footer'.split(
    ' ',
  ),
);
const EMPTY = new Set(['meta', 'link']);

/** Reads a page strictly: what is not our own markup is a mistake. What it finds: ids, targets of links. */
function read(text: string): { ids: string[]; targets: string[] } {
  const open: string[] = [];
  const ids: string[] = [];
  const targets: string[] = [];
  const body = text.replace(/^<!DOCTYPE html>/, '').replace(/<style>[\s\S]*?<\/style>/, '');
  for (const [tag, close, name = '', rest = ''] of body.matchAll(
    /<(\/?)([a-zA-Z0-9]+)((?:\s+[a-zA-Z:-]+(?:="[^"<>]*")?)*)\s*\/?>|[<>]/g,
  )) {
    if (!ELEMENTS.has(name))
      throw new Error(`${tag} at ${text.slice(Math.max(0, text.indexOf(tag) - 80)).slice(0, 160)}`);
    for (const [, key = '', value = ''] of rest.matchAll(/([a-zA-Z:-]+)="([^"]*)"/g)) {
      if (/^on|^style$|^src/i.test(key)) throw new Error(`${key} in ${tag}`);
      if (key === 'id') ids.push(value);
      if (key === 'href') targets.push(value);
    }
    if (close === '/') {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> ends <${last}>`);
    } else if (!EMPTY.has(name) && !tag.endsWith('/>')) open.push(name);
  }
  expect(open).toEqual([]);
  return { ids, targets };
}

describe('renderHtml', () => {
  test('renderHtml() of any ledger is well-formed, and its links lead to what is there', () => {
    fc.assert(
      fc.property(ledgers, (list) => {
        const { ids, targets } = read(page(makeReport(recordsOf(list), optionsOf())));

        expect(new Set(ids).size).toBe(ids.length);
        const missing = targets.filter((target) => target !== 'data:,' && !ids.includes(target.replace(/^#/, '')));
        expect(missing).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('renderHtml() has every table of the report that has rows, once', () => {
    const { ids } = read(page(month));
    const tables = month.tables.filter((table) => table.rows.length > 0).map((table) => `t-${table.name}`);

    expect(tables.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('renderHtml() shows a table that no section asks for', () => {
    const [table] = month.tables;
    if (table === undefined) throw new Error('no table');
    const report = { ...month, tables: [...month.tables, { ...table, name: 'something-new', title: 'Something new' }] };

    expect(page(report)).toContain('<h2 id="h-further">Further figures</h2>');
    expect(page(report)).toContain('id="t-something-new"');
  });

  test('renderHtml() leads from a number to the table that counts it by parts', () => {
    const text = page(month);

    expect(text).toContain('<a href="#t-countries">887</a>');
    expect(text).toContain('<a href="#t-countries-mail">190</a>');
    expect(text).toContain('<a href="#t-offenders">1,698</a>');
  });

  test('renderHtml() leads from the figures of its sentences and stories to the tables that they are of', () => {
    const text = page(month);
    const [summary = ''] = /<ul class="summary"[\s\S]*?<\/ul>/.exec(text) ?? [];
    const [story = ''] = /<article class="story">[\s\S]*?<\/article>/.exec(text) ?? [];

    expect(summary).toContain('<a href="#t-totals">1,698</a> bans of <a href="#t-totals">887</a> unique addresses');
    expect(summary).toContain('Singapore (<a href="#t-countries">149</a>, 16.8%)');
    expect(story).toContain('was banned <a href="#t-offenders">17</a> times');
  });

  test('renderHtml() leads from each of two figures that are written alike', () => {
    const claim = { value: 17, written: '17', row: 'total', column: 'bans' } as const;
    const claims = [
      { ...claim, table: 'totals' },
      { ...claim, table: 'kinds' },
      { ...claim, table: 'no-such' },
    ];
    const text = '117 of 17.5 & 17 <b> or 17, but not 17';

    expect(page({ ...month, summary: [{ text, claims }] })).toContain(
      '<li>117 of 17.5 &#38; <a href="#t-totals">17</a> &#60;b&#62; or <a href="#t-kinds">17</a>, but not 17</li>',
    );
  });

  test('renderHtml() names the month in the language of the report', () => {
    const german = makeReport(recordsOf(articleMonth()), optionsOf({ language: 'de' }));

    expect(page(month)).toContain('<h1>Bans of October 2024</h1>');
    expect(page(german)).toContain('<h1>Sperren: Oktober 2024</h1>');
    expect(page(german)).toContain('<html lang="de">');
    expect(page(german)).toContain('Deutschland');
  });

  test('renderHtml() shows the types of networks among the networks, in the language of the report', () => {
    const bans = [banOf({ origin: originOf({ type: 'hosting' }) })];
    const [english = '', german = ''] = ['en', 'de'].map((language) =>
      page(makeReport(recordsOf({ bans }), optionsOf({ language }))),
    );

    expect(/<section id="networks"[\s\S]*?<\/section>/.exec(english)?.[0]).toMatch(/Types of network[\s\S]*hosting/);
    expect(english).not.toContain('Further figures');
    expect(german).toMatch(/Netztypen[\s\S]*Typ[\s\S]*Hosting/);
  });

  test('renderHtml() of a rap sheet is well-formed, shows every table once, and names its language', () => {
    const options = { top: 10, lines: 50, kinds: new Map(), zone: UTC };
    const subject = subjectOf('203.0.113.40');
    const sheet = makeRapSheet(sheetRecords(), { ...options, subject, language: 'de' });
    const { ids, targets } = read(page(sheet));

    expect(
      sheet.tables.map((table) => `t-${table.name}`).filter((id) => !ids.includes(id) && id !== 't-timeline'),
    ).toEqual([]);
    expect(targets.filter((target) => target !== 'data:,' && !ids.includes(target.slice(1)))).toEqual([]);
    expect(page(sheet)).toContain('<h1>Strafregister: 203.0.113.40</h1>');
    expect(page(sheet)).toContain('<a href="#t-kinds">2</a>');
    expect(page(sheet)).not.toContain('Natural Earth');
  });

  test('renderHtml() leaves out lines of evidence beyond two thousand, and says so', () => {
    const evidence = Array.from({ length: 2_100 }, (_, i) => evidenceLine(i, 'mail', `user${i}`));
    const options = { top: 10, lines: 'all', kinds: new Map(), zone: UTC, language: 'en' } as const;
    const text = page(makeRapSheet(sheetRecords({ evidence }), { ...options, subject: subjectOf('203.0.113.40') }));

    // The two lines that every sheet of these tests has come first.
    expect(text).toContain('102 further rows are left out of this page');
    expect(text.match(/<pre>/g)).toHaveLength(2_000);
  });

  test('renderHtml() leaves out rows beyond two thousand, and says so', () => {
    const bans = Array.from({ length: 4100 }, (_, i) => {
      return banOf({ subject: `10.0.${i >> 8}.${i & 255}`, origin: originOf({ organization: `Company ${i}` }) });
    });
    const text = page(makeReport(recordsOf({ bans }), optionsOf({ top: 'all' })));

    expect(text).toContain('2100 further rows are left out of this page');
    expect(text).not.toContain('Company 4099');
  });

  test('renderHtml() of all time, and of a span, has a head without a month', () => {
    const always = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, name: 'all time' };
    const bans = [banOf({})];
    const text = page(makeReport(recordsOf({ bans }), optionsOf({ scope: { period: always, host: undefined } })));

    expect(text).toContain('<h1>Bans of all time</h1>');
    expect(text).not.toContain('class="period"');
    expect(page(makeReport(recordsOf({ bans }), optionsOf({ scope: { period: OCTOBER, host: 'web1' } })))).toContain(
      '<h1>Bans of October 2024 on web1</h1>',
    );
  });
});
