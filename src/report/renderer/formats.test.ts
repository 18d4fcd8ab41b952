/** Markdown, JSON and CSV: the same tables, and nothing that acts in any of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Format, Report, ReportOptions } from '../report.ts';
import { makeReport, renderReport } from '../report.ts';
import { articleMonth } from '../testing/article.ts';
import { HOSTILE, ledgers } from '../testing/random.ts';
import { banOf, cellsIn, optionsOf, originOf, recordsOf, tableOf, textOf, userOf } from '../testing/records.ts';

const TERMINAL = { width: 80, color: false };
const month = makeReport(recordsOf(articleMonth()), optionsOf());
const everything = optionsOf({ top: 'all', topByService: 'all' });

function drawn(report: Report, format: Format, name: string): string {
  return textOf(renderReport(report, format, TERMINAL), name);
}

/** A reader of RFC 4180, strict: every cell quoted, lines end with CRLF. */
function parseCsv(text: string): string[][] {
  const line = '"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*\r\n';
  expect(text).toMatch(new RegExp(`^(?:${line})*$`));
  return (text.match(new RegExp(line, 'g')) ?? []).map((row) =>
    (row.match(/"(?:[^"]|"")*"/g) ?? []).map((cell) => cell.slice(1, -1).replaceAll('""', '"')),
  );
}

describe('renderJson', () => {
  test('renderJson() says in its head what the report is of, and how it is written', () => {
    const list = { bans: [banOf({ host: 'web1' })] };
    const head = (options: Partial<ReportOptions>): unknown =>
      JSON.parse(drawn(makeReport(recordsOf(list), optionsOf(options)), 'json', 'report.json'));
    const scope = { ...optionsOf().scope, host: 'web1' };

    expect(head({})).toMatchObject({ title: 'Bans of 2024-10', host: null, language: 'en', zone: 'UTC' });
    expect(head({ scope, language: 'de' })).toMatchObject({
      ...{ title: 'Sperren: 2024-10 auf web1', host: 'web1', language: 'de', zone: 'UTC' },
    });
  });

  test('renderJson() has the form that the design fixes', () => {
    const json: unknown = JSON.parse(drawn(month, 'json', 'report.json'));

    expect(json).toMatchObject({
      period: { name: '2024-10', from: '2024-10-01T00:00:00.000Z', until: '2024-11-01T00:00:00.000Z' },
      base: month.base,
    });
    expect(json).toHaveProperty('tables.length', month.tables.length);
    const head = ['title', 'period', 'host', 'language', 'zone', 'base', 'summary'];
    expect(Object.keys(Object(json))).toEqual([...head, 'tables']);
    expect(json).toHaveProperty(
      'summary',
      month.summary.map((statement) => statement.text),
    );
    expect(json).toHaveProperty('tables.2.rows.2', {
      rank: 3,
      tied: false,
      country: 'Ireland',
      code: 'IE',
      addresses: 104,
      percent: 11.7,
    });
    expect(json).toHaveProperty('tables.2.total.addresses', 887);
    expect(json).toHaveProperty('tables.2.columns.4', {
      key: 'percent',
      heading: 'Percent',
      type: 'percent',
      align: 'right',
      of: 'addresses',
    });
  });

  test('renderJson() gives times in ISO 8601 UTC, whatever the zone of the report', () => {
    const bans = [banOf({}), banOf({ from: Date.UTC(2024, 9, 2) })];

    expect(drawn(makeReport(recordsOf({ bans }), optionsOf()), 'json', 'report.json')).toContain(
      '"first":"2024-10-01T00:00:00.000Z","last":"2024-10-02T00:00:00.000Z"',
    );
  });

  test('renderJson() of any ledger is JSON, says what the tables say, and nothing that a terminal acts on', () => {
    fc.assert(
      fc.property(ledgers, (list) => {
        const report = makeReport(recordsOf(list), everything);
        const text = drawn(report, 'json', 'report.json');

        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\ufeff]/);
        const users = tableOf(report, 'users').rows.map((row) => row.cells.user);
        const index = report.tables.findIndex((table) => table.name === 'users');
        const json: unknown = JSON.parse(text);
        expect(json).toHaveProperty(`tables.${index}.rows.length`, users.length);
        for (const [i, user] of users.entries()) expect(json).toHaveProperty(`tables.${index}.rows.${i}.user`, user);
      }),
      { numRuns: 40 },
    );
  });
});

describe('renderCsv', () => {
  test('renderCsv() writes a file for each table, all cells quoted, the total last', () => {
    const files = renderReport(month, 'csv', TERMINAL);

    expect(files.map((file) => file.name)).toEqual(month.tables.map((table) => `${table.name}.csv`));
    expect(textOf(files, 'countries-mail.csv').split('\r\n').slice(0, 3)).toEqual([
      '"rank","tied","country","addresses","percent","code"',
      '"1","false","United States","77","40.5","US"',
      '"2","false","Germany","34","17.9","DE"',
    ]);
    expect(parseCsv(textOf(files, 'countries-mail.csv')).at(-1)).toEqual(['', '', 'total', '190', '100', '']);
  });

  test('renderCsv() of any ledger is well-formed, and no cell is a formula', () => {
    fc.assert(
      fc.property(ledgers, (list) => {
        const report = makeReport(recordsOf(list), everything);
        for (const { name, pieces } of renderReport(report, 'csv', TERMINAL)) {
          expect(name).toMatch(/^[a-z0-9_-]+\.csv$/);
          const cells = parseCsv([...pieces].join('')).flat();
          // A longitude in the west is a negative number, and nothing but that.
          for (const cell of cells) if (!/^-\d+(?:\.\d)?$/.test(cell)) expect(cell).not.toMatch(/^\s*[=+\-@\t\r]/);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('renderCsv() makes no path and no second file of a service’s name', () => {
    const bans = ['../x', '..%2Fx', 'x', 'X'].map((service) => banOf({ service }));
    const names = renderReport(makeReport(recordsOf({ bans }), optionsOf()), 'csv', TERMINAL).map((file) => file.name);

    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('countries-_2e_2e_2fx.csv');
    expect(names).toContain('countries-_58.csv');
  });
});

describe('renderMarkdown', () => {
  test('renderMarkdown() writes tables of GitHub’s dialect', () => {
    const [, rest = ''] = drawn(month, 'markdown', 'report.md').split('## Countries: mail\n\n');

    expect(rest.split('\n').slice(0, 12)).toEqual([
      'Base: unique addresses banned under mail.',
      '',
      '| Rank | Country | Unique addresses | Percent |',
      '| ---: | :--- | ---: | ---: |',
      '| 1 | United States | 77 | 40.5% |',
      '| 2 | Germany | 34 | 17.9% |',
      '| 3 | Netherlands | 24 | 12.6% |',
      '| 4 | Hong Kong | 15 | 7.9% |',
      '| 5= | Türkiye | 7 | 3.7% |',
      '| 5= | United Kingdom | 7 | 3.7% |',
      '|  | other countries | 26 | 13.7% |',
      '|  | **total** | **190** | **100.0%** |',
    ]);
  });

  test.each([
    ['| cell | <b>', '&#124; cell &#124; &#60;b&#62;'],
    ['[link](http://192.0.2.1)', '\\[link\\](http:&#47;&#47;192.0.2.1)'],
    ['# heading', '\\# heading'],
    ['1. list', '1\\. list'],
    ['Cheapy.host, LLC', 'Cheapy.host, LLC'],
    ['Utilities Europe & Asia', 'Utilities Europe & Asia'],
    ['&lt;b&#62;', '&amp;lt;b&amp;#62;'],
    ['*a* _b_ `c` ~d~', '\\*a\\* \\_b\\_ &#96;c&#96; \\~d\\~'],
    ['www.example.org @all', 'www&#46;example.org &#64;all'],
    ['back\\slash|', 'back&#92;slash&#124;'],
    ['line\nbreak', 'line&#92;x0abreak'],
  ])('renderMarkdown() writes the organization %j as %s', (organization, written) => {
    const bans = [banOf({ origin: originOf({ organization }) })];
    const text = drawn(makeReport(recordsOf({ bans }), optionsOf()), 'markdown', 'report.md');

    expect(text).toContain(`| 1 | ${written} | 1 | 100.0% | unknown |`);
  });

  test('renderMarkdown() writes a user name as code that it cannot leave', () => {
    const users = ['a`b|c', '@all', 'x\\', ''].map((user) => userOf({ user }));
    const text = drawn(makeReport(recordsOf({ users }), optionsOf()), 'markdown', 'report.md');

    for (const name of ['`a\\x60b\\x7cc`', '`@all`', '`x\\`', '`(empty)`'])
      expect(text).toContain(`| ${name} | mail |`);
  });

  test('renderMarkdown() gives every row as many cells as its table, whatever the names', () => {
    const report = makeReport(
      recordsOf({
        users: HOSTILE.map((user) => userOf({ user })),
        bans: HOSTILE.flatMap((name) => [
          banOf({ host: name, service: name, kind: name, origin: originOf({ organization: name, country: name }) }),
        ]),
      }),
      everything,
    );
    const lines = drawn(report, 'markdown', 'report.md').split('\n');

    for (const [i, line] of lines.entries()) {
      if (!line.startsWith('|') || !lines[i - 1]?.startsWith('|')) continue;
      expect(line.split('|'), line).toHaveLength(lines[i - 1]?.split('|').length ?? 0);
      expect(line.replace(/`[^`]*`/g, '')).not.toMatch(/<|[^\\]\]|https?:\/\//);
    }
    expect(cellsIn(tableOf(report, 'users'), ['user'])).toHaveLength(HOSTILE.length + 1);
  });
});
