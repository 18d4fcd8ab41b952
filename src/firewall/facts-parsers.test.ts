import { describe, expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import { readFlows, readListeners, readPeers, readSockets } from './facts-flows.ts';
import { readIptables, setsNamed } from './facts-iptables.ts';
import { addressesIn, hostOf, isSameHost, programOf } from './facts-line.ts';
import { countedPackets, followNft, readNftTable, readRuleset } from './facts-nft.ts';
import { follow, type RuleAhead } from './facts-rules.ts';

const A = addressOf('198.51.100.10');

function addressOf(text: string): NonNullable<ReturnType<typeof parseAddress>> {
  const address = parseAddress(text);
  if (!address) throw new RangeError(text);
  return address;
}

describe('lines', () => {
  it('names host and program of syslog lines, and of no others', () => {
    const old = 'Nov  7 10:00:00 web2 postfix/smtpd[12]: disconnect';
    const iso = '<34>2026-11-27T10:00:00.123456+01:00 web2.example.org sshd-session[7]: Failed';
    expect([hostOf(old), programOf(old)]).toEqual(['web2', 'master']);
    expect([hostOf(iso), programOf(iso)]).toEqual(['web2.example.org', 'sshd']);
    for (const line of [
      '198.51.100.10 - - [27/Nov/2026:10:00:00 +0000] "GET /Nov  7 10:00:00 web2 sshd[7]: HTTP/1.1" 404 1',
      '2026-11-27T10:00:00Z WARN login: failed',
      '2026-11-27 10:00:00 web2 sshd[7]: x',
    ]) {
      expect([hostOf(line), programOf(line)]).toEqual([undefined, undefined]);
    }
  });

  it('finds addresses, a bounded number of them', () => {
    const line = 'client: 203.0.113.10, to 192.0.2.1. at 10:00:00 "::ffff:198.51.100.10" 010.1.1.1 2001:db8::1: x';
    expect(addressesIn(line).map(({ text }) => text)).toEqual(['203.0.113.10', '192.0.2.1', A.text, '2001:db8::1']);
    expect(addressesIn('192.0.2.1 '.repeat(1_000))).toHaveLength(8);
  });

  it('compares names of hosts, short or in full', () => {
    expect(isSameHost('web1', 'WEB1.example.org')).toBe(true);
    expect(isSameHost('web1.example.org', 'web1.example.net')).toBe(false);
    expect(isSameHost('web1', 'web2')).toBe(false);
  });
});

describe('connections', () => {
  const established =
    'tcp      6 431999 ESTABLISHED src=198.51.100.10 dst=192.0.2.1 sport=41 dport=8022 src=192.0.2.130 dst=198.51.100.10 sport=22 dport=41 [ASSURED] mark=0 use=1';

  it("reads conntrack's entries, and the kernel's own listing", () => {
    const [flow] = readFlows(established);
    expect(flow).toMatchObject({ protocol: 'tcp', state: 'ESTABLISHED', sourcePort: 41, port: 8022, answerPort: 22 });
    expect([flow?.target.text, flow?.answers.text, flow?.offloaded]).toEqual(['192.0.2.1', '192.0.2.130', false]);
    const six =
      'ipv6     10 udp      17 29 src=2001:0db8:000a:0000:0000:0000:0000:0010 dst=2001:0db8:0005:0000:0000:0000:0000:0001 sport=5 dport=53 [UNREPLIED] src=2001:0db8:0005:0000:0000:0000:0000:0001 dst=2001:0db8:000a:0000:0000:0000:0000:0010 sport=53 dport=5 mark=0 zone=0 use=2';
    expect(readFlows(six)[0]).toMatchObject({ protocol: 'udp', state: undefined, port: 53 });
    expect(readFlows(six)[0]?.answers.text).toBe('2001:db8:5::1');
    const offloaded = established.replace('431999 ESTABLISHED ', '').replace('[ASSURED]', '[OFFLOAD]');
    expect(readFlows(offloaded)[0]).toMatchObject({ state: undefined, offloaded: true });
    expect(readFlows('nonsense\n\n')).toEqual([]);
    expect(readFlows(`${established}\n`.repeat(2_000))).toHaveLength(1_000);
  });

  it("reads ss' sockets, on one line or two", () => {
    const text = `ESTAB 0      0      [::ffff:192.0.2.1]:22 [::ffff:198.51.100.10]:41
\t cubic rto:204 lastsnd:5 lastrcv:4244 lastack:5
ESTAB 0 0 192.0.2.1%eth0:2222 198.51.100.10:42 cubic rto:204
FIN-WAIT-1 0 1 192.0.2.1:80 198.51.100.10:43
`;
    expect(readSockets(text).map(({ state, localPort, silentMs }) => [state, localPort, silentMs])).toEqual([
      ['ESTAB', 22, 4244],
      ['ESTAB', 2222, 0],
      ['FIN-WAIT-1', 80, undefined],
    ]);
    expect(readSockets(text)[0]?.remote.text).toBe(A.text);
  });

  it('reads who listens, and who is connected', () => {
    const listening = `LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))
LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=1,fd=4))
LISTEN 0 511 *:80 *:*
`;
    expect(readListeners(listening)).toEqual([
      { port: 22, program: 'sshd' },
      { port: 80, program: undefined },
    ]);
    const peers = readPeers(
      '0 0 192.0.2.1:80 203.0.113.10:5\n0 0 192.0.2.1:80 203.0.113.10:6\n0 0 192.0.2.1:80 198.51.100.10:7',
      A,
    );
    expect(peers.map(({ address, port, connections }) => [address.text, port, connections])).toEqual([
      ['203.0.113.10', 80, 2],
    ]);
  });
});

describe('rules of iptables', () => {
  const sets = new Set(['rapsheet_all_4a']);

  function ahead(rules: readonly string[], chains: readonly string[] = []): readonly RuleAhead[] {
    const ours = '[0:0] -A ours -m set --match-set rapsheet_all_4a src -j DROP';
    const lines = [...rules, 'INPUT -j ours'].map((rule) => `[7:420] -A ${rule}`);
    const text = [
      '*filter',
      ':INPUT ACCEPT [0:0]',
      ...chains.map((chain) => `:${chain} - [0:0]`),
      ':ours - [0:0]',
      ...lines,
      ours,
    ];
    const context = { tool: 'iptables', address: A, inside: sets, outside: new Set(['friends']) } as const;
    const passage = follow(readIptables(text.join('\n'), context), 'input', 'INPUT', sets);
    expect(passage).toMatchObject({ dropped: true, packets: 0 });
    return passage.ahead;
  }

  it.each([
    ['INPUT -j ACCEPT', { established: false, ports: undefined, certain: true }],
    ['INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', { established: true, certain: true }],
    ['INPUT -m state ! --state NEW -j ACCEPT', { established: true }],
    ['INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT', { established: false }],
    ['INPUT -p tcp -m tcp --dport 22 -j ACCEPT', { ports: [[22, 22]], certain: true }],
    [
      'INPUT -p tcp -m multiport --dports 22,80:90 -j ACCEPT',
      {
        ports: [
          [22, 22],
          [80, 90],
        ],
      },
    ],
    ['INPUT -s 198.51.100.0/24 -j ACCEPT', { certain: true }],
    ['INPUT ! -s 203.0.113.0/24 -j ACCEPT', { certain: true }],
    ['INPUT -m comment --comment "-s 203.0.113.1 \\"x\\"" -j ACCEPT', { certain: true }],
    ['INPUT -m set ! --match-set friends src -j ACCEPT', { certain: true }],
    ['INPUT -m limit --limit 5/sec -j ACCEPT', { certain: false }],
    ['INPUT -i eth0 -j ACCEPT', { certain: false }],
    ['INPUT -m set --match-set strangers src -j ACCEPT', { certain: false }],
  ])('before ours: %s', (rule, expected) => {
    expect(ahead([rule])).toEqual([expect.objectContaining(expected)]);
    expect(ahead([rule])[0]?.removal).toBe(`iptables -D ${rule}`);
  });

  it.each([
    'INPUT -i lo -j ACCEPT',
    'INPUT -p icmp -j ACCEPT',
    'INPUT -s 203.0.113.0/24 -j ACCEPT',
    'INPUT -m set --match-set friends src -j ACCEPT',
    'INPUT -m conntrack --ctstate INVALID -j ACCEPT',
    'INPUT -m limit --limit 5/sec -j LOG --log-prefix "a -j ACCEPT"',
    'FORWARD -j ACCEPT',
  ])('of no matter: %s', (rule) => {
    expect(ahead([rule])).toEqual([]);
  });

  it('follows jumps, with what led to them, and comes back', () => {
    const chains = ['web', 'open'];
    expect(ahead(['web -j ACCEPT', 'INPUT -p tcp -m tcp --dport 80 -g web'], chains)).toEqual([
      expect.objectContaining({ ports: [[80, 80]], text: 'iptables -A web -j ACCEPT' }),
    ]);
    expect(ahead(['web -j RETURN', 'web -j ACCEPT', 'INPUT -j web'], chains)).toEqual([]);
    expect(ahead(['web -j open', 'open -j web', 'INPUT -j web'], chains)).toEqual([]);
  });

  it('does not take for dropped what is in another set, and names the sets to ask for', () => {
    const text = ':INPUT ACCEPT [0:0]\n[0:0] -A INPUT -m set --match-set other src -j DROP';
    const context = { tool: 'iptables', address: A, inside: sets, outside: new Set<string>() } as const;
    expect(follow(readIptables(text, context), 'input', 'INPUT', sets).dropped).toBe(false);
    expect(setsNamed(`${text}\n[0:0] -A INPUT -m set --match-set to dst -j DROP`)).toEqual(['other']);
  });
});

describe('rules of nft', () => {
  function table(expressions: readonly unknown[], more: readonly unknown[] = []): string {
    const rule = (chain: string, handle: number, expr: unknown): unknown => ({ rule: { chain, handle, expr } });
    return JSON.stringify({
      nftables: [
        ...[{ metainfo: {} }, { table: { family: 'inet', name: 'rapsheet' } }, ...more],
        { chain: { name: 'input', hook: 'input', prio: -10, policy: 'accept' } },
        { chain: { name: 'group_all' } },
        ...expressions.map((expr, index) => rule('input', index + 5, expr)),
        rule('input', 99, [{ jump: { target: 'group_all' } }]),
        rule('group_all', 3, [{ match: { op: '==', left: {}, right: '@all_4_32' } }, { drop: null }]),
      ],
    });
  }
  const sets = [{ set: { name: 'all_4_32' } }, { set: { name: 'all_4_24' } }, { set: { name: 'all_6_64' } }];
  const read = (json: string) => readNftTable(json, 'rapsheet', A);
  const blocked = new Set(['all_4_32']);

  it('finds where the address would stand, and what drops it', () => {
    const found = read(table([], sets));
    expect(found).toMatchObject({ own: true, other: true });
    expect(found.places).toEqual([
      { set: 'all_4_32', element: '198.51.100.10' },
      { set: 'all_4_24', element: '198.51.100.0' },
    ]);
    expect(followNft(found, 'input', blocked)).toMatchObject({ dropped: true, ahead: [] });
    expect(followNft(found, 'input', new Set()).dropped).toBe(false);
    expect(followNft(found, 'forward', blocked).dropped).toBe(false);
    expect(read(table([], [{ set: { name: 'all_6_64' } }]))).toMatchObject({ own: false, other: true });
  });

  it('sees a rule that accepts before, with the command that removes it', () => {
    const accept = [
      { match: { op: '==', left: { payload: { field: 'dport' } }, right: { set: [22, { range: [80, 90] }] } } },
      { accept: null },
    ];
    const open = [
      { match: { op: 'in', left: { ct: { key: 'state' } }, right: ['established', 'related'] } },
      { accept: null },
    ];
    const others = [
      { match: { op: '==', left: { payload: { field: 'saddr' } }, right: '203.0.113.7' } },
      { accept: null },
    ];
    const { ahead } = followNft(read(table([accept, open, others], sets)), 'input', blocked);
    expect(ahead.map(({ ports, established, certain }) => [ports, established, certain])).toEqual([
      [
        [
          [22, 22],
          [80, 90],
        ],
        false,
        true,
      ],
      [undefined, true, true],
    ]);
    expect(ahead[0]?.removal).toBe('nft delete rule inet rapsheet input handle 5');
  });

  it('takes a table that is switched off for one without hooks', () => {
    const off = table([], sets).replace('"name":"rapsheet"', '"name":"rapsheet","flags":["dormant"]');
    expect(followNft(read(off), 'input', blocked).dropped).toBe(false);
  });

  it('reads counters, translations and flow tables, and survives nonsense', () => {
    expect(countedPackets('elements = { 198.51.100.10 counter packets 12 bytes 720 }')).toBe(12);
    expect(countedPackets('elements = { 198.51.100.10 }')).toBeUndefined();
    const ruleset = {
      nftables: [
        { flowtable: { family: 'inet', table: 'fast', name: 'f' } },
        { rule: { family: 'ip', table: 'nat', chain: 'DOCKER', expr: [{ xt: { type: 'target', name: 'DNAT' } }] } },
        { rule: { family: 'inet', table: 'p', chain: 'pre', expr: [{ dnat: { addr: '192.0.2.130' } }] } },
        7,
        null,
        { rule: 'x' },
        { rule: { expr: 'x' } },
      ],
    };
    expect(readRuleset(JSON.stringify(ruleset))).toEqual({
      translations: ['ip nat DOCKER', 'inet p pre'],
      flowtables: ['inet fast f'],
    });
    expect(
      read('{"nftables":[{"rule":{"chain":"input","expr":[{"match":7}]}},{"chain":{"name":"input","hook":"input"}}]}')
        .own,
    ).toBe(false);
    expect(readRuleset('[]')).toEqual({ translations: [], flowtables: [] });
  });
});
