/** Attackers that no single window shows: slow ones, networks, campaigns; and who must not be taken for one. */
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import type { Attempt, Ban } from '../model.ts';
import type { Jails, JailsOptions } from './jail.ts';
import { sampleAttempt as attempt, networkFrom, SSH, sampleJails } from './sample.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const SLOW = { maxRetry: 100, findTime: 14 * DAY * 1000 };
const WIDE = { ipv4: 10, ipv6: 5, findTime: DAY * 1000 };
const CAMPAIGN = { addresses: 100, tries: 3, findTime: DAY * 1000 };
const FIVE = { ...SSH, maxRetry: 5, slow: SLOW };

function jails(given: Partial<JailsOptions> = {}): Jails {
  return sampleJails({ jails: [FIVE], wide: WIDE, campaign: CAMPAIGN, evidenceBytes: 1 << 20, ...given });
}

/** All bans, in order. */
function judge(subject: Jails, attempts: Iterable<Attempt>): Ban[] {
  const bans: Ban[] = [];
  for (const each of attempts) {
    const ban = each.pattern.success ? void subject.cleared(each) : subject.judge(each, each.count);
    if (ban) bans.push(ban, ...subject.takeFurther());
  }
  return bans;
}

function of(user: string | undefined, given: Attempt): Attempt {
  return { ...given, user };
}

function login(seconds: number, address: string, user: string): Attempt {
  const given = attempt(seconds, address, 'ssh.accepted');
  return { ...given, user, pattern: { ...given.pattern, success: true } };
}

function* every(seconds: number, until: number, make: (at: number) => Attempt): Generator<Attempt> {
  for (let at = DAY; at < until + DAY; at += seconds) yield make(at);
}

/** Enough failures of an address for a ban. */
function attack(from: number, address: string): Attempt[] {
  return Array.from({ length: 5 }, (_, i) => attempt(from + i, address));
}

describe('slow attackers', () => {
  it('one attempt every 9 minutes for 30 days is banned within a day, again and again, with lines to show', () => {
    const bans = judge(
      jails(),
      every(9 * MINUTE, 30 * DAY, (at) => attempt(at)),
    );
    expect(bans[0]?.from).toBeLessThan((DAY + DAY) * 1000);
    expect(bans[0]?.reason).toEqual({
      ...{ rule: 'slow', score: 100, limit: 100, findTime: SLOW.findTime, since: DAY * 1000 },
    });
    expect(bans[0]?.evidence).toHaveLength(5);
    expect(bans.length).toBeGreaterThan(10);
  });

  it('such a ban is as long as it took to notice, at most the longest', () => {
    const long = { ...FIVE, maxBanTime: 7 * DAY * 1000 };
    const [ban] = judge(
      jails({ jails: [long] }),
      every(2 * HOUR, 30 * DAY, (at) => attempt(at)),
    );
    expect(ban && ban.until - ban.from).toBe(7 * DAY * 1000);
  });

  it.each([
    ['three mistakes a day', 8 * HOUR, 'ssh.login'],
    ['a monitor that connects and leaves, every five minutes', 5 * MINUTE, 'ssh.close'],
  ])('%s are no attack', (_, seconds, kind) => {
    expect(
      judge(
        jails(),
        every(seconds, 30 * DAY, (at) => attempt(at, '203.0.113.7', kind)),
      ),
    ).toEqual([]);
  });

  it('what was cleared by a login does not add up', () => {
    const subject = jails();
    const day = function* (): Generator<Attempt> {
      for (let at = DAY; at < 30 * DAY; at += HOUR) {
        yield of('alice', attempt(at));
        yield login(at + 10, '203.0.113.7', 'alice');
      }
    };
    expect(judge(subject, day())).toEqual([]);
    expect(subject.standing(attempt(0).address, 'web1', 30 * DAY * 1000)).toEqual([]);
  });
});

describe('networks', () => {
  it('an IPv4 /24 is banned with the tenth of its addresses, and then its other addresses are', () => {
    const subject = jails();
    const members = Array.from({ length: 10 }, (_, i) => attack(DAY + i * HOUR, `198.51.100.${i + 1}`)).flat();
    const bans = judge(subject, members);
    expect(bans).toHaveLength(11);
    const wide = bans.at(-1);
    expect(wide?.subject.text).toBe('198.51.100.0/24');
    expect(wide?.reason).toMatchObject({ rule: 'wide', banned: 10, limit: 10, size: 256 });
    expect(wide?.evidence).toHaveLength(10);
    expect(judge(subject, attack(DAY + 9 * HOUR + 60, '198.51.100.200'))).toEqual([]);
    expect(subject.counts.whileBanned).toBe(5);
  });

  it('IPv6 goes by what one customer has: a /56 of five /64, a /48 of five /56', () => {
    const place = (i: number, j: number): string => `2001:db8:0:${(i * 256 + j).toString(16)}::1`;
    const one = judge(jails(), Array.from({ length: 5 }, (_, j) => attack(DAY + j * 60, place(1, j))).flat());
    expect(one.at(-1)?.subject.text).toBe('2001:db8:0:100::/56');
    const many = judge(jails(), Array.from({ length: 5 }, (_, i) => attack(DAY + i * 60, place(i, 7))).flat());
    expect(many.at(-1)?.subject.text).toBe('2001:db8::/48');
    expect(many.at(-1)?.reason).toMatchObject({ size: 65_536, banned: 5 });
  });

  it.each<[string, Partial<JailsOptions>, readonly Attempt[]]>([
    [
      'an allowlisted address',
      { allow: [{ network: networkFrom('198.51.100.77'), reason: 'us', until: undefined }] },
      [],
    ],
    ['somebody who logged in lately', {}, [login(DAY - 1, '198.51.100.77', 'alice')]],
    [
      'a protected address',
      { protection: ({ text }) => (text.endsWith('/24') ? { why: 'ours', strength: 'trusted' } : undefined) },
      [],
    ],
    ['only forged lines', { forgeable: new Set(['ssh.login']) }, []],
  ])('with %s in it, it is not banned', (_, given, before) => {
    const members = Array.from({ length: 20 }, (__, i) => attack(DAY + i * 60, `198.51.100.${i + 1}`)).flat();
    const bans = judge(jails(given), [...before, ...members]);
    expect(bans.map(({ reason }) => reason.rule)).toEqual(new Array(20).fill('threshold'));
  });

  it('bans that are a day apart, and bans that somebody ended, do not add up', () => {
    const spread = Array.from({ length: 20 }, (_, i) => attack(DAY * (i + 1), `198.51.100.${i + 1}`)).flat();
    expect(judge(jails(), spread)).toHaveLength(20);
    const subject = jails();
    const members = Array.from({ length: 9 }, (_, i) => attack(DAY + i, `198.51.100.${i + 1}`)).flat();
    judge(subject, members);
    for (let i = 0; i < 9; i++) subject.forget(networkFrom(`198.51.100.${i + 1}`), 'web1');
    expect(judge(subject, attack(DAY + HOUR, '198.51.100.50'))).toHaveLength(1);
  });
});

/** `count` addresses, each of its own network, `tries` times each. */
function* botnet(count: number, tries: number, user: string): Generator<Attempt> {
  for (let round = 0; round < tries; round++) {
    for (let i = 0; i < count; i++) {
      const address = `10.${i >> 8}.${i & 255}.9`;
      yield of(user, attempt(DAY + round * 2 * HOUR + i * 10, address));
    }
  }
}

describe('campaigns', () => {
  it('500 addresses that try one account three times each are one campaign, and all are banned', () => {
    const bans = judge(jails(), botnet(500, 3, 'alice'));
    expect(new Set(bans.map(({ subject }) => subject.text)).size).toBe(500);
    const reasons = bans.map(({ reason }) => reason);
    expect(new Set(reasons.map((reason) => reason.rule === 'campaign' && `${reason.user} ${reason.since}`)).size).toBe(
      1,
    );
    expect(bans.every(({ evidence }) => evidence.length > 0)).toBe(true);
    expect(reasons[0]).toMatchObject({ rule: 'campaign', user: 'alice', service: 'ssh', addresses: 500 });
  });

  it('who of them failed thrice before it was a campaign is banned with the one that made it one', () => {
    const early = [...botnet(99, 3, 'alice')];
    const bans = judge(jails(), [...early, of('alice', attempt(2 * DAY - 60, '192.0.2.1'))]);
    expect(bans.length).toBeGreaterThan(90);
    expect(bans.some(({ subject }) => subject.text === '192.0.2.1')).toBe(false);
  });

  it('whoever was banned together with others begins anew, after a restart as well', () => {
    const subject = jails();
    judge(subject, botnet(99, 3, 'alice'));
    const rows = new Map(subject.takeMemory().map((row) => [row.key, row]));
    const bans = judge(subject, [of('alice', attempt(2 * DAY - 60, '192.0.2.1'))]);
    for (const row of subject.takeMemory()) rows.set(row.key, row);
    const again = jails();
    again.recall(rows.values());
    const banned = bans.find(({ reason }) => reason.rule === 'campaign');
    const later = of('alice', {
      ...attempt(0),
      address: addressOf(banned?.subject.text ?? ''),
      time: banned?.until ?? 0,
    });
    for (const each of [subject, again]) expect(each.judge(later, 1)).toBeUndefined();
  });

  it('ten users who mistype are none, nor is a name that 90 addresses tried', () => {
    const users = Array.from({ length: 10 }, (_, i) =>
      [0, 1, 2].map((n) => of(`user${i}`, attempt(DAY + i + n * HOUR, `192.0.2.${i + 1}`))),
    ).flat();
    expect(judge(jails(), users)).toEqual([]);
    expect(judge(jails(), botnet(90, 3, 'root'))).toEqual([]);
  });

  it('a flood of random names does not push the campaign out', () => {
    const subject = jails();
    const mixed = function* (): Generator<Attempt> {
      let n = 0;
      for (const each of botnet(150, 3, 'alice')) {
        yield each;
        for (let i = 0; i < 300; i++, n++) {
          yield of(`x${n}`, { ...each, address: addressOf(`172.${16 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`) });
        }
      }
    };
    const bans = judge(subject, mixed()).filter(({ reason }) => reason.rule === 'campaign');
    expect(bans.length).toBe(150);
  });
});

describe('logins', () => {
  const failures = (user: string, from = 0) => [0, 1, 2, 3].map((n) => of(user, attempt(DAY + from + n, '192.0.2.1')));

  it('a login takes back the failures with the same name, and no others', () => {
    const honest = [...failures('alice'), login(DAY + 5, '192.0.2.1', 'alice'), ...failures('alice', 10)];
    expect(judge(jails(), honest)).toEqual([]);
    const thief = [...failures('bob'), login(DAY + 5, '192.0.2.1', 'mallory'), ...failures('bob', 10)];
    expect(judge(jails(), thief)).toHaveLength(1);
    const elsewhere = [...failures('alice'), login(DAY + 5, '192.0.2.2', 'alice'), ...failures('alice', 10)];
    expect(judge(jails(), elsewhere)).toHaveLength(1);
  });

  it('a name close to a real one counts half; a name that never was, or a real one, in full', () => {
    const known = login(DAY - 1, '192.0.2.9', 'frederick');
    const tries = (user: string, count: number) =>
      Array.from({ length: count }, (_, n) => of(user, attempt(DAY + n, '192.0.2.1')));
    expect(judge(jails(), [known, ...tries('fredrick', 9)])).toEqual([]);
    expect(judge(jails(), [known, ...tries('fredrick', 10)])).toHaveLength(1);
    expect(judge(jails(), [known, ...tries('frederick', 5)])).toHaveLength(1);
    expect(judge(jails(), [known, ...tries('oracle', 5)])).toHaveLength(1);
  });
});

describe('memory', () => {
  it('what one remembers another goes on with, and judges alike', () => {
    const all = [
      ...every(9 * MINUTE, 3 * DAY, (at) => attempt(at)),
      ...Array.from({ length: 12 }, (_, i) => attack(DAY + i * HOUR, `198.51.100.${i + 1}`)).flat(),
      ...botnet(150, 4, 'alice'),
      ...[login(DAY + 7, '192.0.2.9', 'frederick'), of('fredrick', attempt(DAY + 9, '192.0.2.1'))],
    ].sort((a, b) => a.time - b.time);
    const whole = judge(jails(), all);
    const rows = new Map<string, ReturnType<Jails['takeMemory']>[number]>();
    const parts: Ban[] = [];
    for (let at = 0; at < all.length; at += 100) {
      const subject = jails();
      const now = all[at]?.time ?? 0;
      // As the daemon does: recall all, judge the past again for the short windows, go on.
      subject.recall([...rows.values()].filter(({ content }) => content !== undefined));
      subject.isPast = true;
      for (const each of all.slice(0, at)) {
        if (each.time < now - 2 * HOUR * 1000) continue;
        const own = whole.filter(({ from }) => from === each.time);
        judge(subject, [each]);
        for (const ban of own) subject.resume(ban.subject, 'web1', ban);
      }
      subject.isPast = false;
      for (const ban of parts) subject.resume(ban.subject, 'web1', ban);
      parts.push(...judge(subject, all.slice(at, at + 100)));
      for (const row of subject.takeMemory()) rows.set(row.key, row);
    }
    const facts = (bans: readonly Ban[]) =>
      bans.map(({ subject, from, until, reason, evidence }) => [subject.text, from, until, reason, evidence]);
    expect(facts(parts)).toEqual(facts(whole));
    expect(new Set(whole.map(({ reason }) => reason.rule))).toEqual(new Set(['slow', 'threshold', 'wide', 'campaign']));
  });
});

function addressOf(text: string): Attempt['address'] {
  const address = parseAddress(text);
  if (!address) throw new RangeError(text);
  return address;
}

describe('proxies', () => {
  const proxyOf = (): string => 'Cloudflare';
  const web = { ...FIVE, name: 'web', kinds: ['web.*'] };

  it('are not banned by a web jail, and said to be one; for other services they are addresses like any other', () => {
    const said: string[] = [];
    const subject = jails({
      ...{ jails: [FIVE, web], proxyOf, weights: new Map([['web.auth', 1]]) },
      onSpared: ({ protection }) => said.push(protection.why),
    });
    const probes = [0, 1, 2, 3, 4].map((n) => attempt(DAY + n, '192.0.2.1', 'web.auth'));
    expect(judge(subject, probes)).toEqual([]);
    expect(said).toEqual([expect.stringMatching(/a proxy \(Cloudflare\): name it in general\.trusted_proxies/)]);
    expect(judge(subject, attack(2 * DAY, '192.0.2.1'))).toHaveLength(1);
  });
});
