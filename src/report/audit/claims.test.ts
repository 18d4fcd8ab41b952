/** Sentences and tables that disagree are found, whichever of them is wrong. */
import { describe, expect, test } from 'vitest';
import type { Report } from '../report.ts';
import { audit, makeReport } from '../report.ts';
import type { Claim, Statement } from '../table.ts';
import { articleMonth, OFFENDER } from '../testing/article.ts';
import { optionsOf, recordsOf, tableOf } from '../testing/records.ts';
import { auditClaims } from './claims.ts';

const month = makeReport(recordsOf(articleMonth()), optionsOf());

function withStories(change: (statements: readonly Statement[]) => readonly Statement[], report = month): Report {
  const tables = report.tables.map((table) =>
    table.name === 'stories' ? { ...table, statements: change(table.statements) } : table,
  );
  return { ...report, tables };
}

function saying(text: string, claim: Partial<Claim>): string[] {
  const whole: Claim = {
    value: 17,
    written: '17',
    table: 'offenders',
    row: { subject: OFFENDER },
    column: 'bans',
    ...claim,
  };
  const report = { ...month, summary: [{ text, claims: [whole] }] };
  return auditClaims(report).map((problem) => `${problem.where}: ${problem.what}`);
}

describe('auditClaims()', () => {
  test('has something to check in the month, in nearly every sentence', () => {
    const statements = [...month.summary, ...tableOf(month, 'stories').statements];
    expect(statements.length).toBeGreaterThan(8);
    expect(statements.filter(({ claims }) => claims.length === 0)).toEqual([]);
    expect(audit(month)).toEqual([]);
  });

  test('notices any claim that is off by one, of the summary and of the stories', () => {
    const off = (statements: readonly Statement[], at: number, which: number): readonly Statement[] =>
      statements.map((one, i) => ({
        ...one,
        claims: one.claims.map((claim, j) => (i === at && j === which ? { ...claim, value: claim.value + 1 } : claim)),
      }));
    const wrong = [
      ...month.summary.flatMap(({ claims }, i) =>
        claims.map((_, j) => ({ ...month, summary: off(month.summary, i, j) })),
      ),
      ...tableOf(month, 'stories').statements.flatMap(({ claims }, i) =>
        claims.map((_, j) => withStories((statements) => off(statements, i, j))),
      ),
    ];
    expect(wrong.length).toBeGreaterThan(30);
    for (const report of wrong) expect(auditClaims(report)).toHaveLength(1);
  });

  test('notices a story that says something else than its row', () => {
    const other = withStories((statements) => statements.map((one) => ({ ...one, text: `${one.text} ` })));
    expect(auditClaims(other).map(({ what }) => what)).toContain('the rows do not say what was checked');
    expect(auditClaims(withStories((statements) => statements.slice(1)))).not.toEqual([]);
  });

  test.each<readonly [text: string, claim: Partial<Claim>, problems: readonly string[]]>([
    ['17 bans', {}, []],
    ['banned 17 times: 1,698', { row: 'total', value: 1698, written: '1,698' }, []],
    ['no figure', {}, ['summary: a sentence lacks its figure 17 (bans of offenders)']],
    ['192.0.17.3 and 117 and 17.5', {}, ['summary: a sentence lacks its figure 17 (bans of offenders)']],
    ['17 bans', { table: 'nowhere' }, ['summary: a sentence relies on table nowhere, which there is not']],
    ['16 bans', { value: 16, written: '16' }, ['table offenders, column bans: summary says 16; here it is 17']],
    // Not everything is listed there; here everything is.
    ['16 bans', { value: 16, written: '16', row: { subject: '192.0.2.77' } }, []],
    [
      '16 bans',
      { value: 16, written: '16', table: 'totals', row: { service: 'ftp' } },
      ['table totals, column bans: summary says 16; here it is nothing'],
    ],
    ['71 addresses', { value: 71, written: '71', table: 'scanners', row: 'items', column: 'addresses' }, []],
    [
      '17 bans',
      { table: 'stories', row: 'total' },
      ['table stories, column bans: summary says 17; here it is nothing'],
    ],
  ])('of “%s” as %o finds %j', (text, claim, problems) => {
    expect(saying(text, claim)).toEqual(problems);
  });
});
