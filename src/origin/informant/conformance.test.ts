/** What everybody who is asked does, whoever it is. A new informant adds itself to the table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contains } from '../../base/address.ts';
import type { Informant } from '../informant.ts';
import { hasNamed, type NameServer, startNameServer } from '../testing/name-server.ts';
import { type RdapServer, startRdapServer } from '../testing/rdap-server.ts';
import { address, scratch } from '../testing/scratch.ts';
import { listings } from './listings.ts';
import { rdap } from './rdap.ts';
import { reverseDns } from './reverse-dns.ts';
import { torExits } from './tor-exits.ts';

const NOW = 1_700_000_000_000;
const clock = (): number => NOW;
const files = scratch();
const known = address('203.0.113.7');
let names: NameServer | undefined;
let registry: RdapServer;

beforeAll(async () => {
  if (hasNamed) names = await startNameServer();
  registry = await startRdapServer();
});
afterAll(async () => {
  await names?.close();
  await registry.close();
});

const INFORMANTS: ReadonlyArray<readonly [name: string, isPossible: boolean, open: () => Informant]> = [
  ['reverse-dns', hasNamed, () => reverseDns({ clock, servers: [names?.address ?? ''] })],
  [
    'rdap',
    true,
    () => {
      const servers = { baseOf: (): URL => new URL(registry.url) };
      return rdap({ clock, servers, nameServers: [], agent: 'rapsheet/test', mayReach: () => true });
    },
  ],
  ['tor-exits', true, () => torExits({ clock, path: files.write('exits.txt', '203.0.113.7\n') })],
  [
    'listings',
    true,
    () => listings({ clock, blocklists: { check: async () => ({ listings: [], unlisted: ['bl.example.net'] }) } }),
  ],
];

describe.each(INFORMANTS)('informant %s', (_, isPossible, open) => {
  it.skipIf(!isPossible)('tells of the address that it is asked about, and when', async () => {
    const informant = open();
    const reply = await informant.ask(known, AbortSignal.timeout(10_000));
    if (reply.state !== 'answered') throw new Error(JSON.stringify(reply));
    const { finding } = reply;
    expect([finding.address, finding.at, finding.answer.about]).toEqual([known, NOW, informant.about]);
    expect(finding.source).not.toBe('');
    expect(informant.holds(finding, known)).toBe(true);
    expect(informant.trouble).toBeUndefined();
    informant.close();
    informant.close();
  });

  it('says how it may be asked', () => {
    const informant = open();
    expect(informant.readyAt(known)).toBeLessThanOrEqual(NOW);
    expect(informant.workers).toBeGreaterThan(0);
    expect(informant.patienceMs).toBeGreaterThan(0);
    for (const text of ['203.0.113.7', '2001:db8::1', '0.0.0.0', '255.255.255.255', '::']) {
      expect(contains(informant.neighborhood(address(text)), address(text))).toBe(true);
    }
    informant.close();
  });

  it('does not reject when it is given up before it began', async () => {
    const informant = open();
    expect(['answered', 'failed']).toContain((await informant.ask(known, AbortSignal.abort())).state);
    informant.close();
  });
});
