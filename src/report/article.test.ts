/** The figures of the reference article, table by table, with its slips put right. */
import { describe, expect, test } from 'vitest';
import { audit, makeReport } from './report.ts';
import { articleMonth, OFFENDER } from './testing/article.ts';
import { cellsIn, optionsOf, recordsOf, tableOf } from './testing/records.ts';

describe('makeReport() of the article’s month', () => {
  const month = makeReport(recordsOf(articleMonth()), optionsOf());
  const cells = (name: string, keys: string[]) => cellsIn(tableOf(month, name), keys);

  test('makeReport() counts bans and unique addresses by service as the article does', () => {
    expect(cells('totals', ['service', 'bans', 'addresses', 'shared'])).toEqual([
      ['web', 1222, 692, 15],
      ['mail', 442, 190, 1],
      ['ssh', 34, 21, 16],
      ['total', 1698, 887, 16],
    ]);
    expect(tableOf(month, 'totals').notes[0]).toContain('(692 − 15) + (190 − 1) + (21 − 16) + 16 = 887');
  });

  test('makeReport() prints the article’s countries, with the percentage that it got wrong put right', () => {
    expect(cells('countries', ['rank', 'country', 'addresses', 'percent'])).toEqual([
      [1, 'United States', 223, 25.1],
      [2, 'Singapore', 149, 16.8],
      [3, 'Ireland', 104, 11.7],
      [4, 'Germany', 75, 8.5],
      [5, 'Netherlands', 56, 6.3],
      [6, 'United Kingdom', 42, 4.7],
      [7, 'China', 40, 4.5],
      [8, 'Japan', 34, 3.8],
      [9, 'Hong Kong', 26, 2.9],
      [10, 'Australia', 25, 2.8],
      [null, 'other countries', 113, 12.7],
      [null, 'total', 887, 100],
    ]);
    expect(tableOf(month, 'countries').notes).toContain('Rounded, the percentages add up to 99.8%.');
  });

  test('makeReport() lists the first five countries of a service and all that tie with the fifth', () => {
    expect(cells('countries-mail', ['rank', 'tied', 'country', 'addresses', 'percent'])).toEqual([
      [1, false, 'United States', 77, 40.5],
      [2, false, 'Germany', 34, 17.9],
      [3, false, 'Netherlands', 24, 12.6],
      [4, false, 'Hong Kong', 15, 7.9],
      [5, true, 'Türkiye', 7, 3.7],
      [5, true, 'United Kingdom', 7, 3.7],
      [null, false, 'other countries', 26, 13.7],
      [null, null, 'total', 190, 100],
    ]);
    expect(cells('countries-web', ['rank', 'tied', 'code', 'addresses', 'percent']).slice(0, 5)).toEqual([
      [1, true, 'SG', 146, 21.1],
      [1, true, 'US', 146, 21.1],
      [3, false, 'IE', 104, 15],
      [4, false, 'DE', 41, 5.9],
      [5, false, 'CN', 37, 5.3],
    ]);
  });

  test('makeReport() lists organizations in the order of their counts, those with several ASNs as one', () => {
    expect(cells('organizations-mail', ['rank', 'organization', 'addresses', 'percent', 'asn']).slice(0, 8)).toEqual([
      [1, 'Censys, Inc.', 58, 30.5, '3 ASNs'],
      [2, 'DigitalOcean, LLC', 17, 8.9, 'AS64517'],
      [2, 'Ucloud Information Technology', 17, 8.9, 'AS64529'],
      [4, 'Amazon.com, Inc.', 11, 5.8, 'AS64516'],
      [5, 'Cheapy.host, LLC', 6, 3.2, 'AS64516'],
      [5, 'Cogent Communications', 6, 3.2, 'AS64521'],
      [5, 'IP Volume, Inc.', 6, 3.2, 'AS64515'],
      [5, 'Railnet', 6, 3.2, 'AS64507'],
    ]);
    expect(cells('organizations-web', ['rank', 'organization', 'addresses', 'percent']).slice(0, 5)).toEqual([
      [1, 'Microsoft Corporation', 126, 18.2],
      [2, 'DigitalOcean, LLC', 92, 13.3],
      [3, 'Internet Utilities Europe & Asia', 81, 11.7],
      [4, 'Datacamp, Limited', 45, 6.5],
      [5, 'Alibaba', 41, 5.9],
    ]);
  });

  test('makeReport() names the worst offender and what the rest of its network did', () => {
    const keys = ['rank', 'subject', 'organization', 'country', 'bans', 'hosts', 'services'];
    expect(cells('offenders', keys)[0]).toEqual([
      1,
      OFFENDER,
      'Emanual Hosting',
      'Netherlands',
      17,
      'mail, web1, web2',
      'mail, ssh',
    ]);
    expect(cells('networks', ['network', 'bans', 'topAddress', 'topBans', 'otherBans'])[0]).toEqual([
      '203.0.113.0/24',
      33,
      OFFENDER,
      17,
      16,
    ]);
  });

  test('makeReport() lets IMAP and POP3 logins, relaying and probes be read off', () => {
    const attempts = new Map(cells('kinds', ['kind', 'attempts']).map(([kind, count]) => [kind, count]));
    const groups = new Map(cells('kind-groups', ['group', 'attempts']).map(([group, count]) => [group, count]));

    expect(groups.get('IMAP and POP3 logins')).toBe(886);
    expect(attempts.get('mail.relay')).toBe(57);
    expect(attempts.get('web.probe.env')).toBe(512);
    expect(cells('kind-services', ['service', 'attempts', 'bans'])).toEqual([
      ['web', 12465, 1222],
      ['mail', 1026, 442],
      ['ssh', 204, 34],
      ['total', 13695, 1698],
    ]);
  });

  test('makeReport() counts research scanners apart', () => {
    const { bans } = articleMonth();
    const of = (scanner: string | undefined) => bans.filter((ban) => ban.origin.scanner === scanner).length;

    expect(cells('scanners', ['scanner', 'addresses', 'bans'])).toEqual([
      ['Censys', 58, of('Censys')],
      ['Shodan', 5, of('Shodan')],
      ['Shadowserver', 4, of('Shadowserver')],
      ['Stretchoid', 4, of('Stretchoid')],
      ['everyone else', 816, of(undefined)],
      ['total', 887, 1698],
    ]);
    expect(cells('without-scanners', ['service', 'bans', 'addresses']).at(-1)).toEqual(['total', of(undefined), 816]);
  });

  test('makeReport() passes its own audit', () => {
    expect(audit(month)).toEqual([]);
  });
});
