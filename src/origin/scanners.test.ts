import { describe, expect, it } from 'vitest';
import { parseScanners, readScanners } from './scanners.ts';
import { address, problemOf } from './testing/scratch.ts';

const file = (text: string, path = 'scan.toml'): { path: string; text: string } => ({ path, text });
const entry = (name: string, rest: string): string =>
  `[[scanner]]\nname = "${name}"\nabout = "Looks."\nsource = "Says so."\n${rest}\n`;

const EXAMPLE = [
  entry('Wide', 'networks = ["192.0.2.0/24", "2001:db8::/32"]'),
  entry('Narrow', 'networks = ["192.0.2.128/25"]\nasns = [64500]'),
  entry('Named', 'organizations = ["Named Research, Inc.", "NAMED-01"]'),
].join('\n');

describe('parseScanners', () => {
  const scanners = parseScanners([file(EXAMPLE)]);
  const none = { asn: undefined, names: [] };

  it.each([
    ['192.0.2.1', none, 'Wide'],
    ['192.0.2.200', none, 'Narrow'],
    ['2001:db8::1', none, 'Wide'],
    ['192.0.2.1', { asn: 64500, names: ['Named'] }, 'Wide'],
    ['203.0.113.1', { asn: 64500, names: ['Named'] }, 'Narrow'],
    ['203.0.113.1', { asn: 64501, names: [undefined, 'NAMED RESEARCH'] }, 'Named'],
    ['203.0.113.1', { asn: undefined, names: ['Merged Into Another', 'named-01'] }, 'Named'],
    ['203.0.113.1', { asn: undefined, names: ['named'] }, 'Named'],
    ['203.0.113.1', { asn: 64501, names: ['Named Hosting'] }, undefined],
    ['203.0.113.1', none, undefined],
  ])('takes %s with %j for %s', (text, known, name) => {
    expect(scanners.scannerOf(address(text), known)).toBe(name);
  });

  it('lets a later file say otherwise', () => {
    const both = parseScanners([file(EXAMPLE), file(entry('Mine', 'networks = ["192.0.2.0/24"]'), 'own.toml')]);
    expect(both.scannerOf(address('192.0.2.1'), none)).toBe('Mine');
    expect(both.scannerOf(address('192.0.2.200'), none)).toBe('Narrow');
  });

  it.each<[what: string, text: string, problem: string]>([
    ['a network with host bits', entry('A', 'networks = ["192.0.2.1/24"]'), 'scan.toml:5: networks: is not a network'],
    ['an unknown key', entry('A', 'ans = [1]'), 'scan.toml:5: unknown key ans (did you mean asns?)'],
    [
      'what belongs to two scanners',
      entry('A', 'asns = [1]\nnetworks = ["192.0.2.0/24"]') +
        entry('B', 'asns = [1]\nnetworks = ["192.0.2.0/24"]\norganizations = ["A Inc."]'),
      'scan.toml:12: 192.0.2.0/24 belongs to A already\nscan.toml:11: AS1 belongs to A already\n' +
        'scan.toml:13: the name a belongs to A already',
    ],
  ])('refuses %s', (_, text, problem) => {
    expect(problemOf(() => parseScanners([file(text)]))).toEqual({ status: 78, text: problem });
  });
});

describe('readScanners', () => {
  const shipped = readScanners(['data/scanners.toml']);

  it.each(['Censys', 'Shodan', 'Shadowserver', 'Stretchoid'])('knows %s by its organization alone', (name) => {
    expect(shipped.scannerOf(address('198.18.0.1'), { asn: undefined, names: [name] })).toBe(name);
  });

  it('knows Censys by its ASN and by what registries call it', () => {
    expect(shipped.scannerOf(address('198.18.0.1'), { asn: 398324, names: [] })).toBe('Censys');
    expect(shipped.scannerOf(address('198.18.0.1'), { asn: undefined, names: ['Censys, Inc.'] })).toBe('Censys');
  });

  it.each(['DigitalOcean, LLC', 'Amazon.com, Inc.', 'Hurricane Electric'])('does not take %s for one', (name) => {
    expect(shipped.scannerOf(address('198.18.0.1'), { asn: undefined, names: [name] })).toBeUndefined();
  });
});
