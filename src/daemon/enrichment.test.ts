/** Others are asked about who was banned: after the ban, without a ban waiting for it, whatever they do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLedger } from '../ledger/ledger.ts';
import type { Finding } from '../model.ts';
import { type Informant, QUEUE_MAX } from '../origin/enricher.ts';
import { informants } from '../origin/informant/index.ts';
import { startBlackHole } from '../origin/testing/name-server.ts';
import type { Daemon } from './daemon.ts';
import { type TestInformant, testInformant } from './testing/informant.ts';
import { network } from './testing/record.ts';
import { full, hasProblem, isBlocked, isMended, said, Trouble } from './testing/trouble.ts';
import { HOST, until } from './testing.ts';

const ALWAYS = { period: { from: 0, until: Number.POSITIVE_INFINITY, name: '' }, host: undefined };
const HOUR = 3_600_000;

let trouble: Trouble;
beforeEach(() => {
  trouble = new Trouble();
});
afterEach(() => trouble.bench.end());

function start(...all: readonly Informant[]): Promise<Daemon> {
  return trouble.start({}, { informants: () => all });
}

/** Bans and what was said of each: `203.0.113.7: name-of-203.0.113.7`. */
async function recorded(path = trouble.ledgerPath): Promise<string[]> {
  const ledger = await openLedger({ path, mode: 'read', clock: () => 0 });
  try {
    return [...ledger.bans(ALWAYS)].map(({ id, subject }) => `${subject}: ${wordsOf(ledger.findingsOf(id))}`);
  } finally {
    ledger.close();
  }
}

function wordsOf(findings: readonly Finding[]): string {
  return findings
    .map(({ address, answer }) =>
      answer.about === 'reverse-name' ? (answer.names[0]?.name ?? '') : `${answer.about} ${address.text}`,
    )
    .join(', ');
}

async function isAsked(one: TestInformant, address: string): Promise<void> {
  await until(() => one.asked.includes(address), `a question about ${address}`);
}

async function has(count: number, daemon: Daemon): Promise<void> {
  await until(() => (daemon.status().findings?.[0]?.answered ?? 0) >= count, `${count} answers`);
}

describe('Enrichment', () => {
  it('asks about who is banned, and records the answers with the ban', async () => {
    const names = testInformant();
    const tor = testInformant({ about: 'tor-exit', option: 'tor_exits' });
    const daemon = await start(names, tor);
    trouble.attack('203.0.113.7');
    await isBlocked(daemon, '203.0.113.7');
    expect(daemon.status().findings).toMatchObject([{ about: 'reverse-name' }, { about: 'tor-exit' }]);
    await isAsked(names, '203.0.113.7');
    names.answer();
    tor.answer();
    await has(1, daemon);
    await until(() => daemon.status().findings?.[1]?.answered === 1, 'the second answer');
    await daemon.stop();
    expect(await recorded()).toEqual(['203.0.113.7: name-of-203.0.113.7, tor-exit 203.0.113.7']);
    expect([names.asked, tor.asked]).toEqual([['203.0.113.7'], ['203.0.113.7']]);
  });

  it('asks nobody when nobody is to be asked', async () => {
    const daemon = await start();
    trouble.attack('203.0.113.7');
    await isBlocked(daemon, '203.0.113.7');
    expect(daemon.status().findings).toEqual([]);
    await daemon.stop();
    expect(await recorded()).toEqual(['203.0.113.7: ']);
  });

  it('bans at once while no name server answers, and ends at once', async () => {
    const hole = await startBlackHole();
    const daemon = await start(informants.reverse_dns({ clock: () => trouble.now, servers: [hole.address] }));
    trouble.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    await until(() => hole.asked() > 0, 'a question into the hole');
    // While it waits for an answer that never comes, everybody else is banned.
    for (let i = 2; i < 40; i++) trouble.attack(`203.0.113.${i}`);
    await isBlocked(daemon, '203.0.113.39');
    expect(daemon.status().findings).toMatchObject([{ answered: 0, unanswered: 0 }]);
    expect(daemon.status().findings?.[0]?.waiting).toBeGreaterThan(0);
    await trouble.isWhole(daemon);
    await hole.close();
  });

  it.each<[string, Partial<Informant>]>([
    ['throws', { ask: () => Promise.reject(new TypeError('a fault')) }],
    [
      'throws at once',
      {
        ask: () => {
          throw new TypeError('a fault');
        },
      },
    ],
    ['says that it fails', { ask: async () => ({ state: 'failed', why: 'so' }) }],
    ['never answers', { ask: () => new Promise(() => undefined), patienceMs: 20 }],
  ])('goes on where one that is asked %s', async (_, given) => {
    const one = testInformant(given);
    const daemon = await start(one);
    trouble.attack('203.0.113.7');
    await isBlocked(daemon, '203.0.113.7');
    // The second try comes a minute later, the third after four more.
    for (const minutes of [1, 5, 10]) {
      await until(() => daemon.status().findings?.[0]?.waiting === 1 || minutes > 5, 'another try');
      await new Promise((resolve) => setTimeout(resolve, 50));
      trouble.ahead += minutes * 60_000;
      daemon.tick();
    }
    await until(() => daemon.status().findings?.[0]?.unanswered === 1, 'it is given up');
    await trouble.isWhole(daemon);
  });

  it('takes up after a restart what was not answered, of the last hours', async () => {
    const silent = testInformant();
    const first = await start(silent);
    trouble.attack('203.0.113.1');
    await isAsked(silent, '203.0.113.1');
    trouble.ahead += 5 * HOUR;
    trouble.attack('203.0.113.2');
    await isAsked(silent, '203.0.113.2');
    await first.stop();
    trouble.ahead += 2 * HOUR;
    const names = testInformant();
    names.answer();
    const second = await start(names);
    await isAsked(names, '203.0.113.2');
    await has(1, second);
    await second.stop();
    expect(await recorded()).toEqual(['203.0.113.1: ', '203.0.113.2: name-of-203.0.113.2']);
    const third = await start(testInformant());
    expect(third.status().findings).toMatchObject([{ waiting: 0 }]);
  });

  it('keeps answers while the ledger cannot be written', async () => {
    const names = testInformant();
    let isBroken = false;
    const daemon = await trouble.start(
      {},
      {
        informants: () => [names],
        openLedger: async (path) => {
          const ledger = await openLedger({ path, mode: 'write', clock: () => trouble.now });
          return new Proxy(ledger, {
            get: (target, name) => {
              if (name === 'begin' && isBroken) throw full(path);
              const value: unknown = Reflect.get(target, name, target);
              return typeof value === 'function' ? value.bind(target) : value;
            },
          });
        },
      },
    );
    trouble.attack('203.0.113.7');
    await isAsked(names, '203.0.113.7');
    isBroken = true;
    names.answer();
    await has(1, daemon);
    await hasProblem(daemon, /nothing is recorded/);
    expect(await recorded()).toEqual(['203.0.113.7: ']);
    isBroken = false;
    await isMended(daemon);
    await daemon.stop();
    expect(await recorded()).toEqual(['203.0.113.7: name-of-203.0.113.7']);
  });

  it('waits with questions for the ledger to have the ban, as far as there is room', async () => {
    const names = testInformant();
    names.answer();
    const daemon = await start(names);
    const bans = Array.from({ length: 1_002 }, () => ({ ban: banOf('198.51.100.1'), origin: NOWHERE, id: undefined }));
    const [one] = bans.map((each): { id: number | undefined } => each);
    daemon.enrichment.take(bans);
    daemon.tick();
    expect(daemon.status().findings).toMatchObject([{ waiting: 1_000, answered: 0, dropped: 2 }]);
    expect(names.asked).toEqual([]);
    trouble.attack('203.0.113.7');
    await has(1, daemon);
    if (one) one.id = 1;
    daemon.tick();
    await has(2, daemon);
    await daemon.stop();
    // The ban of that id had its answer already.
    expect(await recorded()).toEqual(['203.0.113.7: name-of-203.0.113.7']);
  });

  it('begins again with another ledger, and gives no answer to a ban that is not in it', async () => {
    const names = testInformant();
    const daemon = await start(names);
    trouble.attack('203.0.113.7');
    await isAsked(names, '203.0.113.7');
    daemon.commit();
    await daemon.restart();
    names.answer();
    await has(1, daemon);
    await daemon.stop();
    expect(names.asked).toEqual(['203.0.113.7', '203.0.113.7']);
    expect(await recorded()).toEqual(['203.0.113.7: name-of-203.0.113.7']);
  });

  it('asks whom a reload wants to be asked, about recent bans too', async () => {
    const names = testInformant();
    names.answer();
    const daemon = await trouble.start({}, { informants: ({ origin }) => (origin.reverseDns ? [names] : []) });
    trouble.attack('203.0.113.7');
    await isBlocked(daemon, '203.0.113.7');
    const { config } = trouble.bench;
    await daemon.use({ ...config, origin: { ...config.origin, reverseDns: true } });
    await has(1, daemon);
    await daemon.use(config);
    expect(daemon.status().findings).toEqual([]);
    await daemon.stop();
    expect(await recorded()).toEqual(['203.0.113.7: name-of-203.0.113.7']);
  });

  it('asks about the address that attacked from a network', async () => {
    const names = testInformant();
    names.answer();
    const daemon = await start(names);
    trouble.attack('2001:db8:1:2:3::4');
    await until(() => names.asked.length > 0, 'a question');
    await has(1, daemon);
    await daemon.stop();
    expect(await recorded()).toEqual(['2001:db8:1:2::/64: name-of-2001:db8:1:2:3::4']);
  });

  it('tells what is wrong with whom it asks, and what it left out', async () => {
    const one = testInformant({ trouble: 'no name server answers', readyAt: () => Number.POSITIVE_INFINITY });
    const two = testInformant({ about: 'tor-exit', option: 'tor_exits', readyAt: () => Number.POSITIVE_INFINITY });
    const daemon = await start(one, two);
    trouble.attack('203.0.113.7');
    await hasProblem(daemon, /^origin\.reverse_dns: no name server answers \(bans are made and recorded without it/);
    daemon.enrichment.take(
      Array.from({ length: QUEUE_MAX + 5 }, () => ({ ban: banOf('198.51.100.1'), origin: NOWHERE, id: 1 })),
    );
    await hasProblem(
      daemon,
      /^origin\.tor_exits: more bans than can be asked about; some are left out \(rapsheet enrich/,
    );
    expect(daemon.status().findings).toMatchObject([
      { about: 'reverse-name', waiting: QUEUE_MAX, dropped: 6 },
      { about: 'tor-exit', waiting: QUEUE_MAX, dropped: 6 },
    ]);
    trouble.ahead += HOUR + 1;
    daemon.tick();
    expect(said(daemon).filter((each) => each.includes('left out'))).toEqual([]);
  });
});

const NOWHERE = {
  ...{ country: undefined, asn: undefined, organization: undefined, organizationAsGiven: undefined },
  ...{ network: undefined, scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
};

function banOf(subject: string) {
  return {
    ...{ subject: network(subject), host: HOST, jail: 'ssh', service: 'ssh', kind: 'ssh.login', prior: 0 },
    ...{ from: trouble.now, until: trouble.now + HOUR, evidence: [] },
    reason: { rule: 'manual', by: 'alice', why: '' } as const,
  };
}
