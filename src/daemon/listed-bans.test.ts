/** Blocklists are asked about whoever is banned, for whatever it was, once the ban is made. */
import { afterEach, describe, expect, it } from 'vitest';
import { openLedger } from '../ledger/ledger.ts';
import { informants } from '../origin/informant/index.ts';
import {
  type DnsServer,
  type Question,
  type Reply,
  startDnsServer,
  workingZone,
} from '../origin/testing/dns-server.ts';
import type { Daemon } from './daemon.ts';
import { network } from './testing/record.ts';
import { openRelaying, type Relaying, relay, ZONE } from './testing/relaying.ts';
import { failure, until } from './testing.ts';

const LISTED = '203.0.113.7';
const UNLISTED = '203.0.113.8';
const zone = workingZone(ZONE, { '7.113.0.203': { addresses: ['127.0.0.2', '127.0.0.10'] } });

let server: DnsServer;
let relaying: Relaying;
afterEach(async () => {
  await relaying.bench.end();
  await server.close();
});

async function start(reply: (question: Question) => Reply): Promise<Daemon> {
  server = await startDnsServer(reply);
  relaying = openRelaying(() => server.port);
  const clock = (): number => Date.now();
  return relaying.start({}, { informants: (_, blocklists) => [informants.blocklists({ clock, blocklists })] });
}

function attack(address: string): void {
  const time = Date.now();
  relaying.write(...[1, 2, 3, 4, 5].map((n) => failure(time + n, address, n)));
}

const isHeld = (daemon: Daemon, address: string): boolean => daemon.enforcer.held(network(address)) !== undefined;
const answered = (daemon: Daemon): number => daemon.status().findings?.[0]?.answered ?? 0;
const asked = (): number => server.asked.filter(({ name, type }) => type === 'A' && /^\d+\.113\./.test(name)).length;

async function recorded(): Promise<unknown[]> {
  const ledger = await openLedger({ path: relaying.bench.ledgerPath, mode: 'read', clock: () => 0 });
  try {
    const scope = { period: { from: 0, until: Number.POSITIVE_INFINITY, name: '' }, host: undefined };
    return [...ledger.bans(scope)].map(({ id, subject }) => [
      subject,
      ledger.findingsOf(id).map(({ answer }) => answer),
    ]);
  } finally {
    ledger.close();
  }
}

const listing = { about: 'listings', lists: [{ list: ZONE, codes: ['127.0.0.2', '127.0.0.10'] }], unlisted: [] };
const none = { about: 'listings', lists: [], unlisted: [ZONE] };

describe('blocklists and bans', () => {
  it('each ban has the lists that the address is on, and those that it is not on', async () => {
    const daemon = await start(zone);
    attack(LISTED);
    attack(UNLISTED);
    await until(() => answered(daemon) === 2, 'both answers');
    await daemon.stop();
    expect((await recorded()).sort()).toEqual([
      [LISTED, [listing]],
      [UNLISTED, [none]],
    ]);
  });

  it('who was banned for being listed is not asked about again', async () => {
    const daemon = await start(zone);
    relaying.write(relay(Date.now(), LISTED));
    await until(() => answered(daemon) === 1, 'the answer');
    await daemon.stop();
    expect([await recorded(), asked()]).toEqual([[[LISTED, [listing]]], 1]);
  });

  it('nobody is asked about a private address, and nothing is recorded of it', async () => {
    const daemon = await start(zone);
    attack('10.1.2.3');
    attack(UNLISTED);
    await until(() => answered(daemon) === 1, 'the answer');
    expect([isHeld(daemon, '10.1.2.3'), daemon.status().findings]).toMatchObject([
      true,
      [{ waiting: 0, unanswered: 0 }],
    ]);
    await daemon.stop();
    expect((await recorded()).sort()).toEqual([
      ['10.1.2.3', []],
      [UNLISTED, [none]],
    ]);
    expect(server.asked.some(({ name }) => name.startsWith('3.2.1.10.'))).toBe(false);
  });

  it('a resolver that fails leads to no answer, never to "not listed", and holds up no ban', async () => {
    const daemon = await start((question) => (question.name.startsWith('7.113.') ? 'servfail' : zone(question)));
    attack(LISTED);
    await until(() => asked() > 0, 'the question');
    attack(UNLISTED);
    await until(() => isHeld(daemon, UNLISTED) && answered(daemon) === 1, 'another ban, and its answer');
    await daemon.stop();
    expect((await recorded()).sort()).toEqual([
      [LISTED, []],
      [UNLISTED, [none]],
    ]);
  });
});
