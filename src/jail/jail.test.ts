import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JailCounter } from './counter.ts';
import { sampleAttempt as attempt, sampleJails as jails, judge, networkFrom, SSH } from './sample.ts';

const HOUR = 3_600;

describe('Jails.judge()', () => {
  it('bans at the limit and not before, with the lines that led to it', () => {
    const [first, second, ban] = judge(jails(), [attempt(1), attempt(2), attempt(3)]);
    expect([first, second]).toEqual([undefined, undefined]);
    expect(ban).toMatchObject({
      subject: { text: '203.0.113.7' },
      host: 'web1',
      jail: 'ssh',
      service: 'ssh',
      kind: 'ssh.login',
      from: 3_000,
      until: 3_000 + 3_600_000,
      prior: 0,
      reason: { rule: 'threshold', score: 3, limit: 3, findTime: 600_000, kinds: { 'ssh.login': 3 } },
    });
    expect(ban?.evidence.map(({ line, offset, user, path }) => ({ line, offset, user, path }))).toEqual(
      [1, 2, 3].map((n) => ({ line: `line at ${n}`, offset: n * 100, user: 'root', path: 'auth.log' })),
    );
  });

  it.each([
    ['the window slides: an attempt at its very edge is out', [0, 300, 600], false],
    ['a millisecond inside the edge counts', [1, 300, 600], true],
    ['a burst after silence counts from its own beginning', [0, 700, 1_400, 1_401, 1_402], true],
    ['pacing just under the limit is not banned here', [0, 301, 602, 903, 1_204], false],
  ])('%s', (_, seconds, banned) => {
    const bans = judge(
      jails(),
      seconds.map((second) => attempt(second)),
    ).filter((ban) => ban !== undefined);
    expect(bans.length > 0).toBe(banned);
  });

  it.each([
    ['half weights need twice as many', 'ssh.close', 1, 6],
    ['double weights need half as many', 'ssh.protocol', 1, 2],
    ['a line that stands for three is three', 'ssh.login', 3, 1],
  ])('%s', (_, kind, count, needed) => {
    const bans = judge(
      jails(),
      Array.from({ length: needed }, (__, i) => attempt(i, '203.0.113.7', kind)),
      count,
    );
    expect(bans.map((ban) => ban !== undefined)).toEqual(Array.from({ length: needed }, (__, i) => i === needed - 1));
  });

  it('never bans for kinds of no weight, of no jail, or for the allowlist, and counts them', () => {
    const allow = [{ network: networkFrom('203.0.113.0/28'), reason: 'office', until: undefined }];
    const subject = jails({ allow });
    judge(
      subject,
      Array.from({ length: 9 }, (_, i) => attempt(i, '203.0.113.99', 'ssh.silent')),
    );
    judge(
      subject,
      Array.from({ length: 9 }, (_, i) => attempt(i, '203.0.113.99', 'mail.auth')),
    );
    expect(
      judge(
        subject,
        Array.from({ length: 9 }, (_, i) => attempt(i)),
      ).filter(Boolean),
    ).toEqual([]);
    expect(subject.counts).toEqual({ allowed: 9, uncounted: 18, whileBanned: 0, dropped: 0 });
  });

  it('bans an address again when its place on the allowlist has ended', () => {
    const allow = [{ network: networkFrom('203.0.113.7'), reason: 'guest', until: 100_000 }];
    const bans = judge(
      jails({ allow }),
      [99, 100, 101, 102].map((second) => attempt(second)),
    );
    expect(bans.map((ban) => ban?.from)).toEqual([undefined, undefined, undefined, 102_000]);
  });

  it('counts IPv6 by its network, IPv4-mapped IPv6 as IPv4, and hosts apart', () => {
    const subject = jails();
    const rotating = [1, 2, 3].map((n) => attempt(n, `2001:db8:0:1::${n}`));
    expect(judge(subject, rotating)[2]?.subject.text).toBe('2001:db8:0:1::/64');
    const mapped = [attempt(4), attempt(5, '::ffff:203.0.113.7'), attempt(6, '203.0.113.7', 'ssh.login', 'web2')];
    expect(judge(subject, mapped)).toEqual([undefined, undefined, undefined]);
    expect(subject.judge(attempt(7), 1)?.subject.text).toBe('203.0.113.7');
  });

  it('does not count while a ban lasts, and counts afresh when it has ended', () => {
    const subject = jails();
    judge(subject, [attempt(1), attempt(2), attempt(3)]);
    const during = judge(subject, [attempt(4), attempt(5), attempt(HOUR + 2)]);
    const after = judge(subject, [attempt(HOUR + 3), attempt(HOUR + 4), attempt(HOUR + 5)]);
    expect(during.filter(Boolean)).toEqual([]);
    expect(after.map(Boolean)).toEqual([false, false, true]);
    expect(subject.counts.whileBanned).toBe(3);
  });

  it('agrees with a naive count of the last ten minutes on random attempts', () => {
    const one = fc.record({ gap: fc.integer({ min: 0, max: 400 }), last: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), (steps) => {
        const subject = jails({ jails: [{ ...SSH, banTime: 1_000, growth: 1 }] });
        const seen = new Map<number, number[]>();
        let now = 0;
        for (const { gap, last } of steps) {
          now += gap;
          const bannedBefore = (seen.get(last)?.[0] ?? 0) < 0 && now * 1000 < -(seen.get(last)?.[0] ?? 0);
          const times = bannedBefore ? [] : [...(seen.get(last) ?? []).filter((t) => t >= 0 && t > now - 600), now];
          const expected = !bannedBefore && times.length >= SSH.maxRetry;
          expect(subject.judge(attempt(now, `203.0.113.${last}`), 1) !== undefined).toBe(expected);
          if (!bannedBefore) seen.set(last, expected ? [-(now * 1000 + 1_000)] : times);
        }
      }),
    );
  });

  it('counts an older log by itself, though newer attempts and a newer ban are known', () => {
    const subject = jails();
    judge(subject, [attempt(90_000), attempt(90_001)]);
    expect(judge(subject, [attempt(10), attempt(20)])).toEqual([undefined, undefined]);
    expect(subject.judge(attempt(90_002), 1)?.evidence.map(({ line }) => line)).toContain('line at 90002');
    expect(judge(subject, [attempt(30), attempt(40), attempt(50)]).map(Boolean)).toEqual([false, false, true]);
  });

  it('opens again what save() gave, and knows bans in force', () => {
    const before = jails();
    judge(before, [attempt(1), attempt(2), attempt(3, '203.0.113.8')]);
    const after = jails();
    after.restore(JSON.parse(JSON.stringify(before.save(3_000))));
    after.resume(networkFrom('203.0.113.9'), 'web1', { from: 0, until: 10_000 });
    const ban = after.judge(attempt(4), 1);
    expect(ban?.evidence.map(({ line }) => line)).toEqual(['line at 1', 'line at 2', 'line at 4']);
    judge(after, [attempt(5, '203.0.113.9'), attempt(6, '203.0.113.9'), attempt(7, '203.0.113.9')]);
    expect(after.counts.whileBanned).toBe(3);
  });

  it('bans though the evidence no longer fits, with the lines that are left', () => {
    const subject = jails({ evidenceBytes: 450 });
    const ban = judge(subject, [attempt(1), attempt(2), attempt(3)])[2];
    expect(ban?.reason).toMatchObject({ score: 3 });
    expect(ban?.evidence.map(({ line }) => line)).toEqual(['line at 2', 'line at 3']);
  });
});

it.each([
  [0, 1],
  [1, 2],
  [4, 16],
  [5, 24],
  [5_000, 24],
])('banLength() after %d bans is %d hours', (prior, hours) => {
  expect(new JailCounter(SSH, new Map()).banLength(prior)).toBe(hours * 3_600_000);
});
