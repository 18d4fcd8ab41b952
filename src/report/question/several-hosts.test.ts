import { describe, expect, test } from 'vitest';
import { audit, makeReport } from '../report.ts';
import { banOf, cellsIn, optionsOf, recordsOf, tableOf } from '../testing/records.ts';

const bans = [
  banOf({ subject: '192.0.2.1', host: 'web1' }),
  banOf({ subject: '192.0.2.1', host: 'web1', service: 'ssh' }),
  banOf({ subject: '192.0.2.1', host: 'mail' }),
  banOf({ subject: '192.0.2.2', host: 'web1' }),
  banOf({ subject: '192.0.2.2', host: 'web1', service: 'ssh' }),
  banOf({ subject: '192.0.2.3', host: 'mail' }),
];

describe('severalHosts', () => {
  test('severalHosts() counts hosts, not services on them', () => {
    const report = makeReport(recordsOf({ bans }), optionsOf());

    expect(audit(report)).toEqual([]);
    expect(cellsIn(tableOf(report, 'host-spread'), ['hosts', 'addresses', 'bans'])).toEqual([
      ['1 host', 2, 3],
      ['2 hosts', 1, 3],
      ['total', 3, 6],
    ]);
    expect(cellsIn(tableOf(report, 'several-hosts'), ['subject', 'bans', 'hostCount', 'hosts'])).toEqual([
      ['192.0.2.1', 3, 2, 'mail, web1'],
      ['on one host only', 3, null, null],
      ['total', 6, null, null],
    ]);
  });

  test('severalHosts() has nothing to say where there is one host', () => {
    const report = makeReport(recordsOf({ bans: [banOf({})] }), optionsOf());

    expect(report.tables.map((table) => table.name)).not.toContain('several-hosts');
  });

  test('severalHosts() of a large fleet names ten hosts and gathers what is on more', () => {
    const fleet = Array.from({ length: 15 }, (_, i) => banOf({ host: `host${String(i).padStart(2, '0')}` }));
    const report = makeReport(recordsOf({ bans: fleet }), optionsOf());

    expect(cellsIn(tableOf(report, 'host-spread'), ['hosts', 'addresses']).at(-2)).toEqual(['10 hosts or more', 1]);
    expect(cellsIn(tableOf(report, 'several-hosts'), ['hosts'])[0]?.[0]).toMatch(/^host00, .*host09, …$/);
  });
});
