import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../base/problem.ts';
import { zoneOf } from '../base/zone.ts';
import type { Report } from './report.ts';
import { audit, makeReport, renderReport } from './report.ts';
import { ledgers } from './testing/random.ts';
import type { RecordList } from './testing/records.ts';
import {
  banOf,
  cellsIn,
  DAY,
  NO_RULES,
  OCTOBER,
  optionsOf,
  originOf,
  recordsOf,
  ruleOf,
  tableOf,
  tallyOf,
  textOf,
  userOf,
} from './testing/records.ts';

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);

describe('makeReport', () => {
  const report = (list: Partial<RecordList>, options = optionsOf()): Report => makeReport(recordsOf(list), options);

  test('makeReport() of nothing says what is missing and reconciles', () => {
    const empty = report({});

    expect(audit(empty)).toEqual([]);
    expect(tableOf(empty, 'totals').rows).toEqual([]);
    expect(cellsIn(tableOf(empty, 'method'), ['topic', 'statement'])).toContainEqual([
      'Not computed',
      'Bans: the ledger has none in this period.',
    ]);
  });

  test('makeReport() has a row for what is unknown, without a rank', () => {
    const bans = [banOf({}), banOf({ subject: '192.0.2.2', origin: originOf({ country: 'DE' }) })];

    expect(cellsIn(tableOf(report({ bans }), 'countries'), ['rank', 'country', 'addresses'])).toEqual([
      [1, 'Germany', 1],
      [null, 'unknown', 1],
      [null, 'total', 2],
    ]);
  });

  test('makeReport() lists everything when asked for all', () => {
    const bans = Array.from({ length: 80 }, (_, i) => {
      return banOf({ subject: `192.0.2.${i}`, origin: originOf({ organization: `Company ${i}` }) });
    });

    const listed = (top: number | 'all') =>
      tableOf(report({ bans }, optionsOf({ top })), 'organizations').rows.filter((row) => row.role === 'item').length;

    expect(listed('all')).toBe(80);
    expect(listed(10)).toBe(0);
    expect(tableOf(report({ bans }), 'organizations').notes).toContain(
      '80 organizations with 1 address each tie at rank 1, too many to list.',
    );
  });

  test('makeReport() counts an address in the country of its newest ban, and says how many moved', () => {
    const at = (country: string | undefined) => banOf({ origin: originOf({ country }) });
    const moved = report({ bans: [at('DE'), at('US'), at('NL'), at(undefined)] });

    expect(cellsIn(tableOf(moved, 'countries'), ['country', 'addresses'])[0]).toEqual(['Netherlands', 1]);
    expect(JSON.stringify(tableOf(moved, 'method').rows)).toContain('1 address changed country or organization');
  });

  test('makeReport() begins days in the ledger’s time zone, and has a row for each', () => {
    const zone = zoneOf('Europe/Berlin');
    if (zone === undefined) throw new Error('no such zone');
    const bans = [banOf({ from: Date.UTC(2024, 9, 2, 22, 30) }), banOf({ from: Date.UTC(2024, 9, 31, 22, 59) })];
    const period = { from: Date.UTC(2024, 8, 30, 22), until: Date.UTC(2024, 9, 31, 23), name: '2024-10' };

    const days = tableOf(report({ bans }, optionsOf({ zone, scope: { period, host: undefined } })), 'days');

    expect(days.rows).toHaveLength(31);
    expect(days.rows.flatMap(({ cells }) => (cells.bans === 0 ? [] : [cells.day]))).toEqual([
      '2024-10-03',
      '2024-10-31',
    ]);
  });

  test('makeReport() gives months where there are too many days', () => {
    const period = { from: Date.UTC(2023, 0, 1), until: Date.UTC(2024, 0, 1), name: '2023' };
    const bans = Array.from({ length: 200 }, (_, i) => banOf({ from: period.from + i * DAY }));
    const days = tableOf(report({ bans }, optionsOf({ scope: { period, host: undefined } })), 'days');

    expect(cellsIn(days, ['day', 'bans']).slice(0, 2)).toEqual([
      ['2023-01', 31],
      ['2023-02', 28],
    ]);
  });

  test.each(['UTC', 'Europe/Berlin'])('makeReport() of all time, in %s, has the days that have entries', (name) => {
    const zone = zoneOf(name);
    if (zone === undefined) throw new Error('no such zone');
    const period = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, name: 'all time' };
    const always = report({ bans: [banOf({})] }, optionsOf({ zone, scope: { period, host: undefined } }));

    expect(cellsIn(tableOf(always, 'days'), ['day', 'bans'])).toEqual([
      ['2024-10-01', 1],
      ['total', 1],
    ]);
    expect(tableOf(always, 'days').notes).toContain('Days without an entry are left out.');
    expect(audit(always)).toEqual([]);
    expect(textOf(renderReport(always, 'json', { width: 80, color: false }), 'report.json')).toContain('"until":null');
  });

  test('makeReport() finds the worst address of a network, whichever came first', () => {
    const bans = [9, 7, 7, 8, 7].map((last) => banOf({ subject: `192.0.2.${last}` }));
    const keys = ['network', 'addresses', 'bans', 'topAddress', 'topBans', 'otherBans'];

    expect(cellsIn(tableOf(report({ bans }), 'networks'), keys)[0]).toEqual(['192.0.2.0/24', 3, 5, '192.0.2.7', 3, 2]);
  });

  test('makeReport() sorts bans by length and by how often there had been one', () => {
    const lasting = (lengthMs: number, prior: number) => banOf({ until: OCTOBER.from + lengthMs, prior });
    const bans = [lasting(600_000, 0), lasting(600_001, 1), lasting(Number.POSITIVE_INFINITY, 12)];

    expect(cellsIn(tableOf(report({ bans }), 'lengths'), ['label', 'bans'])).toEqual([
      ['up to 10m', 1],
      ['over 10m, up to 1h', 1],
      ['over 1h, up to 6h', 0],
      ['over 6h, up to 1d', 0],
      ['over 1d, up to 1w', 0],
      ['over 1w, up to 4w', 0],
      ['over 4w', 0],
      ['without end', 1],
      ['total', 3],
    ]);
    expect(cellsIn(tableOf(report({ bans }), 'returns'), ['label', 'bans']).slice(-2)).toEqual([
      ['11th and later', 1],
      ['total', 3],
    ]);
  });

  test('makeReport() reads user names as UTF-8 where they are, and keeps their services apart', () => {
    const users = [
      userOf({ user: 'Ren\xc3\xa9e', count: 3 }),
      userOf({ user: 'admin', count: 2 }),
      userOf({ user: 'admin', service: 'ssh' }),
      userOf({ user: '漢', service: 'ssh' }),
    ];

    expect(cellsIn(tableOf(report({ users }), 'users'), ['rank', 'user', 'service', 'attempts'])).toEqual([
      [1, 'Renée', 'mail', 3],
      [2, 'admin', 'mail', 2],
      [3, 'admin', 'ssh', 1],
      [3, '漢', 'ssh', 1],
      [null, 'total', null, 7],
    ]);
  });

  test('makeReport() tells the sentence of a kind, the rules, the sources and the remarks', () => {
    const options = optionsOf({
      kinds: new Map([['web.probe.git', { sentence: 'probed for Git' }]]),
      rules: { ...NO_RULES, jails: [ruleOf({ kinds: ['ssh.login'] })] },
      remarks: ['This month is synthetic.'],
    });
    const bans = [banOf({ origin: originOf({ sources: ['country: table 2024-10-01'] }) }), banOf({})];
    const made = report({ bans, tallies: [tallyOf({ kind: 'web.probe.git' })] }, options);

    expect(cellsIn(tableOf(made, 'kinds'), ['kind', 'sentence'])[0]).toEqual(['web.probe.git', 'probed for Git']);
    const statements = cellsIn(tableOf(made, 'method'), ['statement']).flat();
    expect(statements).toContain(
      'ssh: 5 weighted attempts (ssh.login) within 10m lead to a ban of 1h, times 2 with every further ban, at most 1w.',
    );
    expect(statements).toContain('This month is synthetic.');
    expect(statements).toContain('country: table 2024-10-01 (1 ban)');
    expect(statements).toContain('1 ban has no origin data.');
  });

  test('makeReport() refuses a language that is none', () => {
    expect(() => report({}, optionsOf({ language: 'no language' }))).toThrow(ProblemError);
  });
});

describe('makeReport() of any ledger', () => {
  test('makeReport() reconciles, and its figures are those of an independent recount', () => {
    fc.assert(
      fc.property(ledgers, fc.constantFrom<number | 'all'>(1, 3, 'all'), (list, top) => {
        const made = makeReport(recordsOf(list), optionsOf({ top, topByService: top }));

        expect(audit(made)).toEqual([]);
        recount(made, list);
      }),
      { numRuns: 150 },
    );
  });
});

/** Counts again with sets and filters, as one would by hand. */
function recount(report: Report, list: RecordList): void {
  const { bans, tallies, users } = list;
  const unique = (of: readonly { subject: string }[]): number => new Set(of.map((ban) => ban.subject)).size;
  const total = (name: string, key: string) => tableOf(report, name).total?.[key];

  for (const { cells } of tableOf(report, 'totals').rows) {
    const under = bans.filter((ban) => ban.service === cells.service);
    expect([cells.bans, cells.addresses]).toEqual([under.length, unique(under)]);
    const parts = tableOf(report, `countries-${cells.service}`).rows;
    expect(sum(parts.map((row) => Number(row.cells.addresses)))).toBe(unique(under));
  }
  for (const { cells } of tableOf(report, 'hosts').rows) {
    const there = bans.filter((ban) => ban.service === cells.service && ban.host === cells.host);
    expect([cells.bans, cells.addresses]).toEqual([there.length, unique(there)]);
  }
  for (const { cells, role } of tableOf(report, 'offenders').rows) {
    if (role === 'item') expect(cells.bans).toBe(bans.filter((ban) => ban.subject === cells.subject).length);
  }
  for (const { cells } of tableOf(report, 'kinds').rows) {
    const tried = tallies.filter((tally) => tally.kind === cells.kind && tally.service === cells.service);
    expect(cells.attempts).toBe(sum(tried.map((tally) => tally.count)));
    expect(cells.addresses).toBe(new Set(tried.map((tally) => tally.address)).size);
  }
  expect([total('totals', 'bans'), total('totals', 'addresses')]).toEqual([bans.length, unique(bans)]);
  expect([total('days', 'bans'), total('returns', 'bans')]).toEqual([bans.length, bans.length]);
  expect(total('kinds', 'attempts')).toBe(sum(tallies.map((tally) => tally.count)));
  expect(total('users', 'attempts')).toBe(sum(users.map((user) => user.count)));
}
