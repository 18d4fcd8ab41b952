/** RDAP, asked of servers in this process that answer, lie, hang, flood and lead in circles. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Address } from '../../base/address.ts';
import { parseNetwork } from '../../base/address.ts';
import { hasNamed, startNameServer } from '../testing/name-server.ts';
import { ABOUT, NOW, RdapBench } from '../testing/rdap-bench.ts';
import { answering, networkAnswer, redirecting, refusing } from '../testing/rdap-server.ts';
import { address } from '../testing/scratch.ts';

const bench = new RdapBench();

describe('rdap(), asked of a server that works', () => {
  it('gives what the registry says, from whom and when', async () => {
    const server = await bench.serve();
    expect(await bench.ask(bench.informant(server))).toEqual({
      state: 'answered',
      finding: {
        address: ABOUT,
        at: NOW,
        source: `RDAP ${server.host}`,
        answer: {
          about: 'registration',
          network: '203.0.113.0/24',
          name: 'EXAMPLE-NET',
          holder: 'Example Hosting B.V.',
          country: 'NL',
          abuse: ['abuse@example.net'],
        },
      },
    });
    expect(server.asked).toEqual(['/ip/203.0.113.7']);
  });

  it('asks about IPv6, and says who it is and what it understands', async () => {
    const seen: unknown[] = [];
    const network = networkAnswer({ startAddress: '2001:db8::', endAddress: '2001:db8::ffff' });
    const server = await bench.serve((request, response) => {
      seen.push([
        request.url,
        request.headers.accept,
        request.headers['user-agent'],
        request.headers['accept-encoding'],
      ]);
      answering(network, 'application/rdap+json; charset=utf-8')(request, response);
    });
    expect(await bench.ask(bench.informant(server), address('2001:db8::7'))).toMatchObject({ state: 'answered' });
    expect(seen).toEqual([['/ip/2001:db8::7', 'application/rdap+json, application/json', 'rapsheet/test', 'identity']]);
  });

  it('knows that a network is not registered', async () => {
    const server = await bench.serve(refusing(404));
    expect(await bench.ask(bench.informant(server))).toMatchObject({
      state: 'answered',
      finding: { answer: { network: undefined, holder: undefined, abuse: [] } },
    });
  });

  it('asks nobody where nobody is responsible', async () => {
    const one = bench.informant({ url: '' }, { servers: { baseOf: () => undefined } });
    expect([await one.ask(ABOUT, new AbortController().signal), one.readyAt(ABOUT)]).toEqual([{ state: 'unasked' }, 0]);
  });

  it('takes an answer for the neighbors that are in its network', async () => {
    const server = await bench.serve(
      answering(networkAnswer({ startAddress: '203.0.113.0', endAddress: '203.0.113.127' })),
    );
    const one = bench.informant(server);
    const reply = await bench.ask(one);
    if (reply.state !== 'answered') throw new Error(reply.state);
    expect(one.neighborhood(ABOUT)).toEqual(parseNetwork('203.0.113.0/24'));
    expect(one.neighborhood(address('2001:db8:1:2::3'))).toEqual(parseNetwork('2001:db8:1::/48'));
    expect(
      ['203.0.113.7', '203.0.113.127', '203.0.113.128'].map((text) => one.holds(reply.finding, address(text))),
    ).toEqual([true, true, false]);
  });
});

describe('rdap(), sent on to others', () => {
  it('follows to the one that knows, and names that one', async () => {
    const knows = await bench.serve();
    const sends = await bench.serve(redirecting(`${knows.url}x/ip/203.0.113.7`, 301));
    expect(await bench.ask(bench.informant(sends))).toMatchObject({
      state: 'answered',
      finding: { source: `RDAP ${knows.host}` },
    });
    expect([sends.asked, knows.asked]).toEqual([['/ip/203.0.113.7'], ['/x/ip/203.0.113.7']]);
  });

  it('follows within the same server at once', async () => {
    const server = await bench.serve((request, response) => {
      (request.url?.startsWith('/v1/') ? answering() : redirecting('/v1/ip'))(request, response);
    });
    expect(await bench.ask(bench.informant(server))).toMatchObject({ state: 'answered' });
  });

  it('does not go in circles', async () => {
    const server = await bench.serve(redirecting('/again'));
    expect(await bench.ask(bench.informant(server))).toEqual({
      state: 'failed',
      why: `${server.host}: led to too many others`,
    });
    expect(server.asked).toHaveLength(4);
  });

  it.each([
    'file:///etc/passwd',
    'ftp://192.0.2.1/',
    'gopher://192.0.2.1/',
    'javascript:alert(1)',
    'http://user:secret@192.0.2.1/',
    'http://',
  ])('does not follow to %s', async (to) => {
    const server = await bench.serve(redirecting(to));
    expect(await bench.ask(bench.informant(server))).toEqual({
      state: 'failed',
      why: `${server.host}: leads to what is not asked`,
    });
  });

  it.each([
    'http://127.0.0.1:1/',
    'http://[::1]/',
    'http://10.0.0.1/',
    'http://0x7f.1/',
    'http://[::ffff:169.254.169.254]/',
  ])('does not follow into a network of ours, %s', async (to) => {
    const server = await bench.serve(redirecting(to));
    const reply = await bench.ask(bench.informant(server, { mayReach: () => false }));
    expect(reply).toEqual({ state: 'failed', why: `${server.host}: leads to a private network` });
  });
});

describe.skipIf(!hasNamed)('rdap(), sent on to a name', () => {
  it('asks the name servers that it is told of, and goes only where it may of where the name leads', async () => {
    const names = await startNameServer();
    onTestFinished(() => names.close());
    const knows = await bench.serve();
    const sends = await bench.serve(redirecting(knows.url.replace('127.0.0.1', 'local.example.net')));
    const seen: string[] = [];
    const mayReach = ({ text }: Address): boolean => {
      seen.push(text);
      return text.startsWith('127.');
    };
    const given = { nameServers: [names.address], mayReach };
    expect(await bench.ask(bench.informant(sends, given))).toMatchObject({
      state: 'answered',
      finding: { source: `RDAP ${knows.host.replace('127.0.0.1', 'local.example.net')}` },
    });
    expect(seen.sort()).toEqual(['10.0.0.1', '127.0.0.1', 'fd00::1']);
    expect(await bench.ask(bench.informant(sends, { ...given, mayReach: () => false }))).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(/^local\.example\.net:\d+: leads to a private network$/),
    });
  });
});

describe('rdap(), asked to wait', () => {
  it.each([
    ['seconds', '120', 120_000],
    ['a date', new Date(NOW + 90_000).toUTCString(), 90_000],
    ['nothing', undefined, 60_000],
    ['nonsense', 'soon', 60_000],
    ['a date that is over', new Date(NOW - 90_000).toUTCString(), 1_000],
    ['a year', '31536000', 86_400_000],
  ])('waits as it is told by %s', async (_, header, waits) => {
    const date = new Date(NOW).toUTCString();
    const server = await bench.serve(refusing(429, { date, ...(header !== undefined && { 'retry-after': header }) }));
    const one = bench.informant(server);
    expect(await bench.ask(one)).toMatchObject({ state: 'later', at: NOW + waits });
    expect(one.readyAt(ABOUT)).toBe(NOW + waits);
    bench.now = NOW + waits - 1;
    if (waits > 1_000) expect(await bench.ask(one)).toMatchObject({ state: 'later', at: NOW + waits });
    expect([server.asked.length, one.trouble]).toEqual([1, undefined]);
  });

  it('asks no more than once a second, of each server', async () => {
    const server = await bench.serve();
    const one = bench.informant(server);
    const signal = new AbortController().signal;
    const replies = await Promise.all([one.ask(ABOUT, signal), one.ask(ABOUT, signal), one.ask(ABOUT, signal)]);
    expect(replies.map(({ state }) => state)).toEqual(['answered', 'later', 'later']);
    expect(server.asked).toHaveLength(1);
  });

  it('does not go on to a server that wishes to be left alone', async () => {
    const busy = await bench.serve(refusing(503, { 'retry-after': '300' }));
    const sends = await bench.serve(redirecting(busy.url));
    const one = bench.informant(sends);
    expect(await bench.ask(one)).toMatchObject({ state: 'later', at: NOW + 300_000 });
    expect(await bench.ask(one)).toMatchObject({ state: 'later', at: NOW + 300_000 });
    expect([sends.asked.length, busy.asked.length]).toEqual([2, 1]);
  });
});
