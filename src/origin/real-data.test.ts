/** The readers on the real files: the embedded table beside mmdb-lib, location.db beside its makers' own tool. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type CountryResponse, Reader } from 'mmdb-lib';
import { describe, expect, it } from 'vitest';
import { type Address, fromWords } from '../base/address.ts';
import { WELL_KNOWN } from './discovery.ts';
import { openLocation } from './location.ts';
import { openMmdb } from './mmdb.ts';
import { address } from './testing/scratch.ts';

const embedded = createRequire(import.meta.url).resolve(
  '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb',
);
const location = WELL_KNOWN.files.find((path) => existsSync(path));
const tool = ['/usr/bin/location'].find((path) => existsSync(path));

/** IPv4 from everywhere, IPv6 from where registries give it out. Always the same. */
function sample(size: number): Address[] {
  let state = 4242;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state ^ (state >>> 15);
  };
  const v6 = [0x2001, 0x2400, 0x2404, 0x2600, 0x2604, 0x2804, 0x2a00, 0x2a02, 0x2c0f];
  return Array.from({ length: size }, (_, i) => {
    if (i % 2 === 0) return fromWords(0, 0, 0xffff, random());
    return fromWords(((v6[i % v6.length] ?? 0) << 16) | (random() & 0xffff), random(), random(), random());
  });
}

describe('the embedded country table', () => {
  it('is answered as mmdb-lib answers it', () => {
    const source = openMmdb(embedded);
    const reader = new Reader<CountryResponse>(readFileSync(embedded));
    const addresses = sample(4_000);
    const theirs = addresses.map(({ text }) => JSON.stringify(reader.get(text)).match(/"country_code":"(\w\w)"/)?.[1]);
    expect(addresses.map((one) => source.lookup(one)?.country)).toEqual(theirs);
    expect(theirs.filter((country) => country !== undefined).length).toBeGreaterThan(1_000);
    expect(source).toMatchObject({ gives: ['country'], faults: 0 });
    expect(source.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    source.close();
  });
});

const missing = location === undefined ? 'SKIPPED, libloc-database is not installed: ' : '';
if (location === undefined) console.warn('src/origin/real-data.test.ts: no location.db, its tests are skipped');

describe.skipIf(location === undefined)(`${missing}the installed location.db`, () => {
  it('knows who runs well-known addresses', () => {
    const source = openLocation(location ?? '');
    expect(source.lookup(address('8.8.8.8'))).toMatchObject({ asn: 15169, network: '8.8.8.0/24' });
    expect(source.lookup(address('2001:4860:4860::8888'))).toMatchObject({ asn: 15169 });
    expect(source.lookup(address('192.0.2.1'))).toBeUndefined();
    expect(source.credit).toContain('CC BY-SA 4.0');
    source.close();
  });

  it.skipIf(tool === undefined)(
    `${tool ? '' : 'SKIPPED, location is not installed: '}is answered as its tool answers it`,
    () => {
      const source = openLocation(location ?? '');
      // The tool stops at an address that it does not know.
      const known = sample(1_500).filter((one) => source.lookup(one)?.asn !== undefined);
      const said = execFileSync(tool ?? '', ['lookup', ...known.map(({ text }) => text)], { encoding: 'utf8' });
      const blocks = said.split(/^(?=\S)/m).map((block) => ({
        network: /^ {2}Network +: (\S+)/m.exec(block)?.[1],
        asn: Number(/^ {2}Autonomous System +: AS(\d+)/m.exec(block)?.[1]),
        type: /^ {2}Anonymous Proxy +: yes/m.test(block) ? 'vpn' : undefined,
        organization: /^ {2}Autonomous System +: AS\d+ - (.*)$/m.exec(block)?.[1]?.trim().replace(/\s+/g, ' '),
      }));
      expect(known.length).toBeGreaterThan(300);
      const ours = known.map((one) => {
        const { network, asn, type, organization } = source.lookup(one) ?? {};
        return { network, asn, type, organization };
      });
      expect(ours).toEqual(blocks);
      source.close();
    },
  );
});
