import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WellKnown } from './discovery.ts';
import { memorySource } from './memory.ts';
import { parseOrganizations } from './organizations.ts';
import { type OriginOptions, type Origins, openOrigins } from './origin.ts';
import type { PartialOrigin } from './origin-source.ts';
import { parseScanners } from './scanners.ts';
import { locationBytes } from './testing/location-writer.ts';
import { mmdbBytes } from './testing/mmdb-writer.ts';
import { address, problemOf, scratch } from './testing/scratch.ts';

const files = scratch();
const nowhere: WellKnown = { files: [], folders: [] };

const organizations = parseOrganizations([
  {
    path: 'o.toml',
    text:
      'date = 2024-01-02\n[[organization]]\nname = "Example, Inc."\nasns = [64500]\nnames = ["EX-01"]\nreason = "Says so."\n' +
      '[[organization]]\nname = "Rents, Inc."\ntype = "hosting"\nreason = "Says so."\n',
  },
]);
const scanners = parseScanners([
  {
    path: 's.toml',
    text: 'date = 2024-01-03\n[[scanner]]\nname = "Looker"\norganizations = ["EX-01"]\nabout = "Looks."\nsource = "Says so."\n',
  },
]);

function open(options: Partial<OriginOptions>): Origins {
  return openOrigins({ paths: [], discover: 'no', organizations, scanners, ...options });
}

/** The answer of sources in memory, named a, b, ... */
function answer(...parts: PartialOrigin[]): ReturnType<Origins['lookup']> {
  const first = parts.map((part, i) =>
    memorySource({ '203.0.113.0/24': part }, { name: 'abc'[i] ?? '', date: '2024' }),
  );
  return open({ first }).lookup(address('203.0.113.7'));
}

describe('openOrigins, lookup', () => {
  it('takes each field from the first source that knows it, and says which', () => {
    const origin = answer(
      { country: 'DE' },
      { country: 'FR', asn: 64501, organization: 'One', network: '203.0.113.0/24' },
      { asn: 64501, organization: 'Two', latitude: 1, longitude: 2 },
    );
    expect(origin).toEqual({
      country: 'DE',
      asn: 64501,
      organization: 'One',
      organizationAsGiven: 'One',
      network: '203.0.113.0/24',
      scanner: undefined,
      latitude: 1,
      longitude: 2,
      sources: ['country: a 2024', 'asn, organization, network: b 2024', 'coordinates: c 2024'],
    });
    expect(Object.isFrozen(origin)).toBe(true);
  });

  it('does not take a name from a source that sees another ASN', () => {
    expect(answer({ asn: 64501 }, { asn: 64502, organization: 'Two', network: '203.0.113.0/24' })).toMatchObject({
      asn: 64501,
      organization: undefined,
      network: undefined,
      sources: ['asn: a 2024'],
    });
    expect(answer({ asn: 64501 }, { asn: 64501, organization: 'One' })).toMatchObject({ organization: 'One' });
    expect(answer({ asn: 64501 }, { organization: 'One' })).toMatchObject({ organization: 'One' });
  });

  it('merges names by the ASN and by the name, and keeps what the source called it', () => {
    const merged = { organization: 'Example, Inc.' };
    expect(answer({ asn: 64500, organization: 'EX-99' })).toMatchObject({ ...merged, organizationAsGiven: 'EX-99' });
    expect(answer({ organization: 'EX-01' })).toMatchObject({ ...merged, organizationAsGiven: 'EX-01' });
    expect(answer({ asn: 64500 })).toMatchObject({ ...merged, organizationAsGiven: undefined });
  });

  it('does not rename what a more trusted source has named', () => {
    const origin = answer({ organization: 'Customer of Example' }, { asn: 64500, organization: 'EX-01' });
    expect(origin).toMatchObject({ organization: 'Customer of Example', asn: 64500, scanner: undefined });
  });

  it('sets research scanners apart by what a source calls them', () => {
    expect(answer({ organization: 'EX-01' }).scanner).toBe('Looker');
    expect(answer({ organization: 'EX-02' }).scanner).toBeUndefined();
  });

  it('knows the type of a network by who it is, by a source, by the company, in this order, and says by whom', () => {
    expect(answer({ organization: 'EX-01', type: 'hosting' })).toMatchObject({
      type: 'scanner',
      sources: ['organization, type: a 2024', 'type: s.toml 2024-01-03'],
    });
    expect(answer({ organization: 'RENTS INC', type: 'vpn' })).toMatchObject({
      type: 'vpn',
      sources: ['organization, type: a 2024'],
    });
    expect(answer({ organization: 'RENTS INC' }, { type: 'access' })).toMatchObject({
      type: 'access',
      sources: ['organization: a 2024', 'type: b 2024'],
    });
    expect(answer({ organization: 'RENTS INC' })).toMatchObject({
      type: 'hosting',
      sources: ['organization: a 2024', 'type: o.toml 2024-01-02'],
    });
    expect(answer({ organization: 'Unheard Of' })).toMatchObject({
      type: undefined,
      sources: ['organization: a 2024'],
    });
  });

  it('knows nothing of an address that no source knows', () => {
    const origin = open({ first: [memorySource({})] }).lookup(address('203.0.113.7'));
    expect(origin).toMatchObject({ country: undefined, organization: undefined, sources: [] });
  });

  it('asks only what the user named about private addresses', () => {
    const home = address('192.168.0.1');
    expect(open({}).lookup(home)).toMatchObject({ country: undefined, sources: [] });
    expect(open({}).lookup(address('1.1.1.1')).country).toMatch(/^[A-Z][A-Z]$/);
    expect(open({ first: [memorySource({ '192.168.0.0/16': { country: 'DE' } })] }).lookup(home).country).toBe('DE');
  });

  it('remembers answers, as many as its limit', () => {
    const source = memorySource({ '::/0': { country: 'DE' } });
    let asked = 0;
    const home = address('2001:db8::');
    const lookup = (one: typeof home): PartialOrigin | undefined => {
      asked++;
      return source.lookup(one);
    };
    const counting = { ...source, lookup };
    const origins = open({ first: [counting] });
    expect(origins.lookup(home)).toBe(origins.lookup(home));
    expect(asked).toBe(1);
    for (let i = 1; i <= 10_000; i++) origins.lookup(address(`2001:db8::${i.toString(16)}`));
    origins.lookup(home);
    expect(asked).toBe(10_002);
  });
});

describe('openOrigins, sources', () => {
  const names = (origins: Origins): string[] => origins.sources.map((source) => source.name);
  const asn = mmdbBytes({ '203.0.113.0/24': { autonomous_system_number: 64500 } });
  const country = mmdbBytes({ '203.0.113.0/24': { country: { iso_code: 'DE' } } }, { metadata: { build_epoch: 0 } });
  const location = (created: number): Buffer => locationBytes({ networks: {}, created: created / 1000 });

  it('asks the named files in their order, then the country table that is embedded', () => {
    const table = files.write('own.csv', 'network,country\n203.0.113.0/24,NL\n');
    const database = files.write('unusual-name.bin', asn);
    const origins = open({ paths: [database, table] });
    expect(names(origins)).toEqual(['unusual-name.bin', 'own.csv', 'geo-whois-asn-country']);
    expect(origins.lookup(address('203.0.113.7'))).toMatchObject({ country: 'NL', asn: 64500 });
    expect(origins.credits).toEqual([expect.stringMatching(/NRO.*CC BY 4\.0/)]);
    origins.close();
    expect(origins.lookup(address('203.0.113.7'))).toMatchObject({ country: undefined, asn: undefined });
  });

  it('finds what packages install: MMDBs with ASNs, other MMDBs, then IPFire Location', () => {
    const wellKnown = {
      files: [
        files.write('lib/database.db', location(Date.UTC(2099, 0, 1))),
        files.write('share/location.db', location(Date.UTC(2098, 0, 1))),
        join(files.folder, 'absent.db'),
      ],
      folders: [join(files.folder, 'GeoIP'), join(files.folder, 'absent')],
    };
    files.write('GeoIP/A-Country.mmdb', country);
    files.write('GeoIP/B-ASN.mmdb', asn);
    files.write('GeoIP/GeoIP.dat', 'an old format');
    files.write('GeoIP/broken.mmdb', asn.subarray(0, 99));
    files.write('GeoIP/incomes.mmdb', mmdbBytes({ '203.0.113.0/24': { average_income: 9 } }));
    symlinkSync(join(files.folder, 'GeoIP/B-ASN.mmdb'), join(files.folder, 'GeoIP/C-link.mmdb'));
    const origins = open({ discover: 'yes', wellKnown });
    expect(names(origins)).toEqual(['B-ASN', 'A-Country', 'location.db', 'geo-whois-asn-country']);
    expect(origins.sources.find(({ name }) => name === 'location.db')?.date).toBe('2099-01-01');
    expect(origins.skipped.map(({ where, what }) => `${where} ${what}`)).toEqual([
      `${join(files.folder, 'GeoIP/broken.mmdb')} is no origin data that Rapsheet can read`,
      `${join(files.folder, 'GeoIP/incomes.mmdb')} says nothing of countries, networks or places`,
    ]);
    origins.close();
  });

  it('asks the embedded table for the country before an older IPFire Location', () => {
    const old = files.write('old/location.db', location(Date.UTC(2022, 9, 23)));
    const origins = open({ discover: 'yes', wellKnown: { files: [old], folders: [] } });
    expect(names(origins)).toEqual(['geo-whois-asn-country', 'location.db']);
  });

  it('opens a file once that is named and would be found', () => {
    const path = files.write('once/B-ASN.mmdb', asn);
    const wellKnown = { files: [], folders: [join(files.folder, 'once')] };
    expect(names(open({ paths: [path], discover: 'yes', wellKnown }))).toEqual(['B-ASN', 'geo-whois-asn-country']);
  });

  it('does not look around when told not to', () => {
    const wellKnown = { files: [], folders: [join(files.folder, 'GeoIP')] };
    expect(names(open({ discover: 'no', wellKnown }))).toEqual(['geo-whois-asn-country']);
  });

  it('goes on with the old data when a file is replaced by renaming', () => {
    const path = files.write('replaced.mmdb', asn);
    const origins = open({ paths: [path] });
    writeFileSync(`${path}.new`, 'garbage');
    renameSync(`${path}.new`, path);
    expect(origins.lookup(address('203.0.113.7')).asn).toBe(64500);
  });

  it.each([
    ['a page of a captive portal', 'page.mmdb', '<html></html>', 65, 'is no origin data that Rapsheet can read'],
    ['a compressed file', 'GeoLite2.tar.gz', Buffer.from('1f8b0800', 'hex'), 65, '(unpack it first)'],
    ['an empty file', 'empty.db', '', 65, 'is no origin data that Rapsheet can read'],
    ['a table with a problem', 'bad.csv', 'network\nx\n', 65, 'bad.csv:2: "x" is not a network'],
  ])('refuses %s that the user names', (_, name, content, status, text) => {
    const path = files.write(name, content);
    const problem = problemOf(() => open({ paths: [path], wellKnown: nowhere }), files.folder);
    expect(problem.status).toBe(status);
    expect(problem.text).toContain(text);
  });

  it('refuses a named file that is not there', () => {
    expect(problemOf(() => open({ paths: ['/nowhere/x.mmdb'] }))).toEqual({
      status: 66,
      text: '/nowhere/x.mmdb: there is no such file',
    });
  });
});
