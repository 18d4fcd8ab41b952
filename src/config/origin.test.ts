import { describe, expect, it } from 'vitest';
import { diffConfig } from './difference.ts';
import { complaintAbout, configFrom } from './testing.ts';

describe('[origin]', () => {
  it('takes who is to be asked', () => {
    const { origin } = configFrom(`
      [origin]
      reverse_dns = true
      name_servers = ["192.0.2.53", "127.0.0.1:5353", "2001:0db8::0053", "[2001:db8::53]:5353"]
      rdap = true
      rdap_servers = ["/etc/rapsheet/ipv4.json"]
      tor_exits = "/var/lib/tor-exits.txt"
      blocklists = true
    `);
    expect(origin).toEqual({
      discover: true,
      sources: [],
      reverseDns: true,
      nameServers: ['192.0.2.53', '127.0.0.1:5353', '2001:db8::53', '[2001:db8::53]:5353'],
      rdap: true,
      rdapServers: ['/etc/rapsheet/ipv4.json'],
      torExits: '/var/lib/tor-exits.txt',
      blocklists: true,
    });
  });

  it.each([
    ['reverse_dns = "yes"', 'origin.reverse_dns: must be true or false'],
    ['reverse-dns = true', 'unknown key "origin.reverse-dns" (did you mean "reverse_dns"?)'],
    ['rdap = 1', 'origin.rdap: must be true or false'],
    ['rdap_servers = ["ipv4.json"]', 'must be a whole path that begins with "/" (got "ipv4.json")'],
    ['rdap_servers = "/etc/ipv4.json"', 'origin.rdap_servers: must be a list of files'],
    ['tor_exits = "https://check.torproject.org/torbulkexitlist"', 'must be a whole path that begins with "/"'],
    ['name_servers = ["dns.example.net"]', 'must be the address of a name server like "192.0.2.53"'],
    ['name_servers = ["192.0.2.53:0"]', '(got "192.0.2.53:0")'],
    ['name_servers = ["192.0.2.53:65536"]', '(got "192.0.2.53:65536")'],
    ['name_servers = "192.0.2.53"', 'origin.name_servers: must be a list of addresses like "192.0.2.53"'],
    [`name_servers = [${'"192.0.2.53",'.repeat(9)}]`, 'origin.name_servers: has at most 8 entries'],
  ])('refuses %s', (line, complaint) => {
    expect(complaintAbout(`[origin]\n${line}`)).toContain(complaint);
    expect(complaintAbout(`[origin]\n${line}`)).toMatch(/^rapsheet\.toml:2: /);
  });

  it('a reload tells what changes in it', () => {
    const after = 'reverse_dns = true\nrdap = true\nname_servers = ["192.0.2.53"]\ntor_exits = "/x"\n';
    expect(diffConfig(configFrom(''), configFrom(`[origin]\n${after}rdap_servers = ["/y"]`))).toEqual([
      'origin.reverse_dns: false → true',
      'origin.name_servers: none → ["192.0.2.53"]',
      'origin.rdap: false → true',
      'origin.rdap_servers: none → ["/y"]',
      'origin.tor_exits: none → /x',
    ]);
  });
});
