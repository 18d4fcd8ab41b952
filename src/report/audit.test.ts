import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cells, Report, Row, Table } from './report.ts';
import { audit, makeReport } from './report.ts';
import { articleMonth } from './testing/article.ts';
import { ledgers } from './testing/random.ts';
import { optionsOf, recordsOf, tableOf } from './testing/records.ts';

const month = makeReport(recordsOf(articleMonth()), optionsOf());

function withTable(name: string, change: (table: Table) => Table, report = month): Report {
  return { ...report, tables: report.tables.map((table) => (table.name === name ? change(table) : table)) };
}

interface Place {
  readonly name: string;
  readonly row: number | 'total';
}

function withCells({ name, row: index }: Place, cells: Cells, report = month): Report {
  const changed = (table: Table): Table => ({
    ...table,
    rows: table.rows.map((row, i) => (i === index ? { ...row, cells: { ...row.cells, ...cells } } : row)),
    total: index === 'total' ? { ...table.total, ...cells } : table.total,
  });
  return withTable(name, changed, report);
}

function withRows(name: string, change: (rows: readonly Row[]) => readonly Row[]): Report {
  return withTable(name, (table) => ({ ...table, rows: change(table.rows) }));
}

function sentences(report: Report): string[] {
  return audit(report).map((problem) => `${problem.where}: ${problem.what}`);
}

type Figure = readonly [name: string, row: number | 'total', key: string, value: number];

/** Every figure of every table that counts something: table, row (or the total), column, value. */
function* figures(report: Report): Iterable<Figure> {
  for (const { name, columns, rows, total } of report.tables) {
    for (const column of columns) {
      if (column.type !== 'count' || column.rule.type === 'label') continue;
      for (const [i, { cells }] of rows.entries()) {
        const value = cells[column.key];
        if (typeof value === 'number') yield [name, i, column.key, value];
      }
      const value = total?.[column.key];
      if (typeof value === 'number') yield [name, 'total', column.key, value];
    }
  }
}

describe('audit', () => {
  test('audit() finds nothing in a report as it was made', () => {
    expect(audit(month)).toEqual([]);
  });

  test('audit() notices any single count that is off by one', () => {
    let changed = 0;
    for (const [name, row, key, value] of figures(month)) {
      for (const other of [value + 1, value - 1]) {
        const problems = audit(withCells({ name, row }, { [key]: other }));
        expect(problems, `${name}, row ${row}, ${key} ${value} as ${other}`).not.toEqual([]);
        changed++;
      }
    }
    expect(changed).toBeGreaterThan(500);
  });

  test('audit() notices a count that is off by one in a report of any ledger', () => {
    fc.assert(
      fc.property(ledgers, fc.nat(), (list, which) => {
        const report = makeReport(recordsOf(list), optionsOf({ top: 3, topByService: 'all' }));
        const all = [...figures(report)];
        const [name, row, key, value] = all[which % Math.max(1, all.length)] ?? ['totals', 'total', 'bans', 0];

        expect(audit(withCells({ name, row }, { [key]: value + 1 }, report))).not.toEqual([]);
      }),
    );
  });

  test('audit() notices the percentage that the article printed', () => {
    expect(sentences(withCells({ name: 'countries', row: 2 }, { percent: 11.2 }))).toEqual([
      'table countries, column percent: row 3 (Ireland) says 11.2; 104 of 887 is 11.7',
      'table countries, column percent: summary says 11.7; here it is 11.2',
    ]);
  });

  test('audit() notices any percentage, rank or tie that is wrong', () => {
    for (const table of month.tables) {
      for (const [i, { role, cells }] of table.rows.entries()) {
        if (typeof cells.percent === 'number') {
          expect(
            audit(withCells({ name: table.name, row: i }, { percent: cells.percent + 0.1 })),
            table.name,
          ).not.toEqual([]);
        }
        if (role !== 'item' || typeof cells.rank !== 'number') continue;
        expect(audit(withCells({ name: table.name, row: i }, { rank: cells.rank + 1 })), table.name).not.toEqual([]);
        expect(audit(withCells({ name: table.name, row: i }, { tied: cells.tied !== true })), table.name).not.toEqual(
          [],
        );
      }
    }
  });

  test('audit() notices any two neighboring rows that changed places', () => {
    for (const table of month.tables) {
      for (let i = 1; i < table.rows.length && table.order !== undefined; i++) {
        const swapped = withRows(table.name, (rows) => {
          return [...rows.slice(0, i - 1), ...rows.slice(i, i + 1), ...rows.slice(i - 1, i), ...rows.slice(i + 1)];
        });
        const roles = [table.rows[i - 1]?.role, table.rows[i]?.role];
        if (!roles.every((role) => role === 'rest')) expect(audit(swapped), `${table.name} ${i}`).not.toEqual([]);
      }
    }
  });

  test.each<readonly [what: string, report: Report, sentence: string]>([
    [
      'Alibaba (41) above Datacamp (45), as the article has them',
      withRows('organizations-web', ([a, b, c, d, e, ...rest]) =>
        [a, b, c, e, d, ...rest].filter((row) => row !== undefined),
      ),
      'table organizations-web, column addresses: row 5 (Datacamp, Limited) is out of order',
    ],
    [
      'a row that is missing',
      withRows('countries-mail', (rows) => rows.slice(0, -1)),
      'table countries-mail, column addresses: the rows sum to 164, the total says 190',
    ],
    [
      'parts that do not make up their row',
      withCells({ name: 'networks', row: 0 }, { otherBans: 15 }),
      'table networks, column bans: the parts of row 1 (203.0.113.0/24) sum to 32',
    ],
    [
      'a table whose total is not that of the others',
      withTable('lengths', (table) => ({
        ...table,
        rows: table.rows.slice(0, 1),
        total: { ...table.total, bans: 887 },
      })),
      'table lengths, column bans: 887 bans, but table totals says 1698',
    ],
    [
      'a count that is no number',
      withCells({ name: 'totals', row: 0 }, { bans: '1222' }),
      'table totals, column bans: row 1 (web) holds no count',
    ],
    [
      'an address that is in several rows but in one',
      withCells({ name: 'totals', row: 2 }, { addresses: 20, shared: 15 }),
      'table totals, column shared: 16 in several rows cannot be in 31 places',
    ],
    [
      'more addresses in several rows than there are rows for',
      withCells({ name: 'totals', row: 2 }, { addresses: 61, shared: 56 }),
      'table totals, column shared: 16 in several rows cannot be in 72 places',
    ],
    [
      'a rank beyond those that were asked for',
      withTable('countries', (table) => ({ ...table, top: 9 })),
      'table countries, column rank: row 10 (Australia) is beyond the first 9',
    ],
    [
      'a name twice',
      { ...month, tables: [...month.tables, tableOf(month, 'days')] },
      'days: two tables have this name',
    ],
  ])('audit() notices %s', (_, report, sentence) => {
    expect(sentences(report)).toContain(sentence);
  });
});
