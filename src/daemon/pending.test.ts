import { afterEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { attemptText } from '../filter/attempt-text.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import type { Attempt, Ban } from '../model.ts';
import { Pending } from './pending.ts';
import { network } from './testing/record.ts';

const HOST = 'web1';
const NOW = Date.parse('2026-11-22T12:00:00Z');
const ORIGIN = {
  ...{ country: undefined, asn: undefined, organization: undefined, organizationAsGiven: undefined },
  ...{ network: undefined, scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
};
const pattern = { filter: 'sshd', number: 1, service: 'ssh', kind: 'ssh.login', voice: undefined, syslog: true };
const ALWAYS = { period: { from: 0, until: Number.POSITIVE_INFINITY, name: '' }, host: undefined };

let ledger: Ledger;
afterEach(() => ledger.close());

async function bench(): Promise<Pending> {
  ledger = await openLedger({ path: ':memory:', mode: 'write', clock: () => NOW });
  return new Pending(HOST, () => undefined);
}

function attempt(time: number, success = false): Attempt {
  const address = parseAddress('203.0.113.7');
  if (!address) throw new Error('no address');
  return {
    ...{ time, address, pattern: { ...pattern, success }, user: 'root', target: undefined, offset: 0, count: 1 },
    ...{ file: { host: HOST, path: 'auth.log', modified: 0 }, session: '', line: 'a line' },
  };
}

function ban(text = '203.0.113.7'): Ban {
  return {
    ...{ subject: network(text), host: HOST, jail: 'ssh', service: 'ssh', kind: 'ssh.login', prior: 0 },
    ...{ from: NOW, until: NOW + 3_600_000, reason: { rule: 'manual', by: 'alice', why: '' }, evidence: [] },
  };
}

const nothing = { bookmarks: [], states: new Map<string, string>(), memory: [] };

function broken(): Ledger {
  return new Proxy(ledger, {
    get(target, name) {
      if (name === 'commit') {
        return () => {
          throw new ProblemError(EXIT.unavailable, { what: 'full' });
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('Pending', () => {
  it('writes all of it together, and nothing twice', async () => {
    const pending = await bench();
    const one = attempt(NOW);
    pending.judged(one);
    pending.tally(one, 1);
    pending.ban(ban(), ORIGIN);
    const [made] = pending.takeBans();
    if (!made) throw new Error('no ban');
    pending.block(made, { state: 'blocked', at: NOW });
    expect([pending.isEmpty, pending.size, pending.takeBans(), pending.uncounted(made.ban.subject)]).toEqual([
      false,
      3,
      [],
      1,
    ]);
    pending.commit(ledger, { ...nothing, states: new Map([['logins', '[]']]) }, NOW);
    pending.commit(ledger, nothing, NOW);
    expect([pending.isEmpty, pending.uncounted(made.ban.subject), ledger.priorBans(made.ban.subject)]).toEqual([
      true,
      0,
      1,
    ]);
    expect([...ledger.bans(ALWAYS)].map(({ id }) => ledger.blocksOf(id))).toEqual([[{ state: 'blocked', at: NOW }]]);
    expect([...ledger.tallies(ALWAYS)].map(({ count }) => count)).toEqual([1]);
    expect(ledger.state('logins')).toBe('[]');
    expect([...ledger.recent(0)].map((text) => JSON.parse(text))).toEqual([
      {
        now: NOW,
        events: [
          ['a', JSON.parse(JSON.stringify(attemptText(one)))],
          ['b', '203.0.113.7', NOW, NOW + 3_600_000, 'ssh'],
        ],
      },
    ]);
  });

  it('loses nothing when the ledger fails', async () => {
    const pending = await bench();
    pending.ban(ban(), ORIGIN);
    const [made] = pending.takeBans();
    expect(() => pending.commit(broken(), nothing, NOW)).toThrow('full');
    expect([made?.id, pending.size]).toEqual([undefined, 1]);
    pending.release(network('203.0.113.7'), NOW + 1, 'by alice');
    pending.commit(ledger, nothing, NOW);
    expect(made?.id).toBe(1);
    expect([...ledger.inForce(HOST, NOW + 2)]).toEqual([]);
    expect(ledger.releasesOf(network('203.0.113.7'))).toMatchObject([{ why: 'by alice' }]);
  });

  it('leaves a block out whose ban was never recorded', async () => {
    const pending = await bench();
    pending.block({ id: undefined }, { state: 'blocked', at: NOW });
    pending.commit(ledger, nothing, NOW);
    expect(pending.isEmpty).toBe(true);
  });

  it('does not keep logins that went well for judging', async () => {
    const pending = await bench();
    pending.judged(attempt(NOW, true));
    expect(pending.isEmpty).toBe(true);
  });

  it('lets the record go when too much waits, and says so; bans go on', async () => {
    const pending = await bench();
    for (let i = 0; i <= 100_000; i++) pending.judged(attempt(NOW + i));
    pending.ban(ban(), ORIGIN);
    expect([pending.overflowed, pending.size, pending.takeBans().length]).toEqual([true, 2, 1]);
  });
});
