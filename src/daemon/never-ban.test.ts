import { describe, expect, it } from 'vitest';
import { parseAddress, parseNetwork } from '../base/address.ts';
import type { HostFacts } from '../host/host.ts';
import { NeverBan } from './never-ban.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const DAY = 86_400_000;
const NOBODY: HostFacts = { own: [], sessions: [], connections: [], problems: [] };

function network(text: string) {
  const parsed = parseNetwork(text);
  if (!parsed) throw new RangeError(text);
  return parsed;
}

function address(text: string) {
  const parsed = parseAddress(text);
  if (!parsed) throw new RangeError(text);
  return parsed;
}

const login = (text: string, time = NOW) => ({ address: address(text), user: 'alice', time });
const trust = {
  allow: [{ network: network('198.51.100.0/28'), reason: 'the office', until: NOW + DAY }],
  loginsMs: DAY,
};

function neverBan(facts: Partial<HostFacts> = {}): NeverBan {
  const made = new NeverBan(trust);
  made.see({ ...NOBODY, ...facts });
  return made;
}

describe('who is protected', () => {
  it.each([
    ['an own address', '192.0.2.1', 'always'],
    ['a network around it', '192.0.2.0/24', 'always'],
    ['all networks', '0.0.0.0/0', 'always'],
    ['an address next to it', '192.0.2.2', undefined],
    ['the allowlist', '198.51.100.3', 'always'],
    ['a part of the allowlist', '198.51.100.4/30', 'always'],
    ['a session', '203.0.113.5', 'trusted'],
    ['the network of a session', '203.0.113.0/26', 'trusted'],
    ['a login', '203.0.113.200', 'trusted'],
    ['the network of an IPv6 login', '2001:db8:1::/64', 'trusted'],
    ['another IPv6 network', '2001:db8:2::/64', undefined],
    ['an entry of the allow file', '203.0.113.99', 'always'],
  ] as const)('%s: %s', (_, subject, strength) => {
    const made = neverBan({
      own: [{ network: network('192.0.2.1'), why: 'an address of this host' }],
      sessions: [{ address: address('203.0.113.5'), user: 'alice', terminal: 'pts/0' }],
    });
    made.allow([{ network: network('203.0.113.99'), why: '', line: 1 }]);
    made.login(login('203.0.113.200'));
    made.login(login('2001:db8:1::7'));
    expect(made.of(network(subject), NOW)?.strength).toBe(strength);
  });

  it('a login for a while, and as long as the connection is there', () => {
    const made = neverBan();
    made.login(login('203.0.113.5', NOW - 2 * DAY));
    const subject = network('203.0.113.5');
    expect(made.of(subject, NOW - DAY)?.why).toBe('alice logged in from it at 2026-11-20T12:00Z');
    expect(made.of(subject, NOW)).toBeUndefined();
    const [local, remote] = [address('192.0.2.1'), address('203.0.113.5')];
    made.see({ ...NOBODY, connections: [{ local, localPort: 22, remote, remotePort: 4711 }] });
    expect(made.of(subject, NOW)?.strength).toBe('trusted');
  });

  it('the allowlist until it ends', () => {
    expect(neverBan().of(network('198.51.100.3'), NOW + DAY)).toBeUndefined();
  });

  it('of many logins the latest', () => {
    const made = neverBan();
    for (let i = 0; i < 10_001; i++) made.login(login(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`));
    expect(made.of(network('10.0.0.0'), NOW)).toBeUndefined();
    expect(made.of(network('10.0.0.1'), NOW)?.strength).toBe('trusted');
    expect(made.takeLogins()?.length).toBe(10_000);
    expect(made.takeLogins()).toBeUndefined();
  });
});

describe('what must not reach the kernel', () => {
  const subject = network('203.0.113.5');
  const ban = { from: NOW - 1_000, now: NOW, isOld: false };

  it('a ban of who is protected always', () => {
    const made = neverBan();
    made.allow([{ network: subject, why: 'me', line: 1 }]);
    expect(made.forbids(subject, ban)).toBe('in the allow file: me');
  });

  it('a ban that a login came after; one that a login came before was weighed', () => {
    const made = neverBan();
    made.login(login('203.0.113.5', NOW - 2_000));
    expect(made.forbids(subject, ban)).toBeUndefined();
    made.login(login('203.0.113.5', NOW - 500));
    expect(made.forbids(subject, ban)).toMatch(/alice logged in/);
  });

  it('a ban of an earlier process, when somebody is logged in', () => {
    const made = neverBan({ sessions: [{ address: subject.base, user: 'alice', terminal: 'pts/0' }] });
    expect(made.forbids(subject, ban)).toBeUndefined();
    expect(made.forbids(subject, { ...ban, isOld: true })).toBe('alice is logged in from it (pts/0)');
  });
});

describe('what a reload would take away', () => {
  it('the allowlist of who uses it', () => {
    const made = neverBan({ sessions: [{ address: address('198.51.100.3'), user: 'alice', terminal: '' }] });
    made.login(login('198.51.100.4'));
    made.login(login('203.0.113.5'));
    const lost = made.lost({ ...trust, allow: [] }, NOW).map(({ subject }) => subject);
    expect(lost).toEqual(['198.51.100.3', '198.51.100.4']);
    expect(made.lost(trust, NOW)).toEqual([]);
  });

  it('logins that would count no more', () => {
    const made = neverBan();
    made.login(login('203.0.113.5', NOW - 7_200_000));
    made.login(login('203.0.113.6', NOW - 60_000));
    expect(made.forgotten(3_600_000, NOW).map(({ subject }) => subject)).toEqual(['203.0.113.5']);
  });
});
