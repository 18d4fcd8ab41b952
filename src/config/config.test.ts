import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ProblemError } from '../base/problem.ts';
import { compileFilter } from '../filter/compile.ts';
import { proveFilter } from '../filter/proof.ts';
import { type Config, loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapsheet-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string): Config {
  const file = join(folder, 'rapsheet.toml');
  writeFileSync(file, text);
  return loadConfig({ program: '.', file });
}

function problemOf(text: string): { message: string; status: number } {
  try {
    load(text);
  } catch (error) {
    if (error instanceof ProblemError) return { message: error.message.replaceAll(folder, ''), status: error.status };
    throw error;
  }
  return { message: 'none', status: 0 };
}

describe('loadConfig()', () => {
  it('reads the defaults, which are what their comments say', () => {
    const config = load('');
    expect(config.jails.map(({ name }) => name)).toEqual([
      ...[
        'ssh',
        'relay-listed',
        'mail',
        'web',
        'ftp',
        'files',
        'database',
        'system',
        'desktop',
        'chat',
        'proxy',
        'vpn',
      ],
    ]);
    expect(config.jails[0]).toMatchObject({
      maxRetry: 5,
      findTime: 600_000,
      banTime: 3_600_000,
      growth: 2,
      maxBanTime: 604_800_000,
    });
    expect(config.allow.map(({ network }) => network.text)).toEqual(['127.0.0.0/8', '::1']);
    expect(config).toMatchObject({ ipv6Prefix: 64, report: { top: 10 } });
    expect(config.origin).toEqual({
      ...{ discover: true, sources: [], reverseDns: false, nameServers: [] },
      ...{ rdap: false, rdapServers: [], torExits: undefined, blocklists: false },
    });
  });

  it('changes only what is given, adds to the allowlist, and leaves out what is off', () => {
    const config = load(`
      [general]
      trusted_proxies = ["192.0.2.80", "2001:db8::/64"]
      zone = "Europe/Zurich"
      [[allow]]
      address = "192.0.2.0/24"
      reason = "office"
      until = 2027-01-01
      [jail.ssh]
      maxretry = 3
      weights = { "ssh.close" = 0 }
      [jail.web]
      enabled = false
      [jail.probes]
      kinds = ["web.probe.*"]
      bantime = "1d"
    `);
    const [ssh, , mail, ...others] = config.jails;
    const probes = others.find(({ name }) => name === 'probes');
    expect(ssh).toMatchObject({ name: 'ssh', maxRetry: 3, findTime: 600_000, weights: new Map([['ssh.close', 0]]) });
    expect([mail?.name, probes?.banTime]).toEqual(['mail', 86_400_000]);
    expect(others.map(({ name }) => name)).not.toContain('web');
    expect(config.allow.at(-1)).toMatchObject({ reason: 'office', until: Date.UTC(2027, 0, 1) });
    expect(config.trustedProxies.map(({ text }) => text)).toEqual(['192.0.2.80', '2001:db8::/64']);
    expect(config.zone.name).toBe('Europe/Zurich');
  });

  it.each([
    ['[jail.ssh]\nmaxrety = 5', '/rapsheet.toml:2: unknown key "jail.ssh.maxrety" (did you mean "maxretry"?)'],
    ['[jial.ssh]\nmaxretry = 5', '/rapsheet.toml:1: unknown key "jial" (did you mean "jail"?)'],
    [
      '[jail.ssh]\n\nfindtime = "ten"',
      '/rapsheet.toml:3: jail.ssh.findtime: must be a duration like "10m" (got "ten")',
    ],
    ['[jail.ssh]\nfindtime = 600', '/rapsheet.toml:2: jail.ssh.findtime: must be a duration like "10m"'],
    ['[jail.ssh]\nmaxretry = 0', '/rapsheet.toml:2: jail.ssh.maxretry: must be at least 1'],
    ['[jail.ssh]\nkinds = ["ssh.logn"]', 'jail.ssh: unknown kind "ssh.logn" (did you mean "ssh.login"?)'],
    ['[jail.mine]\nmaxretry = 5', 'jail.mine.kinds is missing (what shall it count?)'],
    [
      '[[allow]]\naddress = "192.0.2.1/24"\nreason = "x"',
      'must be an address or a network without host bits (got "192.0.2.1/24")',
    ],
    ['[[allow]]\naddress = "192.0.2.1"', '"allow.0.reason" is missing'],
    ['[general]\nzone = "Mars"', 'general.zone: there is no time zone "Mars"'],
    [
      '[report]\nhost_names = { web1 = "the shop", web2 = "the shop" }',
      '/rapsheet.toml:2: report.host_names: "web1" and "web2" are both called "the shop"',
    ],
    ['[general\nzone = "UTC"', '/rapsheet.toml:1:9:'],
  ])('says of %j what is wrong', (text, message) => {
    const problem = problemOf(text);
    expect(problem.message).toContain(message.replace('allow.0.reason', 'allow.reason'));
    expect(problem.status).toBe(78);
  });

  it('tells every problem at once', () => {
    expect(problemOf('[jail.ssh]\nmaxretry = 0\nbantime = 1\n').message.split('\n')).toHaveLength(2);
  });

  it('says that a named file is missing', () => {
    expect(() => loadConfig({ program: '.', file: join(folder, 'none.toml') })).toThrow(/there is no such file/);
  });

  it('reads the filters beside a named file, and lets one replace a shipped one of its name', () => {
    mkdirSync(join(folder, 'filters'));
    const own =
      'about = "own"\nservice = "ssh"\nformat = "syslog"\n[[pattern]]\nkind = "ssh.login"\nmatch = "no <address>"\n';
    writeFileSync(join(folder, 'filters', 'sshd.toml'), own);
    const filters = load('').filters;
    expect(filters.filter(({ name }) => name === 'sshd').map(({ about }) => about)).toEqual(['own']);
    expect(filters.length).toBeGreaterThan(4);
    writeFileSync(join(folder, 'filters', 'sshd.toml'), own.replace('match', 'mtch'));
    expect(problemOf('').message).toContain('/filters/sshd.toml:6: unknown key "pattern.mtch" (did you mean "match"?)');
    rmSync(join(folder, 'filters'), { recursive: true });
  });
});

describe.each(load('').filters.map((filter) => [filter.name, filter] as const))('filters/%s.toml', (_, filter) => {
  const kinds = new Set(load('').kinds.keys());

  it('is proven by its samples', () => {
    expect(proveFilter(filter, kinds).problems).toEqual([]);
  });

  it('has a hit for every pattern', () => {
    const { patterns } = compileFilter(filter, kinds);
    const kindsHit = new Set(filter.hits.map((hit) => hit.attempt.kind));
    expect(patterns.map(({ pattern }) => pattern.kind).filter((kind) => !kindsHit.has(kind))).toEqual([]);
  });

  it('uses documentation addresses only', () => {
    const samples = [...filter.hits, ...filter.misses].map(({ line }) => line).join('\n');
    const addresses = samples.match(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g) ?? [];
    const documentation = /^(?:192\.0\.2|198\.51\.100|203\.0\.113|127\.0\.0|0\.0\.0)\./;
    expect(addresses.filter((address) => !documentation.test(address))).toEqual([]);
  });
});
