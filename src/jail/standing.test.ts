/** What jails tell of themselves, and how they are corrected from outside. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import { judge, networkFrom, SSH, sampleAttempt, sampleJails } from './sample.ts';

function addressFrom(text: string) {
  const address = parseAddress(text);
  if (!address) throw new RangeError(text);
  return address;
}

function times(seconds: readonly number[], from?: string) {
  return seconds.map((second) => sampleAttempt(second, from));
}

describe('an unban', () => {
  it('ends the ban, empties the windows, and lets the subject be banned again', () => {
    const jails = sampleJails();
    expect(judge(jails, times([1, 2, 3])).map(Boolean)).toEqual([false, false, true]);
    jails.forget(networkFrom('203.0.113.7'), 'web1');
    expect(judge(jails, times([4, 5, 6])).map(Boolean)).toEqual([false, false, true]);
    judge(jails, times([7, 8], '203.0.113.9'));
    jails.forget(networkFrom('203.0.113.9'), 'web1');
    expect(judge(jails, times([9, 10], '203.0.113.9'))).toEqual([undefined, undefined]);
  });

  it('of one host leaves the others alone, and knows hosts that were never heard of', () => {
    const jails = sampleJails();
    judge(jails, times([1, 2, 3]));
    jails.forget(networkFrom('203.0.113.7'), 'web2');
    jails.forget(networkFrom('2001:db8::/64'), 'web1');
    expect(jails.judge(sampleAttempt(4), 1)).toBeUndefined();
    expect(jails.counts.whileBanned).toBe(1);
  });
});

describe('the ban of a network by a person', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.200', '203.0.112.1'],
    ['2001:db8::/48', '2001:db8:0:7::1', '2001:db8:1::1'],
    ['2001:db8::7', '2001:db8::7', '2001:db8:0:1::7'],
  ])('%s holds %s and not %s, until it is forgotten', (text, inside, outside) => {
    const jails = sampleJails();
    jails.resume(networkFrom(text), 'web1', { from: 0, until: 50_000 });
    expect(judge(jails, times([1, 2, 3], inside)).some(Boolean)).toBe(false);
    expect(judge(jails, times([1, 2, 3], outside)).some(Boolean)).toBe(true);
    jails.forget(networkFrom(text), 'web1');
    expect(jails.judge(sampleAttempt(4, inside, 'ssh.login', 'web1'), 3)?.from).toBe(4_000);
  });

  it('ends by itself', () => {
    const jails = sampleJails();
    jails.resume(networkFrom('203.0.113.0/24'), 'web1', { from: 0, until: 2_000 });
    expect(judge(jails, times([1, 2, 3, 4])).map(Boolean)).toEqual([false, false, false, true]);
  });
});

it('clearSpans() ends all bans and keeps the windows', () => {
  const jails = sampleJails();
  jails.resume(networkFrom('203.0.113.0/24'), 'web1', { from: 0, until: 50_000 });
  judge(jails, [...times([1, 2, 3], '192.0.2.1'), ...times([1, 2], '192.0.2.2')]);
  jails.clearSpans();
  expect(jails.judge(sampleAttempt(4, '192.0.2.2'), 1)?.subject.text).toBe('192.0.2.2');
  expect(judge(jails, times([4, 5, 6], '192.0.2.1')).map(Boolean)).toEqual([false, false, true]);
  expect(judge(jails, times([4, 5, 6])).map(Boolean)).toEqual([false, false, true]);
});

it('onWhileBanned() hears of each attempt of the banned, with the ban that should have stopped it', () => {
  const heard: string[] = [];
  const jails = sampleJails({
    onWhileBanned: ({ time }, count, { subject, host }) => heard.push(`${time} ${count} ${subject.text} ${host}`),
  });
  judge(jails, times([1, 2, 3], '2001:db8::1'));
  jails.resume(networkFrom('203.0.113.0/24'), 'web1', { from: 0, until: 50_000 });
  judge(jails, [sampleAttempt(4, '2001:db8::9'), sampleAttempt(5)], 2);
  expect(heard).toEqual(['4000 2 2001:db8::/64 web1', '5000 2 203.0.113.0/24 web1']);
});

it('standing() tells how far an address is, and nothing of addresses and hosts that are not known', () => {
  const web = { ...SSH, name: 'web', kinds: ['web.*'], maxRetry: 9, findTime: 60_000 };
  const jails = sampleJails({ jails: [SSH, web] });
  judge(jails, [sampleAttempt(1), sampleAttempt(400, '203.0.113.7', 'ssh.close')]);
  judge(jails, [sampleAttempt(410, '203.0.113.7', 'web.probe')], 4);
  const ssh = { jail: 'ssh', score: 1.5, limit: 3, findTime: 600_000, oldest: 1_000, entries: 2 };
  const probe = { jail: 'web', score: 4, limit: 9, findTime: 60_000, oldest: 410_000, entries: 1 };
  const standing = (text: string, second: number, host = 'web1') =>
    jails.standing(addressFrom(text), host, second * 1000);
  expect(standing('203.0.113.7', 420)).toEqual([ssh, probe]);
  expect(standing('203.0.113.7', 601)).toEqual([{ ...ssh, score: 0.5, oldest: 400_000, entries: 1 }]);
  expect([standing('203.0.113.8', 420), standing('203.0.113.7', 420, 'web2')]).toEqual([[], []]);
});

it('standing() of an IPv6 address is that of its network', () => {
  const jails = sampleJails();
  judge(jails, times([1], '2001:db8::1'));
  expect(jails.standing(addressFrom('2001:db8::9'), 'web1', 2_000)).toHaveLength(1);
});

it('watched() counts windows, attempts and bans by jail', () => {
  const web = { ...SSH, name: 'web', kinds: ['web.*'] };
  const jails = sampleJails({ jails: [SSH, web] });
  judge(jails, [...times([1, 2, 3]), ...times([4], '203.0.113.8'), ...times([5], '203.0.113.9')]);
  judge(jails, [sampleAttempt(6)], 4);
  expect(jails.watched(10_000)).toEqual([
    { name: 'ssh', watched: 2, attempts: 9, bans: 1 },
    { name: 'web', watched: 0, attempts: 0, bans: 0 },
  ]);
  expect(jails.watched(900_000).map(({ watched }) => watched)).toEqual([0, 0]);
});

it('overLimit() names those whom a lower limit would ban', () => {
  const before = sampleJails({ jails: [{ ...SSH, maxRetry: 6 }] });
  judge(before, [...times([1, 2, 3, 4]), ...times([1, 2], '203.0.113.8'), ...times([3, 4, 5], '2001:db8::1')]);
  expect(before.overLimit(5_000)).toEqual([]);
  const after = sampleJails();
  after.restore(before.save(5_000));
  const found = after.overLimit(5_000).map(({ subject, ...rest }) => ({ subject: subject.text, ...rest }));
  const rest = { host: 'web1', jail: 'ssh', score: 3, limit: 3 };
  expect(found).toEqual([
    { subject: '203.0.113.7', ...rest, score: 4 },
    { subject: '2001:db8::/64', ...rest },
  ]);
  expect(after.overLimit(700_000)).toEqual([]);
});

it('overLimit() and standing() agree with what the next attempt does', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 3 })), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (attempts) => {
      const before = sampleJails({ jails: [{ ...SSH, maxRetry: 20 }] });
      let now = 0;
      for (const [gap, last] of attempts) {
        now += gap;
        before.judge(sampleAttempt(now, `203.0.113.${last}`), 1);
      }
      const after = sampleJails();
      after.restore(before.save(now * 1000));
      const over = after.overLimit(now * 1000).map(({ subject }) => subject.text);
      for (const last of [1, 2, 3]) {
        const text = `203.0.113.${last}`;
        const [standing] = after.standing(addressFrom(text), 'web1', now * 1000);
        expect((standing?.score ?? 0) >= 3).toBe(over.includes(text));
        if (over.includes(text)) expect(after.judge(sampleAttempt(now, text), 1)).toBeDefined();
      }
    }),
  );
});

it('a login that went well counts against nobody', () => {
  const jails = sampleJails();
  const { pattern, ...rest } = sampleAttempt(1);
  const success = { ...pattern, success: true };
  expect(
    judge(
      jails,
      [1, 2, 3, 4].map((n) => ({ ...rest, time: n, pattern: success })),
    ).some(Boolean),
  ).toBe(false);
  expect(jails.counts.uncounted).toBe(4);
});
