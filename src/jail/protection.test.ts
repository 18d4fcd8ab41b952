/** Who is protected is not banned, and no one else profits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Network } from '../base/address.ts';
import type { Ban } from '../model.ts';
import { type Jails, type JailsOptions, overlap, type Protection, type Spared } from './jail.ts';
import { judge, networkFrom, sampleAttempt, sampleJails } from './sample.ts';

const DAY = 86_400;
const ALWAYS: Protection = { why: 'an address of this host', strength: 'always' };
const TRUSTED: Protection = { why: 'alice is logged in from it', strength: 'trusted' };

/** Jails that protect one network, and what they tell. */
function guarded(text: string, protection: Protection, given: Partial<JailsOptions> = {}) {
  const told: Spared[] = [];
  const network = networkFrom(text);
  const subject = sampleJails({
    protection: (each: Network) => (overlap(each, network) ? protection : undefined),
    onSpared: (spared) => told.push(spared),
    ...given,
  });
  return { subject, told };
}

/** Reaches the limit of three a number of times, a second after the other. */
function attack(jails: Jails, from: string, at: { limits: number; second?: number }): Ban[] {
  const { limits, second = 0 } = at;
  const attempts = Array.from({ length: limits * 3 }, (_, i) => sampleAttempt(second + i, from));
  return judge(jails, attempts).filter((ban) => ban !== undefined);
}

describe('a subject that is always protected', () => {
  it('is never banned, begins anew at each limit, and its owner hears of it', () => {
    const { subject, told } = guarded('203.0.113.7', ALWAYS);
    expect(attack(subject, '203.0.113.7', { limits: 40 })).toEqual([]);
    expect([subject.spared, told.length]).toEqual([40, 40]);
    expect(told[0]).toMatchObject({
      ...{ subject: { text: '203.0.113.7' }, host: 'web1', jail: 'ssh', score: 3, limit: 3 },
      ...{ protection: ALWAYS, attempt: { time: 2_000 }, strikes: 1, banned: false },
    });
    expect(told.at(-1)).toMatchObject({ strikes: 10, banned: false });
  });

  it('does not protect its neighbors', () => {
    const { subject } = guarded('203.0.113.7', ALWAYS);
    expect(attack(subject, '203.0.113.8', { limits: 1 })).toHaveLength(1);
  });

  it('protects the IPv6 network that it lies in, whose other addresses are banned alone', () => {
    const inside = guarded('2001:db8:0:1::7', ALWAYS);
    expect(attack(inside.subject, '2001:db8:0:1::7', { limits: 3 })).toEqual([]);
    const [neighbor, ...more] = attack(inside.subject, '2001:db8:0:1::66', { limits: 3, second: 50 });
    expect([neighbor?.subject.text, more]).toEqual(['2001:db8:0:1::66', []]);
    expect(attack(inside.subject, '2001:db8:0:2::66', { limits: 1 })).toHaveLength(1);
    const around = guarded('2001:db8::/32', ALWAYS);
    expect(attack(around.subject, '2001:db8:0:1::66', { limits: 3 })).toEqual([]);
  });

  it('may be on the allowlist: an attacker of the same IPv6 network gets only himself banned', () => {
    const allow = [{ network: networkFrom('2001:db8:0:1::7'), reason: 'office', until: 100_000 }];
    const told: Spared[] = [];
    const jails = sampleJails({ allow, onSpared: (spared) => told.push(spared) });
    expect(attack(jails, '2001:db8:0:1::66', { limits: 1 }).map(({ subject }) => subject.text)).toEqual([
      '2001:db8:0:1::66',
    ]);
    expect(told).toEqual([]);
    // Until the entry ends: then it is the network again.
    expect(attack(jails, '2001:db8:0:1::99', { limits: 1, second: 100 }).map(({ subject }) => subject.text)).toEqual([
      '2001:db8:0:1::/64',
    ]);
  });
});

describe('a subject that is trusted', () => {
  it('is banned at its tenth limit within a day, and its owner hears that', () => {
    const { subject, told } = guarded('203.0.113.7', TRUSTED);
    const bans = attack(subject, '203.0.113.7', { limits: 10 });
    expect(bans.map(({ from }) => from)).toEqual([29_000]);
    expect(told.map(({ strikes, banned }) => [strikes, banned])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i + 1, i === 9]),
    );
    expect(subject.spared).toBe(9);
  });

  it('is spared when its limits lie further apart', () => {
    const { subject } = guarded('203.0.113.7', TRUSTED);
    for (let n = 0; n < 40; n++) {
      expect(attack(subject, '203.0.113.7', { limits: 1, second: (n * DAY) / 9 })).toEqual([]);
    }
  });

  it('is not charged with what it did while nothing could get it banned', () => {
    let protection = ALWAYS;
    const subject = sampleJails({ protection: () => protection });
    expect(attack(subject, '203.0.113.7', { limits: 12 })).toEqual([]);
    protection = TRUSTED;
    expect(attack(subject, '203.0.113.7', { limits: 9, second: 100 })).toEqual([]);
    expect(attack(subject, '203.0.113.7', { limits: 1, second: 200 })).toHaveLength(1);
  });

  it('is trusted anew after an unban', () => {
    const { subject } = guarded('203.0.113.7', TRUSTED);
    expect(attack(subject, '203.0.113.7', { limits: 10 })).toHaveLength(1);
    subject.forget(networkFrom('203.0.113.7'), 'web1');
    expect(attack(subject, '203.0.113.7', { limits: 9, second: 100 })).toEqual([]);
    expect(attack(subject, '203.0.113.7', { limits: 1, second: 200 })).toHaveLength(1);
  });
});

/** Addresses of two IPv4 networks and three IPv6 ones, so that many fall together. */
const someone = fc.oneof(
  fc.integer({ min: 0, max: 15 }).map((n) => `203.0.113.${n}`),
  fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 4 }))
    .map(([net, n]) => `2001:db8:0:${net + 1}::${n}`),
);
const guardedNetwork = fc.oneof(
  someone,
  fc.constantFrom('203.0.113.0/29', '203.0.113.8/30', '2001:db8:0:1::/64', '2001:db8::/62', '2001:db8:0:2::/126'),
);
const steps = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 90 }), from: someone }), { maxLength: 300 });

describe('whatever the attempts', () => {
  it('no ban touches what is always protected', () => {
    fc.assert(
      fc.property(guardedNetwork, steps, (text, attempts) => {
        const { subject } = guarded(text, ALWAYS);
        let now = 0;
        for (const { gap, from } of attempts) {
          now += gap;
          const ban = subject.judge(sampleAttempt(now, from), 1);
          if (ban) expect(overlap(ban.subject, networkFrom(text))).toBe(false);
        }
      }),
    );
  });

  it('the unprotected are banned as if there were no protection, neighbors of the protected alone', () => {
    fc.assert(
      fc.property(guardedNetwork, steps, (text, attempts) => {
        const { subject } = guarded(text, ALWAYS);
        const plain = sampleJails();
        let now = 0;
        for (const { gap, from } of attempts) {
          now += gap;
          const [ban, expected] = [subject, plain].map((each) => each.judge(sampleAttempt(now, from), 1));
          const protectedOne = networkFrom(text);
          if (ban) expect(overlap(ban.subject, protectedOne)).toBe(false);
          const isNear = overlap(networkFrom(from.replace(/::.*/, '::/64')), protectedOne);
          if (!isNear) expect(ban).toEqual(expected);
          else if (ban) expect(ban.subject.text).toBe(from);
        }
      }),
    );
  });

  it('who is trusted is banned at the tenth limit of a day and at no other', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 120 }), (gaps) => {
        const { subject, told } = guarded('203.0.113.7', TRUSTED);
        const limits: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const before = told.length;
          const ban = subject.judge(sampleAttempt(now), 1);
          if (told.length > before) limits.push(now);
          const lately = limits.filter((time) => time > now - DAY).length;
          expect(ban !== undefined).toBe(told.length > before && lately >= 10);
        }
      }),
    );
  });
});

it.each([
  ['203.0.113.0/24', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.0/25', '203.0.113.128/25', false],
  ['2001:db8::/32', '2001:db8:0:1::/64', true],
  ['::/0', '203.0.113.7', true],
  ['0.0.0.0/0', '2001:db8::1', false],
])('overlap() of %s and %s is %s, both ways', (a, b, expected) => {
  expect([overlap(networkFrom(a), networkFrom(b)), overlap(networkFrom(b), networkFrom(a))]).toEqual([
    expected,
    expected,
  ]);
});
