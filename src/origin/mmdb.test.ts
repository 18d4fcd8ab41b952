import { describe, expect, it } from 'vitest';
import { openMmdb } from './mmdb.ts';
import type { PartialOrigin } from './origin-source.ts';
import { control, encode, MARKER, type MmdbShape, mmdbBytes, type Plain, pointer } from './testing/mmdb-writer.ts';
import { address, problemOf, scratch } from './testing/scratch.ts';

const files = scratch();
let written = 0;
const open = (bytes: Buffer): ReturnType<typeof openMmdb> => openMmdb(files.write(`${written++}.mmdb`, bytes));

/** What a file says of 203.0.113.7 when the network has the record. */
function partOf(record: Plain, shape?: MmdbShape): PartialOrigin | undefined {
  const source = open(mmdbBytes({ '203.0.113.0/24': record }, shape));
  const part = source.lookup(address('203.0.113.7'));
  source.close();
  return part && JSON.parse(JSON.stringify(part));
}

describe('openMmdb', () => {
  const network = '203.0.113.0/24';
  it.each<[maker: string, record: Plain, part: PartialOrigin]>([
    ['GeoLite2 Country', { country: { iso_code: 'DE', names: { en: 'Germany' } } }, { country: 'DE' }],
    ['GeoLite2 Country without a country', { registered_country: { iso_code: 'DE' } }, {}],
    [
      'GeoLite2 City',
      { country: { iso_code: 'DE' }, location: { latitude: 52.5244, longitude: 13.4105, time_zone: 'Europe/Berlin' } },
      { country: 'DE', latitude: 52.5244, longitude: 13.4105 },
    ],
    [
      'GeoLite2 ASN',
      { autonomous_system_number: 64500, autonomous_system_organization: 'Example' },
      { asn: 64500, organization: 'Example', network },
    ],
    [
      'GeoIP2 Enterprise',
      { traits: { autonomous_system_number: 64500, autonomous_system_organization: 'Example' } },
      { asn: 64500, organization: 'Example', network },
    ],
    [
      'IPinfo Lite',
      { asn: 'AS64500', as_name: 'Example', as_domain: 'example.com', country: 'Germany', country_code: 'DE' },
      { country: 'DE', asn: 64500, organization: 'Example', network },
    ],
    ['IPinfo Country ASN', { country: 'DE', country_name: 'Germany', asn: '' }, { country: 'DE' }],
    ['ip-location-db country', { country_code: 'DE' }, { country: 'DE' }],
    [
      'ip-location-db city',
      { country_code: 'DE', latitude: 52.370_197_296_142_58, longitude: 4.89 },
      { country: 'DE', latitude: 52.3702, longitude: 4.89 },
    ],
    [
      'Geo Open',
      { country: { iso_code: 'BE', AutonomousSystemNumber: '64500', AutonomousSystemOrganization: 'Example' } },
      { country: 'BE', asn: 64500, organization: 'Example', network },
    ],
    ['GeoIP2 Enterprise with a user type', { traits: { user_type: 'college' } }, { type: 'education' }],
    ['GeoIP2 Anonymous IP', { is_anonymous: true, is_hosting_provider: true }, { type: 'hosting' }],
    ['a VPN on a host', { is_anonymous_vpn: true, is_hosting_provider: true }, { type: 'vpn' }],
    ['GeoIP2 Anonymous IP of nobody', { is_anonymous: false, is_hosting_provider: false }, {}],
    ['IPinfo ASN', { asn: 'AS64500', name: 'Example', type: 'isp' }, { asn: 64500, type: 'access', network }],
    ['IPinfo Privacy', { hosting: 'true', vpn: '', proxy: '' }, { type: 'hosting' }],
    ['a type that is none of ours', { type: 'inactive', user_type: 'router' }, {}],
    ['types of nonsense', { type: 7, user_type: ['x'], vpn: 1, traits: 'vpn' }, {}],
    ['placeholders', { country_code: 'XX', asn: 0, as_name: '-', latitude: 0, longitude: 0 }, {}],
    ['nonsense', { country_code: 7, asn: 'many', latitude: 91, longitude: 'east', location: [1] }, {}],
    ['no map', 'DE', {}],
  ])('reads what %s says', (_, record, part) => {
    expect(partOf(record)).toEqual(part);
  });

  it.each<[MmdbShape]>([
    [{ version: 4, recordSize: 24 }],
    [{ version: 4, recordSize: 28 }],
    [{ version: 4, recordSize: 32 }],
    [{ version: 6, recordSize: 28 }],
    [{ version: 6, recordSize: 32 }],
  ])('reads a tree of %j', (shape) => {
    expect(partOf({ asn: 64500 }, shape)).toEqual({ asn: 64500, network });
  });

  it.each([
    ['0.0.0.0/1', 0xf0],
    ['128.0.0.0/1', 0x0f],
  ])('reads the upper four bits of a record of 28 bits for %s', (half, middle) => {
    const bytes = mmdbBytes({ [half]: { country_code: 'DE' } }, { version: 4, recordSize: 28 });
    bytes[3] = middle;
    const path = files.write('upper.mmdb', bytes);
    expect(problemOf(() => openMmdb(path)).text).toContain(`1 bytes at ${0xf00_0000 + 23} are not in a file`);
  });

  it('does not know IPv6 in a tree for IPv4', () => {
    const source = open(mmdbBytes({ '203.0.113.0/24': { country_code: 'DE' } }, { version: 4 }));
    expect(source.lookup(address('2001:db8::1'))).toBeUndefined();
  });

  it('reads an IPv4 address from a record that covers more than IPv4', () => {
    const source = open(mmdbBytes({ '::/8': { country_code: 'DE', asn: 64500 } }));
    expect(source.lookup(address('203.0.113.7'))).toMatchObject({ country: 'DE', network: undefined });
  });

  it('follows a pointer to a value that several records share', () => {
    const source = open(
      mmdbBytes({
        '192.0.2.0/24': Buffer.concat([control(7, 1), encode('country_code'), encode('DE')]),
        '203.0.113.0/24': Buffer.concat([control(7, 1), pointer(1), pointer(14)]),
      }),
    );
    expect(source.lookup(address('203.0.113.7'))).toMatchObject({ country: 'DE' });
  });

  it('is named after its file and dated by its metadata', () => {
    const source = openMmdb(
      files.write('GeoLite2-Country.mmdb', mmdbBytes({ '192.0.2.0/24': { country_code: 'DE' } })),
    );
    expect(source).toMatchObject({
      name: 'GeoLite2-Country',
      date: '2026-06-17',
      gives: ['country'],
      credit: undefined,
    });
  });

  it.each([
    ['GeoLite2-City', /MaxMind/],
    ['DBIP-City-Lite', /DB-IP.*CC BY 4.0/],
    ['ipinfo standard_free_country_asn.mmdb', /IPinfo.*CC BY-SA 4.0/],
  ])('credits the maker of %s', (type, credit) => {
    const bytes = mmdbBytes({ '192.0.2.0/24': { country_code: 'DE' } }, { metadata: { database_type: type } });
    expect(open(bytes).credit).toMatch(credit);
  });

  it.each<[what: string, bytes: Buffer, text: RegExp]>([
    ['an empty file', Buffer.alloc(0), /no metadata/],
    ['a web page', Buffer.from('<html>404'), /no metadata/],
    ['a marker and nothing', Buffer.concat([Buffer.alloc(99), MARKER]), /1 bytes at 113 are not in a file of 113/],
    ['metadata that are text', Buffer.concat([MARKER, encode('hello')]), /not a map/],
    ['another version', mmdbBytes({}, { metadata: { binary_format_major_version: 3 } }), /not version 2/],
    ['an empty tree', mmdbBytes({}, { metadata: { node_count: 0 } }), /tree is empty/],
    ['more nodes than bytes', mmdbBytes({}, { metadata: { node_count: 2 ** 40 } }), /truncated/],
    ['a record size of 20', mmdbBytes({}, { metadata: { record_size: 20 } }), /record size is unknown/],
    ['IP version 5', mmdbBytes({}, { metadata: { ip_version: 5 } }), /IP version is unknown/],
  ])('refuses %s in a sentence', (_, bytes, text) => {
    const path = files.write('bad.mmdb', bytes);
    const problem = problemOf(() => openMmdb(path), files.folder);
    expect(problem.status).toBe(65);
    expect(problem.text).toMatch(/^bad\.mmdb: is not a readable MMDB: .* \(download it again\)$/);
    expect(problem.text).toMatch(text);
  });

  it('survives a date that no calendar has', () => {
    expect(open(mmdbBytes({}, { metadata: { build_epoch: 2 ** 52 } })).date).toBe('undated');
    expect(open(mmdbBytes({}, { metadata: { build_epoch: 'soon' } })).date).toBe('undated');
  });
});
