import { describe, expect, test } from 'vitest';
import { audit, makeReport } from '../report.ts';
import { articleMonth } from '../testing/article.ts';
import { banOf, cellsIn, optionsOf, originOf, recordsOf, tableOf } from '../testing/records.ts';

describe('byService', () => {
  test('byService() counts each address once: under its one service, or under several', () => {
    const origin = originOf({ organization: 'Example', country: 'DE' });
    const bans = [
      banOf({ subject: '192.0.2.1', service: 'web', origin }),
      banOf({ subject: '192.0.2.2', service: 'web', origin }),
      banOf({ subject: '192.0.2.2', service: 'ssh', origin }),
      banOf({ subject: '192.0.2.3', service: 'ssh' }),
    ];
    const report = makeReport(recordsOf({ bans }), optionsOf());
    const keys = ['organization', 'only-web', 'only-ssh', 'several', 'addresses'];

    expect(audit(report)).toEqual([]);
    expect(cellsIn(tableOf(report, 'organization-services'), keys)).toEqual([
      ['Example', 1, 0, 1, 2],
      ['unknown', 0, 1, 0, 1],
      ['total', 1, 1, 1, 3],
    ]);
  });

  test('byService() has the article’s organizations with their services', () => {
    const report = makeReport(recordsOf(articleMonth()), optionsOf());
    const rows = cellsIn(tableOf(report, 'organization-services'), ['organization', 'addresses']);

    expect(rows).toContainEqual(['Microsoft Corporation', 126]);
    expect(rows.at(-1)).toEqual(['total', 887]);
  });

  test('byService() gathers services that there is no color for, whatever they are called', () => {
    const names = ['web', 'mail', 'ssh', 'ftp', 'voip', 'vpn', '__proto__'];
    const bans = names.map((service, i) =>
      banOf({ subject: `192.0.2.${i}`, service, origin: originOf({ country: 'DE' }) }),
    );
    const report = makeReport(recordsOf({ bans: [...bans, ...bans.slice(0, 5)] }), optionsOf());
    const table = tableOf(report, 'country-services');

    expect(audit(report)).toEqual([]);
    expect(table.columns.map((column) => column.heading)).toContain('other services');
    expect(table.columns.map((column) => column.heading)).not.toContain('several services');
    expect(cellsIn(table, ['further', 'addresses'])[0]).toEqual([2, 7]);
  });
});
