/** What every source does, whatever it reads. A new source adds itself to the table. */
import { describe, expect, it } from 'vitest';
import { openLocation } from './location.ts';
import { memorySource } from './memory.ts';
import { openMmdb } from './mmdb.ts';
import type { OriginSource } from './origin-source.ts';
import { openTable } from './table.ts';
import { locationBytes } from './testing/location-writer.ts';
import { mmdbBytes } from './testing/mmdb-writer.ts';
import { address, scratch } from './testing/scratch.ts';

const files = scratch();

const record = (country: string, asn: number): { [key: string]: string | number } => ({
  country_code: country,
  autonomous_system_number: asn,
  autonomous_system_organization: `Example ${asn}`,
});

/** Each opens the same knowledge: three networks, one of them inside of another. */
const SOURCES: ReadonlyArray<readonly [name: string, open: () => OriginSource]> = [
  [
    'memory',
    () =>
      memorySource({
        '203.0.113.0/24': { country: 'DE', asn: 64500, organization: 'Example 64500', network: '203.0.113.0/24' },
        '203.0.113.128/25': { country: 'NL', asn: 64501, organization: 'Example 64501', network: '203.0.113.128/25' },
        '2001:db8::/32': { country: 'JP', asn: 64502, organization: 'Example 64502', network: '2001:db8::/32' },
      }),
  ],
  [
    'table',
    () =>
      openTable(
        files.write(
          'own.csv',
          'network,country,asn,organization\n203.0.113.0/24,DE,64500,Example 64500\n' +
            '203.0.113.128/25,NL,AS64501,Example 64501\n2001:db8::/32,JP,64502,Example 64502\n',
        ),
      ),
  ],
  [
    'mmdb',
    () =>
      openMmdb(
        files.write(
          'test.mmdb',
          mmdbBytes({
            '203.0.113.0/25': record('DE', 64500),
            '203.0.113.128/25': record('NL', 64501),
            '2001:db8::/32': record('JP', 64502),
          }),
        ),
      ),
  ],
  [
    'location',
    () =>
      openLocation(
        files.write(
          'location.db',
          locationBytes({
            networks: {
              '203.0.113.0/24': { country: 'DE', asn: 64500 },
              '203.0.113.128/25': { country: 'NL', asn: 64501 },
              '2001:db8::/32': { country: 'JP', asn: 64502 },
            },
            ases: { 64500: 'Example 64500', 64501: 'Example 64501', 64502: 'Example 64502' },
          }),
        ),
      ),
  ],
];

describe.each(SOURCES)('source %s', (_, open) => {
  it.each([
    ['203.0.113.7', 'DE', 64500],
    ['203.0.113.255', 'NL', 64501],
    ['2001:db8:ffff::1', 'JP', 64502],
  ])('knows %s by the longest network that holds it', (text, country, asn) => {
    const source = open();
    const part = source.lookup(address(text));
    expect(part).toMatchObject({ country, asn, organization: `Example ${asn}` });
    expect(part?.network).toMatch(/\//);
    source.close();
  });

  it.each([
    '192.0.2.1',
    '0.0.0.0',
    '255.255.255.255',
    '203.0.112.255',
    '203.0.114.0',
    '::',
    '2001:db7:ffff::',
    'ffff::',
  ])('does not know %s', (text) => {
    const source = open();
    expect(source.lookup(address(text))).toBeUndefined();
    expect(source.faults).toBe(0);
    source.close();
  });

  it('says what it is and what it gives', () => {
    const source = open();
    expect(source.name).not.toBe('');
    expect(source.date).toMatch(/^(?:\d{4}-\d\d-\d\d|undated)$/);
    // The types that location.db knows show in its records only, which are not searched for one.
    expect(source.gives.filter((field) => field !== 'type')).toEqual(['country', 'asn', 'organization', 'network']);
    source.close();
  });

  it('knows nothing after it was closed, and closes twice', () => {
    const source = open();
    source.close();
    source.close();
    expect(source.lookup(address('203.0.113.7'))).toBeUndefined();
  });
});
