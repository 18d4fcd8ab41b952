/** Hours of the week, and the change against the period before. */
import { describe, expect, test } from 'vitest';
import { zoneOf } from '../../base/zone.ts';
import type { Report, ReportOptions } from '../report.ts';
import { audit, makeReport } from '../report.ts';
import { banOf, cellsIn, DAY, OCTOBER, optionsOf, recordsOf, tableOf, tallyOf } from '../testing/records.ts';

describe('hours', () => {
  // 2024-10-01 was a Tuesday.
  const bans = [
    banOf({ from: Date.UTC(2024, 9, 1, 0, 0) }),
    banOf({ from: Date.UTC(2024, 9, 6, 23, 59, 59, 999) }),
    banOf({ from: Date.UTC(2024, 9, 7, 0, 0) }),
  ];

  test('hours() sorts bans by hour and weekday', () => {
    const report = makeReport(recordsOf({ bans }), optionsOf());
    const table = tableOf(report, 'hours');

    expect(audit(report)).toEqual([]);
    expect(table.rows).toHaveLength(24);
    expect(cellsIn(table, ['hour', 'mon', 'tue', 'sun', 'bans'])[0]).toEqual(['00:00', 1, 1, 0, 2]);
    expect(cellsIn(table, ['hour', 'mon', 'tue', 'sun', 'bans'])[23]).toEqual(['23:00', 0, 0, 1, 1]);
  });

  test('hours() are those of the report’s zone, and weekdays are named in its language', () => {
    const zone = zoneOf('Europe/Berlin');
    if (zone === undefined) throw new Error('no such zone');
    const table = tableOf(makeReport(recordsOf({ bans }), optionsOf({ zone, language: 'de' })), 'hours');

    expect(cellsIn(table, ['hour', 'tue'])[2]).toEqual(['02:00', 1]);
    expect(table.columns.map((column) => column.heading)).toContain('Di');
  });

  test('hours() of times before 1970 fall into the week all the same', () => {
    const from = Date.UTC(1969, 11, 29, 5);
    const scope = { period: { from, until: from + 3_600_000, name: '1969-12-29' }, host: undefined };
    const report = makeReport(recordsOf({ bans: [banOf({ from })] }), optionsOf({ scope }));

    expect(cellsIn(tableOf(report, 'hours'), ['mon'])[5]).toEqual([1]);
  });
});

describe('change', () => {
  const SEPTEMBER = { from: Date.UTC(2024, 8, 1), until: OCTOBER.from, name: '2024-09' };
  const october = [1, 2, 3].map((i) => banOf({ subject: `192.0.2.${i}` }));
  const earlier = (ban: Parameters<typeof banOf>[0] = {}) => banOf({ from: SEPTEMBER.from, ...ban });

  function reportOf(
    bans: ReturnType<typeof banOf>[],
    attempts: { before: number; now: number },
    options: Partial<ReportOptions> = {},
  ): Report {
    const tallies = [
      { from: SEPTEMBER.from, count: attempts.before },
      { from: OCTOBER.from, count: attempts.now },
    ].flatMap(({ from, count }) => (count === 0 ? [] : [tallyOf({ day: from / DAY, count, first: from, last: from })]));
    return makeReport(recordsOf({ bans: [...bans, ...october], tallies }), optionsOf(options));
  }

  test('change() holds bans, addresses and attempts against the month before', () => {
    const report = reportOf([earlier(), earlier({ service: 'ssh' })], { before: 40, now: 30 });

    expect(audit(report)).toEqual([]);
    expect(cellsIn(tableOf(report, 'change'), ['what', 'before', 'now', 'change'])).toEqual([
      ['Bans', 2, 3, '+1 (+50.0%)'],
      ['Bans: web', 1, 3, '+2 (+200.0%)'],
      ['Bans: ssh', 1, 0, '-1 (-100.0%)'],
      ['Unique addresses', 1, 3, '+2 (+200.0%)'],
      ['Attempts', 40, 30, '-10 (-25.0%)'],
    ]);
  });

  test('change() gathers services that are not among the five with the most bans of either month', () => {
    const services = ['ftp', 'imap', 'mail', 'ssh', 'vpn', 'dns', 'web'];
    const bans = services.flatMap((service, i) => Array.from({ length: 8 - i }, () => earlier({ service })));
    const report = reportOf(bans, { before: 40, now: 30 });
    const audited = audit({
      ...report,
      tables: report.tables.map((table) => {
        const rows = table.rows.filter(({ cells }) => cells.service !== 'ftp');
        return table.name === 'change' ? { ...table, rows } : table;
      }),
    });

    expect(audit(report)).toEqual([]);
    expect(cellsIn(tableOf(report, 'change'), ['what', 'service', 'before', 'now'])).toEqual([
      ['Bans', null, 35, 3],
      ['Bans: ftp', 'ftp', 8, 0],
      ['Bans: imap', 'imap', 7, 0],
      ['Bans: mail', 'mail', 6, 0],
      ['Bans: ssh', 'ssh', 5, 0],
      ['Bans: vpn', 'vpn', 4, 0],
      ['Bans: other services', 'other services', 5, 3],
      ['Unique addresses', null, 1, 3],
      ['Attempts', null, 40, 30],
    ]);
    expect(audited).toEqual([{ where: 'table change, column before', what: 'the rows under row 1 (Bans) sum to 27' }]);
  });

  test('change() gives no percentage of nothing', () => {
    const report = reportOf([], { before: 40, now: 30 });

    expect(cellsIn(tableOf(report, 'change'), ['what', 'change'])[0]).toEqual(['Bans', '+3']);
  });

  const names = (report: Report): string[] => report.tables.map((table) => table.name);

  test.each([
    ['nothing of the month before', [], {}],
    ['nothing of it, but bans of August', [earlier({ from: Date.UTC(2024, 7, 14) })], {}],
    ['only a part of it', [earlier({ from: Date.UTC(2024, 8, 14, 9) })], {}],
    ['not yet all of this month', [earlier()], { now: OCTOBER.until - 1 }],
  ])('change() and the summary are silent where the ledger has %s', (_, bans, options) => {
    const report = reportOf(bans, { before: 0, now: 30 }, options);

    expect(names(report)).not.toContain('change');
    expect(report.summary[0]?.text).toMatch(/^3 bans of 3 unique addresses on 1 host \(web1\)\.$/);
  });

  test('change() and the summary compare with a month without bans, and with one of which the first days were quiet', () => {
    const quiet = reportOf([], { before: 40, now: 30 });
    const late = [earlier({ from: Date.UTC(2024, 7, 14) }), earlier({ from: Date.UTC(2024, 8, 14) })];

    expect(names(quiet)).toContain('change');
    expect(quiet.summary[0]?.text).toContain('3 more than in 2024-09 (0)');
    expect(names(reportOf(late, { before: 0, now: 0 }))).toContain('change');
    expect(reportOf(late, { before: 0, now: 0 }).summary[0]?.text).toContain('2 more than in 2024-09 (1)');
  });
});
