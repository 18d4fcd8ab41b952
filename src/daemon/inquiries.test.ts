import { afterEach, describe, expect, it } from 'vitest';
import { openLedger } from '../ledger/ledger.ts';
import type { Evidence, Reason } from '../model.ts';
import {
  type DnsServer,
  type Question,
  type Reply,
  startDnsServer,
  workingZone,
} from '../origin/testing/dns-server.ts';
import type { Daemon } from './daemon.ts';
import { network, recordOf } from './testing/record.ts';
import { openRelaying, type Relaying, relay, ZONE } from './testing/relaying.ts';
import { failure, until } from './testing.ts';

const LISTED = '203.0.113.7';
const UNLISTED = '203.0.113.8';
const listing: Reply = { addresses: ['127.0.0.2'] };
const zone = workingZone(ZONE, { '7.113.0.203': listing });

let server: DnsServer;
let relaying: Relaying;
afterEach(async () => {
  await relaying.bench.end();
  await server.close();
});

async function open(reply: (question: Question) => Reply = zone, change = {}): Promise<void> {
  server = await startDnsServer((question) => reply(question));
  relaying = openRelaying(() => server.port, change);
}

const held = (daemon: Daemon, address: string): boolean => daemon.enforcer.held(network(address)) !== undefined;
const asked = (): number => server.asked.filter(({ name }) => /^\d+\.113\.0\.203\./.test(name)).length;

interface WholeBan {
  readonly jail: string;
  readonly kind: string;
  readonly reason: Reason | undefined;
  readonly evidence: readonly Evidence[];
}

async function wholeBans(): Promise<WholeBan[]> {
  const ledger = await openLedger({ path: relaying.bench.ledgerPath, mode: 'read', clock: () => 0 });
  try {
    const scope = { period: { from: 0, until: Number.POSITIVE_INFINITY, name: '' }, host: undefined };
    return [...ledger.bans(scope)].map(({ id, jail, kind }) => {
      return { jail, kind, reason: ledger.reasonOf(id), evidence: ledger.evidenceOf(id) };
    });
  } finally {
    ledger.close();
  }
}

describe('one attempt to relay', () => {
  it('is a ban from a listed address, with the line and the listing as its evidence, and counts once', async () => {
    await open();
    const daemon = await relaying.start();
    const time = Date.now();
    relaying.write(failure(time, '203.0.113.99'), relay(time, LISTED));
    await until(() => held(daemon, LISTED), 'the block');
    expect(daemon.status().counts).toMatchObject({ attempts: 2, bans: 1, whileBanned: 0 });
    expect(daemon.status().blocklists).toEqual([{ zone: ZONE, state: 'good', listed: 1, unlisted: 0, failed: 0 }]);
    await daemon.stop();
    const [first = '', line = ''] = relaying.written;
    const evidence = {
      ...{ time, kind: 'mail.relay.listed', filter: '(blocklists)', pattern: 1, user: undefined, count: 1 },
      target: `${ZONE} (127.0.0.2): see https://${ZONE}/7.113.0.203`,
      ...{ offset: first.length, line: line.trimEnd() },
    };
    const [ban, ...others] = await wholeBans();
    expect(others).toEqual([]);
    expect(ban).toMatchObject({ jail: 'relay-listed', kind: 'mail.relay.listed', evidence: [evidence] });
    expect(ban?.evidence[0]?.path).toMatch(/mail\.log$/);
    expect(ban?.reason).toMatchObject({ rule: 'threshold', limit: 1, kinds: { 'mail.relay.listed': 1 } });
    const { tallies } = await recordOf(relaying.bench.ledgerPath);
    const counted = tallies.filter(([address]) => address === LISTED).map(([, , kind, count]) => [kind, count]);
    expect(counted).toEqual([['mail.relay.listed', 1]]);
  });

  it('is none from others, and nobody else is asked about', async () => {
    await open();
    const daemon = await relaying.start();
    const time = Date.now();
    relaying.write(failure(time, LISTED), relay(time, UNLISTED));
    await until(() => daemon.status().blocklists[0]?.unlisted === 1, 'the answer');
    relaying.write(...[1, 2, 3, 4, 5].map((n) => failure(time + n, '203.0.113.99', n)));
    await until(() => held(daemon, '203.0.113.99'), 'another block');
    expect([held(daemon, LISTED), held(daemon, UNLISTED), asked()]).toEqual([false, false, 1]);
    expect(daemon.status().counts).toMatchObject({ attempts: 7, bans: 1 });
  });

  it('counts for IPv6, and IPv4-mapped IPv6 is IPv4', async () => {
    const nibbles = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2';
    await open(workingZone(ZONE, { '7.113.0.203': listing, [nibbles]: listing }));
    const daemon = await relaying.start();
    relaying.write(relay(Date.now(), '2001:db8:0:7::1'), relay(Date.now(), `::ffff:${LISTED}`));
    await until(() => held(daemon, '2001:db8:0:7::/64') && held(daemon, LISTED), 'both blocks');
  });

  it('of each of many attempts at once counts once, and bans once', async () => {
    await open();
    const daemon = await relaying.start();
    const time = Date.now();
    relaying.write(relay(time, LISTED, 1), relay(time + 1, LISTED, 2));
    await until(() => held(daemon, LISTED), 'the block');
    await daemon.stop();
    expect((await wholeBans()).map(({ jail }) => jail)).toEqual(['relay-listed']);
    expect(asked()).toBe(2);
  });
});

describe('nobody is asked', () => {
  it.each([
    ['about who is on the allowlist', { allow: [{ network: network(LISTED), reason: 'me', until: undefined }] }],
    ['without a zone', { blocklists: { zones: [], kinds: ['mail.relay'], resolver: undefined, timeout: 1, cache: 1 } }],
  ])('%s', async (_, change) => {
    await open(zone, change);
    const daemon = await relaying.start();
    relaying.write(relay(Date.now(), LISTED), relay(Date.now() - 3_600_000, UNLISTED));
    await until(() => daemon.status().counts.attempts === 2, 'the attempts');
    await daemon.stop();
    expect([asked(), (await wholeBans()).length]).toEqual([0, 0]);
  });

  it('about old lines: the list is of now', async () => {
    await open();
    const daemon = await relaying.start();
    relaying.write(relay(Date.now() - 660_000, LISTED), relay(Date.now() - 60_000, UNLISTED));
    await until(() => asked() === 1, 'the question');
    expect(server.asked.some(({ name }) => name.startsWith('7.113'))).toBe(false);
    expect(daemon.status().counts).toMatchObject({ attempts: 2, bans: 0 });
  });
});

describe('a resolver like a black hole', () => {
  it('holds up no ban and no end, however long it may take', async () => {
    const zones = [{ name: ZONE, title: ZONE, answers: undefined }];
    const patience = { zones, kinds: ['mail.relay'], resolver: undefined, timeout: 3_600_000, cache: 0 };
    await open(() => 'silence', { blocklists: patience });
    const daemon = await relaying.start();
    const time = Date.now();
    relaying.write(relay(time, LISTED));
    await until(() => server.asked.length > 0, 'the question');
    relaying.write(...[1, 2, 3, 4, 5].map((n) => failure(time + n, '203.0.113.99', n)));
    await until(() => held(daemon, '203.0.113.99'), 'the block of another');
    expect([held(daemon, LISTED), daemon.status().blocklists[0]?.state]).toEqual([false, 'untried']);
    await daemon.stop();
    expect((await wholeBans()).map(({ jail }) => jail)).toEqual(['ssh']);
  });

  it('is a problem that goes away', async () => {
    let isSilent = true;
    let ahead = 0;
    await open((question) => (isSilent ? 'silence' : zone(question)));
    const clock = (): number => Date.now() + ahead;
    const daemon = await relaying.start({ clock, monotonic: clock });
    const words = (): string =>
      daemon
        .status()
        .problems.map(({ where, what }) => `${where}: ${what}`)
        .join('\n');
    await until(() => words().includes(`${ZONE}: nobody can be looked up: no answer`), 'the problem');
    isSilent = false;
    ahead = 60_000;
    await until(() => daemon.status().blocklists[0]?.state === 'good', 'the end of it');
    await until(() => !words().includes(ZONE), 'the end of the problem');
  });
});

it('a reload asks other lists, or none', async () => {
  await open();
  const { config } = relaying.bench;
  const daemon = await relaying.start();
  await daemon.use({ ...config, blocklists: { ...config.blocklists, zones: [] } });
  relaying.write(relay(Date.now(), LISTED));
  await until(() => daemon.status().counts.attempts === 1, 'the attempt');
  expect(asked()).toBe(0);
  await daemon.use(config);
  relaying.write(relay(Date.now(), LISTED, 2));
  await until(() => held(daemon, LISTED), 'the block');
});

it('refusals are no listings, and a problem', async () => {
  await open(() => ({ addresses: ['127.255.255.254'] }));
  const daemon = await relaying.start();
  relaying.write(relay(Date.now(), LISTED));
  await until(() => daemon.status().problems.some(({ what }) => what.includes('public resolver')), 'the problem');
  expect(daemon.status()).toMatchObject({ counts: { bans: 0 }, blocklists: [{ state: 'refusing' }] });
});
