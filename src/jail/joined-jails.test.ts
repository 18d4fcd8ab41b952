import { expect, it } from 'vitest';
import type { Attempt } from '../model.ts';
import { Jails, JoinedJails, TicketJails } from './jail.ts';
import type { JailsOptions } from './options.ts';
import { networkFrom, SSH, sampleAttempt } from './sample.ts';

const ADDRESS = '203.0.113.7';

function joined(): JoinedJails {
  const length = (): number => 60_000;
  const ticket = {
    counting: 'fail2ban',
    maxMatches: 3,
    increment: 'none',
    memoryMs: 0,
    allow: () => [],
    length,
  } as const;
  const options: JailsOptions = {
    jails: [{ ...SSH, name: 'shop', maxRetry: 2, ticket }],
    ...{ weights: new Map([['ssh.login', 1]]), allow: [], ipv6Prefix: 64, priorBans: () => 0, evidenceBytes: 1 << 16 },
  };
  return new JoinedJails(new Jails({ ...options, jails: [SSH] }), new TicketJails(options), new Set(['shop']));
}

function inShop(seconds: number): Attempt {
  const attempt = sampleAttempt(seconds, ADDRESS);
  return { ...attempt, pattern: { ...attempt.pattern, jail: 'shop' } };
}

it('each counts what its own filters found, and bans by its own rules', () => {
  const jails = joined();
  const attempts = [sampleAttempt(1), inShop(2), sampleAttempt(3), inShop(4), sampleAttempt(5)];
  const bans = attempts.flatMap((attempt) => jails.judge(attempt, 1) ?? []);
  expect(bans.map(({ jail, from, until }) => [jail, from, until - from])).toEqual([
    ['shop', 4_000, 60_000],
    ['ssh', 5_000, 3_600_000],
  ]);
  expect(jails.watched(6_000).map(({ name, attempts: count, bans: made }) => [name, count, made])).toEqual([
    ['ssh', 3, 1],
    ['shop', 2, 1],
  ]);
  expect([jails.isBanned(sampleAttempt(6)), jails.isBanned(inShop(6))]).toEqual([true, true]);
  jails.forget(networkFrom(ADDRESS), 'web1', 'shop');
  expect([jails.isBanned(sampleAttempt(6)), jails.isBanned(inShop(6))]).toEqual([true, false]);
});

it('what both have in view is saved and given back to each', () => {
  const before = joined();
  for (const attempt of [sampleAttempt(1), sampleAttempt(2), inShop(3)]) before.judge(attempt, 1);
  const after = joined();
  after.restore(before.save(4_000));
  expect(after.judge(inShop(5), 1)?.jail).toBe('shop');
  expect(after.judge(sampleAttempt(6), 1)?.jail).toBe('ssh');
});

it('a ban by hand is one of all jails', () => {
  const jails = joined();
  jails.resume(networkFrom(ADDRESS), 'web1', { from: 0, until: 60_000 });
  expect([jails.isBanned(sampleAttempt(6)), jails.isBanned(inShop(6))]).toEqual([true, true]);
  jails.forget(networkFrom(ADDRESS), 'web1');
  expect([jails.isBanned(sampleAttempt(6)), jails.isBanned(inShop(6))]).toEqual([false, false]);
});
