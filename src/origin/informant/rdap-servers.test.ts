import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { address, problemOf, scratch } from '../testing/scratch.ts';
import { bundledServers, ianaServers } from './rdap-servers.ts';

const files = scratch();
const TABLE = fileURLToPath(new URL('../../../data/registries.toml', import.meta.url));

describe('bundledServers()', () => {
  it.each([
    ['8.8.8.8', 'https://rdap.arin.net/registry/'],
    ['44.0.0.1', 'https://rdap.arin.net/registry/'],
    ['79.110.62.40', 'https://rdap.db.ripe.net/'],
    ['95.255.255.255', 'https://rdap.db.ripe.net/'],
    ['96.0.0.0', 'https://rdap.arin.net/registry/'],
    ['194.0.0.1', 'https://rdap.db.ripe.net/'],
    ['112.0.0.0', 'https://rdap.apnic.net/'],
    ['119.255.0.1', 'https://rdap.apnic.net/'],
    ['223.255.255.254', 'https://rdap.apnic.net/'],
    ['187.1.1.1', 'https://rdap.lacnic.net/rdap/'],
    ['201.0.0.1', 'https://rdap.lacnic.net/rdap/'],
    ['197.0.0.1', 'https://rdap.afrinic.net/rdap/'],
    ['2001:4860::1', 'https://rdap.arin.net/registry/'],
    ['2001:67c::1', 'https://rdap.db.ripe.net/'],
    ['2a10::1', 'https://rdap.db.ripe.net/'],
    ['2401::1', 'https://rdap.apnic.net/'],
    ['2803::1', 'https://rdap.lacnic.net/rdap/'],
    ['2c0f::1', 'https://rdap.afrinic.net/rdap/'],
  ])('knows who is asked about %s', (text, url) => {
    expect(bundledServers(TABLE).baseOf(address(text))?.href).toBe(url);
  });

  it.each(['10.0.0.1', '127.0.0.1', '203.0.113.7', '224.0.0.1', '255.255.255.255', 'fe80::1', '2001:db8::1'])(
    'asks nobody about %s',
    (text) => {
      expect(bundledServers(TABLE).baseOf(address(text))).toBeUndefined();
    },
  );

  it('covers each /8 of IPv4 with one registry', () => {
    const servers = bundledServers(TABLE);
    const counts = new Map<string, number>();
    for (let octet = 1; octet < 224; octet++) {
      const host = servers.baseOf(address(`${octet}.200.0.1`))?.host ?? 'nobody';
      counts.set(host, (counts.get(host) ?? 0) + 1);
    }
    // As IANA counts them; 10 and 127 are nobody's.
    expect(Object.fromEntries(counts)).toEqual({
      'rdap.apnic.net': 51,
      'rdap.db.ripe.net': 43,
      'rdap.lacnic.net': 10,
      'rdap.afrinic.net': 6,
      'rdap.arin.net': 223 - 51 - 43 - 10 - 6 - 2,
      nobody: 2,
    });
  });
});

describe('ianaServers()', () => {
  const iana = (services: unknown): string =>
    files.write('iana.json', JSON.stringify({ version: '1.0', publication: '2026-01-01T00:00:00Z', services }));

  it('reads files in the form of RFC 9224, and prefers TLS', () => {
    const v4 = files.write(
      'ipv4.json',
      JSON.stringify({
        services: [
          [
            ['203.0.113.0/24', '198.51.100.0/24'],
            ['http://rdap.example.net', 'https://rdap.example.net/x'],
          ],
          [['203.0.113.128/25'], ['http://[2001:db8::1]:8080/']],
        ],
      }),
    );
    const v6 = files.write(
      'ipv6.json',
      JSON.stringify({ services: [[['2001:db8::/32'], ['https://six.example.net/']]] }),
    );
    const servers = ianaServers([v4, v6]);
    const urls = ['203.0.113.7', '203.0.113.200', '198.51.100.1', '2001:db8::1', '192.0.2.1'].map(
      (text) => servers.baseOf(address(text))?.href,
    );
    expect(urls).toEqual([
      'https://rdap.example.net/x/',
      'http://[2001:db8::1]:8080/',
      'https://rdap.example.net/x/',
      'https://six.example.net/',
      undefined,
    ]);
  });

  it.each([
    ['no JSON', 'x', 'is not JSON'],
    ['another file', '{"a":1}', 'has no list of services'],
    ['no service', '{"services":[]}', 'names no network with a server that can be asked'],
    ['services of nothing', '{"services":[1,null,[],[[1],[2]],[["x"],["y"]]]}', 'names no network'],
    [
      'other protocols',
      '{"services":[[["0.0.0.0/0"],["ftp://x/","javascript:1","https://a:b@x/"]]]}',
      'names no network',
    ],
    ['a bomb', '['.repeat(100_000), 'nested deeper'],
  ])('refuses %s, with its name', (_, text, what) => {
    const path = files.write('bad.json', text);
    const problem = problemOf(() => ianaServers([path]), files.folder);
    expect(problem).toMatchObject({ status: 65, text: expect.stringContaining(`bad.json: `) });
    expect(problem.text).toContain(what);
  });

  it('refuses a file that is not there, or too large to be one', () => {
    expect(problemOf(() => ianaServers(['/nowhere/ipv4.json']))).toMatchObject({ status: 66 });
    const large = iana([[['0.0.0.0/0'], [`https://x/${'a'.repeat(1_048_576)}`]]]);
    expect(problemOf(() => ianaServers([large])).text).toContain('is larger than');
  });
});
