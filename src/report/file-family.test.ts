import { expect, it } from 'vitest';
import { UTC } from '../base/zone.ts';
import { makeRapSheet, makeReport, type Report, reportFamily, sheetFamily } from './report.ts';
import { articleMonth } from './testing/article.ts';
import { banOf, optionsOf, recordsOf } from './testing/records.ts';
import { sheetRecords, subjectOf } from './testing/sheet.ts';

const namesOf = ({ tables, figures }: Report): string[] => [...tables, ...figures].map(({ name }) => name);

it('knows every table and figure of a report by its name', () => {
  const month = articleMonth();
  const strange = banOf({ subject: '192.0.2.9', service: 'of-elsewhere' });
  const names = namesOf(makeReport(recordsOf({ ...month, bans: [...month.bans, strange] }), optionsOf()));
  expect(names).toEqual(expect.arrayContaining([reportFamily.sign, 'map-europe', 'countries-of-elsewhere']));
  expect(names.filter((name) => !reportFamily.has(name))).toEqual([]);
});

it('knows every table and figure of a rap sheet by its name', () => {
  const options = { top: 10, lines: 50, kinds: new Map(), language: 'en', zone: UTC };
  const names = namesOf(makeRapSheet(sheetRecords(), { ...options, subject: subjectOf('203.0.113.40') }));
  expect(names).toContain(sheetFamily.sign);
  expect(names.filter((name) => !sheetFamily.has(name))).toEqual([]);
});

it('knows no name of other people', () => {
  for (const name of ['notes', 'totals-2023', 'map', 'countries'.toUpperCase(), 'countries-', '../totals']) {
    expect([name, reportFamily.has(name), sheetFamily.has(name)]).toEqual([name, false, false]);
  }
});
