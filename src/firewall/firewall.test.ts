import { describe, expect, it } from 'vitest';
import { networkOf, parseAddress } from '../base/address.ts';
import type { Ban } from '../model.ts';
import { dryFirewall, type Firewall, memoryFirewall } from './firewall.ts';

function ban(text: string, from: number, until: number): Ban {
  const address = parseAddress(text);
  if (!address) throw new RangeError(text);
  return {
    subject: networkOf(address, text.includes(':') ? 64 : 32),
    ...{ host: 'web1', jail: 'ssh', service: 'ssh', kind: 'ssh.login', from, until, prior: 0 },
    reason: { rule: 'threshold', score: 5, limit: 5, findTime: 600_000, kinds: {} },
    evidence: [],
  };
}

/** What every firewall that has an effect must do; the real ones will join. */
describe.each<[string, () => Firewall]>([['memoryFirewall()', memoryFirewall]])('%s', (_, open) => {
  it('blocks until the ban ends, the later end of two', () => {
    const firewall = open();
    expect(firewall.block(ban('203.0.113.7', 10, 100))).toEqual({ state: 'blocked', at: 10 });
    firewall.block(ban('203.0.113.7', 20, 50));
    firewall.block(ban('2001:db8::7', 20, 60));
    expect(firewall.blocked(59).map(({ text }) => text)).toEqual(['203.0.113.7', '2001:db8::/64']);
    expect(firewall.blocked(60).map(({ text }) => text)).toEqual(['203.0.113.7']);
    expect(firewall.blocked(100)).toEqual([]);
  });

  it('releases once', () => {
    const firewall = open();
    const one = ban('203.0.113.7', 10, 100);
    firewall.block(one);
    expect([firewall.release(one.subject), firewall.release(one.subject)]).toEqual([true, false]);
    expect(firewall.blocked(20)).toEqual([]);
  });
});

it('dryFirewall() says that a ban had no effect', () => {
  const firewall = dryFirewall();
  expect(firewall.block(ban('203.0.113.7', 10, 100))).toEqual({ state: 'dry-run' });
  expect(firewall.blocked(20)).toEqual([]);
});
