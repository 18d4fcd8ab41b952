/** What a report has no part for is said, with the reason, in every language. */
import { expect, test } from 'vitest';
import type { Report } from '../report.ts';
import { makeReport } from '../report.ts';
import {
  banOf,
  cellsIn,
  DAY,
  evidenceOf,
  OCTOBER,
  optionsOf,
  originOf,
  recordsOf,
  tableOf,
  tallyOf,
  userOf,
} from '../testing/records.ts';

const AUGUST = Date.UTC(2024, 7, 1);
const SEPTEMBER = Date.UTC(2024, 8, 1);

function missingIn(report: Report, topic = 'Not computed'): string[] {
  const rows = cellsIn(tableOf(report, 'method'), ['topic', 'statement']);
  return rows.flatMap(([first, statement]) => (first === topic ? [String(statement)] : []));
}

test('every part that bans alone do not make is named', () => {
  const bare = makeReport(recordsOf({ bans: [banOf({})] }), optionsOf());

  expect(missingIn(bare)).toEqual([
    'Countries: no origin names one.',
    'Maps: no origin names a country or a place.',
    'Organizations: no origin names one; the country data that comes with Rapsheet has none.',
    'Types of network: no origin names one.',
    'Totals without research scanners: no address belongs to one that is known.',
    'Attempts: the ledger has no tallies of this period.',
    'User names: the ledger has none of this period.',
    'Addresses on several hosts: all bans are of one host.',
    'Targets: no line of evidence that was looked at names one.',
    'A dialogue with the mail server: no line of evidence that was looked at tells of one.',
    'Comparison with 2024-09: the ledger has nothing of it.',
  ]);
});

test('nothing is named that the report has', () => {
  const origin = originOf({ country: 'NL', organization: 'A', type: 'hosting', scanner: 'Censys' });
  const bans = ['web1', 'mail'].map((host, i) => banOf({ id: i + 1, host, origin }));
  const evidence = new Map([[1, [evidenceOf('192.0.2.1', { target: 'GET /' })]]]);
  const before = tallyOf({ day: SEPTEMBER / DAY, first: SEPTEMBER, last: SEPTEMBER });
  const list = { bans, evidence, tallies: [before, tallyOf({})], users: [userOf({})] };
  const full = makeReport(recordsOf(list), optionsOf());

  expect(missingIn(full)).toEqual([
    'A dialogue with the mail server: no line of evidence that was looked at tells of one.',
  ]);
  for (const name of ['change', 'types', 'several-hosts', 'without-scanners', 'map-world']) {
    expect([...full.tables, ...full.drawn].map((table) => table.name)).toContain(name);
  }
});

const endless = { period: { from: OCTOBER.from, until: Number.POSITIVE_INFINITY, name: 'all time' }, host: undefined };
const named = { period: { ...OCTOBER, until: OCTOBER.from + 3 * DAY }, host: undefined };

test.each([
  ['has no end', [], { scope: endless }, 'Comparison with the period before: this one has no beginning or no end.'],
  ['is not over', [], { now: OCTOBER.from }, 'Comparison with the period before: this one is not over.'],
  ['follows a gap', [AUGUST], {}, 'Comparison with 2024-09: the ledger has nothing of it.'],
  ['has no name', [], { scope: named }, 'Comparison with the same time before: the ledger has nothing of it.'],
  [
    'follows half a month',
    [SEPTEMBER + 13 * DAY],
    {},
    'Comparison with 2024-09: the ledger has records from 2024-09-14 on only.',
  ],
])('a period that %s is compared with nothing, and that is said', (_, earlier, options, said) => {
  const bans = [OCTOBER.from, ...earlier].map((from) => banOf({ from }));
  const [english, german] = ['en', 'de'].map((language) => {
    return makeReport(recordsOf({ bans }), optionsOf({ ...options, language }));
  });

  expect(english && missingIn(english)).toContain(said);
  expect(german && missingIn(german, 'Nicht berechnet').at(-1)).toMatch(/^Vergleich mit dem Zeitraum davor/);
  expect(german && missingIn(german, 'Nicht berechnet').join()).not.toMatch(/ledger|names|no line/);
});
