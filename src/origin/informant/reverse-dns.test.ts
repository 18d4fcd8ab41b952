/** Reverse DNS, asked of a real name server with zones of our own, and of one that is silent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, hasNamed, type NameServer, startBlackHole, startNameServer } from '../testing/name-server.ts';
import { address } from '../testing/scratch.ts';
import { reverseName } from './dns-client.ts';
import { reverseDns } from './reverse-dns.ts';

const NOW = 1_700_000_000_000;
const never = (): AbortSignal => new AbortController().signal;

function informant(server: string, clock = (): number => NOW) {
  return reverseDns({ clock, servers: [server] });
}

it.each([
  ['203.0.113.7', '7.113.0.203.in-addr.arpa'],
  ['255.254.0.1', '1.0.254.255.in-addr.arpa'],
  ['2001:db8::567:89ab', 'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'],
])('reverseName() of %s', (text, name) => {
  expect(reverseName(address(text))).toBe(name);
});

describe.skipIf(!hasNamed)('reverseDns(), asked of BIND', () => {
  let server: NameServer;
  beforeAll(async () => {
    server = await startNameServer();
  });
  afterAll(() => server?.close());

  it.each([
    ['an honest name', '203.0.113.7', [['host7.example.net', true]]],
    ['an honest name of IPv6', '2001:db8::1', [['mail.example.net', true]]],
    ['a name through a CNAME, at both ends', '203.0.113.14', [['host14.example.net', true]]],
    ['a lie: the name is somebody else’s', '203.0.113.8', [['www.bank.example', false]]],
    ['a name that there is not', '203.0.113.17', [['gone.example.net', false]]],
    ['a name whose zone is elsewhere', '203.0.113.19', [['host.lame.example.net', false]]],
    ['an address as a name', '203.0.113.16', [['203.0.113.16', false]]],
    [
      'two names, one of them a lie',
      '203.0.113.9',
      [
        ['one.example.net', true],
        ['two.example.net', false],
      ],
    ],
    ['HTML', '203.0.113.10', [['<script>alert\\(1\\)</script>.example.net', false]]],
    ['control characters and bidi', '203.0.113.11', [['a\\027[31m\\000\\226\\128\\174b.example.net', false]]],
    ['a dot within a label', '203.0.113.12', [['a\\.b.example.net', false]]],
    ['a newline', '203.0.113.13', [['sp ace\\010new.example.net', false]]],
    ['the root', '203.0.113.15', []],
    ['no name', '203.0.113.99', []],
  ] as const)('%s', async (_, text, names) => {
    const reply = await informant(server.address).ask(address(text), never());
    const wanted = names.map(([name, verified]) => ({ name, verified }));
    expect(reply).toEqual({
      state: 'answered',
      finding: {
        address: address(text),
        at: NOW,
        source: `DNS ${server.address}`,
        answer: { about: 'reverse-name', names: wanted },
      },
    });
  });

  it('of a hundred names four are kept, the same ones each time', async () => {
    const asked = await Promise.all(
      [1, 2, 3].map(() => informant(server.address).ask(address('203.0.113.20'), never())),
    );
    expect(asked[0]).toMatchObject({
      finding: {
        answer: { names: ['many0', 'many1', 'many10', 'many11'].map((name) => ({ name: `${name}.example.net` })) },
      },
    });
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[2]).toEqual(asked[0]);
  });

  it('asks the second name server where the first is silent', async () => {
    const hole = await startBlackHole();
    const dns = reverseDns({ clock: () => NOW, servers: [hole.address, server.address] });
    expect(await dns.ask(address('203.0.113.7'), never())).toMatchObject({
      state: 'answered',
      finding: { answer: { names: [{ name: 'host7.example.net', verified: true }] } },
    });
    await hole.close();
  });

  it('a zone that the server is not responsible for is a failure, and no silence', async () => {
    const dns = informant(server.address);
    for (let i = 0; i < 30; i++)
      expect(await dns.ask(address('198.51.100.7'), never())).toMatchObject({ state: 'failed', why: /^DNS: E\w+$/ });
    expect([dns.trouble, dns.readyAt(address('198.51.100.7'))]).toEqual([undefined, NOW]);
  });
});

describe('reverseDns(), asked of a server that never answers', () => {
  it('gives up by itself, and after many such rests, trying now and then', { timeout: 30_000 }, async () => {
    const hole = await startBlackHole();
    let now = NOW;
    const dns = informant(hole.address, () => now);
    const all = await Promise.all(Array.from({ length: 20 }, () => dns.ask(address('203.0.113.7'), never())));
    expect(new Set(all.map((reply) => JSON.stringify(reply)))).toEqual(
      new Set([JSON.stringify({ state: 'failed', why: 'DNS: no answer in time' })]),
    );
    expect(hole.asked()).toBeGreaterThanOrEqual(20);
    expect(dns.trouble).toBe('no name server answers (DNS: no answer in time)');
    expect(dns.readyAt(address('203.0.113.7'))).toBe(now + 60_000);
    now += 60_000;
    expect(dns.readyAt(address('203.0.113.7'))).toBe(now);
    await dns.ask(address('203.0.113.7'), never());
    expect(dns.readyAt(address('203.0.113.7'))).toBe(now + 120_000);
    await hole.close();
  });

  it('gives up when it is told to', async () => {
    const hole = await startBlackHole();
    const giving = new AbortController();
    const dns = informant(hole.address);
    const reply = dns.ask(address('203.0.113.7'), giving.signal);
    giving.abort();
    expect(await reply).toMatchObject({ state: 'failed' });
    expect(await dns.ask(address('203.0.113.7'), giving.signal)).toMatchObject({ state: 'failed', why: 'given up' });
    expect(dns.trouble).toBeUndefined();
    await hole.close();
  });

  it('nobody there is a failure at once', async () => {
    const dns = informant(`127.0.0.1:${await freePort()}`);
    expect(await dns.ask(address('203.0.113.7'), never())).toMatchObject({
      state: 'failed',
      why: /ECONNREFUSED|in time/,
    });
  });
});
