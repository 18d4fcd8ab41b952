import { utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openTable, tableFrom } from './table.ts';
import { address, problemOf, scratch } from './testing/scratch.ts';

const files = scratch();
const table = (text: string): ReturnType<typeof tableFrom> => tableFrom(text, { path: 'own.csv', date: '2024-10-01' });

describe('tableFrom', () => {
  it('takes columns in any order and case, and leaves empty cells unknown', () => {
    const source = table(
      'Note,Organization,NETWORK,asn,latitude,longitude,country\n' +
        'the office,"Example, Inc.",192.0.2.0/24,AS64500,52.5,-13.25,de\n,,198.51.100.7,,,,\n,,203.0.113.0/24,,,,FR\n',
    );
    expect(source.lookup(address('192.0.2.9'))).toEqual({
      country: 'DE',
      asn: 64500,
      organization: 'Example, Inc.',
      network: '192.0.2.0/24',
      latitude: 52.5,
      longitude: -13.25,
    });
    expect(source.lookup(address('198.51.100.7'))).toEqual({});
    expect(source.lookup(address('203.0.113.1'))).toEqual({ country: 'FR' });
    expect(source.gives).toEqual(['country', 'asn', 'organization', 'network', 'coordinates']);
    expect(source).toMatchObject({ name: 'own.csv', date: '2024-10-01', credit: undefined });
  });

  it('takes the type of a network', () => {
    const source = table('network,type\n192.0.2.0/24,Hosting\n198.51.100.0/24,\n');
    expect([source.lookup(address('192.0.2.9')), source.lookup(address('198.51.100.1'))]).toEqual([
      { type: 'hosting' },
      {},
    ]);
    expect(source.gives).toEqual(['type']);
    expect(problemOf(() => table('network,type\n192.0.2.0/24,cloud\n')).text).toBe(
      'own.csv:2: "cloud" is not a type of network: hosting, access, business, education, government, vpn, scanner',
    );
  });

  it('answers by the longest network, and keeps IPv4 out of ::/0', () => {
    const source = table(
      'network,organization\n0.0.0.0/0,four\n::/0,six\n192.0.2.0/24,net\n192.0.2.1,host\n2001:db8::/32,doc\n',
    );
    const name = (text: string): string | undefined => source.lookup(address(text))?.organization;
    expect(['192.0.2.1', '192.0.2.2', '192.0.3.1', '2001:db8::1', '::1'].map(name)).toEqual([
      'host',
      'net',
      'four',
      'doc',
      'six',
    ]);
    expect(table('network,country\n::/0,DE\n').lookup(address('192.0.2.1'))).toBeUndefined();
  });

  it.each<[what: string, text: string, problem: string]>([
    ['an empty table', '', 'own.csv:1: the table is empty'],
    [
      'a misspelled column',
      'network,organisation\n',
      'own.csv:1: there is no column "organisation" (did you mean organization?)',
    ],
    ['a column twice', 'network,asn,asn\n', 'own.csv:1: the column asn appears twice'],
    ['no network', 'asn,country\n', 'own.csv:1: there is no column network'],
    [
      'no header',
      '192.0.2.0/24,DE\n',
      'own.csv:1: there is no column "192.0.2.0/24"\nown.csv:1: there is no column "DE"\nown.csv:1: there is no column network',
    ],
    ['too few cells', 'network,asn\n192.0.2.1\n', 'own.csv:2: 1 cells, where the first line has 2'],
    [
      'no address',
      'network\nexample.com\n',
      'own.csv:2: "example.com" is not a network (ADDRESS or ADDRESS/PREFIX, host bits zero)',
    ],
    [
      'host bits',
      'network\n192.0.2.1/24\n',
      'own.csv:2: "192.0.2.1/24" is not a network (ADDRESS or ADDRESS/PREFIX, host bits zero)',
    ],
    [
      'a network twice',
      'network,asn\n192.0.2.0/24,1\n\n192.0.2.0/24,2\n',
      'own.csv:4: 192.0.2.0/24 appears twice, first in line 2',
    ],
    [
      'a long country',
      'network,country\n192.0.2.1,DEU\n',
      'own.csv:2: "DEU" is not a country of two letters (ISO 3166-1)',
    ],
    ['a strange ASN', 'network,asn\n192.0.2.1,ASX\n', 'own.csv:2: "ASX" is not an AS number'],
    [
      'half a place',
      'network,latitude,longitude\n192.0.2.1,5,\n',
      'own.csv:2: "5, " is not a latitude and a longitude in degrees',
    ],
    ['an open quote', 'network\n"192.0.2.1\n', 'own.csv:2: a quote that is never closed'],
  ])('refuses %s', (_, text, problem) => {
    expect(problemOf(() => table(text))).toEqual({ status: 65, text: problem });
  });

  it('tells the first twenty problems and stops', () => {
    const { text } = problemOf(() => table(`network\n${'nowhere\n'.repeat(50)}`));
    expect(text.split('\n')).toHaveLength(20);
  });

  it('stops at its limit of networks', () => {
    const rows = Array.from({ length: 200_001 }, (_, i) => `198.18.${(i >> 8) & 255}.${i & 255}\n`);
    const more = Array.from(
      { length: 140_000 },
      (_, i) => `2001:db8::${(i >> 8).toString(16)}:${(i & 255).toString(16)}\n`,
    );
    const { text } = problemOf(() => table(`network\n${rows.slice(0, 65_536).join('')}${more.join('')}`));
    expect(text).toMatch(/^own\.csv:200002: more than 200000 networks \(build an MMDB\)/);
  });
});

describe('openTable', () => {
  it('dates a file by its last change', () => {
    const path = files.write('dated.csv', 'network,country\n192.0.2.0/24,DE\n');
    utimesSync(path, 0, Date.UTC(2024, 9, 3) / 1000);
    expect(openTable(path)).toMatchObject({ name: 'dated.csv', date: '2024-10-03', gives: ['country'] });
  });

  it('refuses what is missing and what is a folder', () => {
    expect(problemOf(() => openTable('/nowhere/own.csv'))).toEqual({
      status: 66,
      text: '/nowhere/own.csv: there is no such file',
    });
    expect(problemOf(() => openTable(files.folder)).text).toMatch(/not a regular file$/);
  });
});
