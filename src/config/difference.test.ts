import { describe, expect, it } from 'vitest';
import { diffConfig } from './difference.ts';
import { configFrom } from './testing.ts';

const diff = (before: string, after: string): string[] => diffConfig(configFrom(before), configFrom(after));

describe('diffConfig()', () => {
  it('is empty for the same configuration', () => {
    const text = '[jail.ssh]\nmaxretry = 3\nports = ["ssh"]\n[[allow]]\naddress = "192.0.2.1"\nreason = "x"\n';
    expect(diff(text, text)).toEqual([]);
  });

  it('tells what changes, in the order of the configuration', () => {
    const before = `
      [[allow]]
      address = "192.0.2.0/24"
      reason = "the office"
      [[allow]]
      address = "2001:db8::1"
      reason = "monitoring"
      until = 2027-01-01
      [jail.old]
      kinds = ["ssh.*"]
    `;
    const after = `
      [general]
      zone = "UTC"
      ipv6_prefix = 56
      [[allow]]
      address = "2001:db8::1"
      reason = "monitoring"
      until = 2027-02-01
      [watch]
      logs = ["/var/log/auth.log"]
      journal = "no"
      [firewall]
      hooks = ["input"]
      cut = false
      [daemon]
      metrics = "[::1]:9773"
      [jail.ssh]
      maxretry = 3
      findtime = "1h 1m 1s"
      ports = ["ssh", "8000-8100"]
      weights = { "ssh.close" = 0 }
      [jail.new]
      kinds = ["ssh.*"]
    `;
    expect(diff(`[general]\nzone = "Europe/Zurich"\n${before}`, after)).toEqual([
      'general.zone: Europe/Zurich → UTC',
      'general.ipv6_prefix: 64 → 56',
      'allow: 192.0.2.0/24 (the office) removed',
      'allow: 2001:db8::1 (monitoring, until 2027-01-01T00:00:00.000Z) removed',
      'allow: 2001:db8::1 (monitoring, until 2027-02-01T00:00:00.000Z) added',
      'watch.logs: auto removed',
      'watch.logs: /var/log/auth.log added',
      'watch.journal: auto → no',
      'firewall.hooks: forward removed',
      'firewall.cut: true → false',
      'daemon.metrics: none → [::1]:9773',
      'jail.old removed',
      'jail.ssh.maxretry: 5 → 3',
      'jail.ssh.findtime: 10m → 3661s',
      'jail.ssh.weights: ssh.close = 0 added',
      'jail.ssh.ports: all → 22, 8000-8100',
      'jail.new added',
    ]);
  });

  it('tells of jails in another order and of filters', () => {
    const nameOf = ({ name }: { readonly name: string }): string => name;
    const config = configFrom('');
    const [first, ...others] = config.jails;
    const [changed, removed, ...filters] = config.filters;
    if (!first || !changed || !removed) throw new Error('there are jails and filters');
    const after = {
      ...config,
      jails: [...others, first],
      filters: [{ ...changed, file: { path: 'x', text: 'other' } }, ...filters, { ...removed, name: 'mine' }],
    };
    expect(diffConfig(config, after)).toEqual([
      `order of the jails: ${[first, ...others].map(nameOf).join(', ')} → ${[...others, first].map(nameOf).join(', ')}`,
      `filter ${changed.name} changed`,
      `filter ${removed.name} removed`,
      'filter mine added',
    ]);
  });

  it('is harmless on a terminal, and limited', () => {
    const allow = (reason: string, number: number): string =>
      `[[allow]]\naddress = "192.0.2.${number % 256}"\nreason = "${reason}${number}"\n`;
    expect(diff('', allow('\\u001b[2J', 7))).toEqual(['allow: 192.0.2.7 (\\x1b[2J7) added']);
    const lines = diff('', Array.from({ length: 1_500 }, (_, i) => allow('n', i)).join(''));
    expect(lines).toHaveLength(1_001);
    expect(lines.at(-1)).toBe('and 500 more changes');
  });
});
