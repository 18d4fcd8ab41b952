import { describe, expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import type { Attempt, Ban } from '../model.ts';
import type { JailOptions, JailsOptions, PastBan, TicketOptions } from './options.ts';
import { networkFrom, SSH, sampleAttempt } from './sample.ts';
import { TicketJails } from './ticket-jails.ts';

const ADDRESS = '203.0.113.7';

function jail(name: string, ticket: Partial<TicketOptions> = {}): JailOptions {
  const usual = {
    counting: 'fail2ban',
    maxMatches: 3,
    increment: 'none',
    memoryMs: 86_400_000,
    allow: () => [],
  } as const;
  // Doubled with each ban before.
  const length = (prior: number): number => 60_000 * 2 ** prior;
  return { ...SSH, name, ticket: { ...usual, length, ...ticket } };
}

function ticketJails(jails: readonly JailOptions[], given: Partial<JailsOptions> = {}): TicketJails {
  return new TicketJails({
    ...{ jails, weights: new Map(), allow: [], ipv6Prefix: 128, priorBans: () => 0, evidenceBytes: 1 << 16 },
    ...given,
  });
}

function failure(seconds: number, name = 'sshd', address = ADDRESS): Attempt {
  const attempt = sampleAttempt(seconds, address);
  return { ...attempt, pattern: { ...attempt.pattern, jail: name } };
}

/** The bans that failures at these seconds lead to, as jail, seconds and length in seconds. */
function bans(jails: TicketJails, failures: readonly Attempt[]): Array<[string, number, number]> {
  const made: Ban[] = failures.flatMap((each) => [...[jails.judge(each, 1) ?? []].flat(), ...jails.takeFurther()]);
  return made.map(({ jail: name, from, until }) => [name, from / 1_000, (until - from) / 1_000]);
}

function at(seconds: readonly number[], name?: string, address?: string): Attempt[] {
  return seconds.map((second) => failure(second, name, address));
}

describe('TicketJails', () => {
  it('judge() counts in the jail of the pattern only, and bans in each by itself', () => {
    const jails = ticketJails([jail('sshd'), jail('pam')]);
    expect(bans(jails, [...at([1, 2]), ...at([3, 4, 5], 'pam'), ...at([6])])).toEqual([
      ['pam', 5, 60],
      ['sshd', 6, 60],
    ]);
    expect(jails.watched(6_000)).toMatchObject([
      { name: 'sshd', attempts: 3, bans: 1 },
      { name: 'pam', attempts: 3, bans: 1 },
    ]);
  });

  it('judge() has the lines as evidence and the reason in it', () => {
    const jails = ticketJails([jail('sshd')]);
    const [, , ban] = at([1, 2, 3]).map((each) => jails.judge(each, 1));
    expect(ban).toMatchObject({ subject: { text: ADDRESS }, reason: { rule: 'threshold', score: 3, limit: 3 } });
    expect(ban?.evidence.map(({ time }) => time)).toEqual([1_000, 2_000, 3_000]);
  });

  it('judge() leaves attempts alone that are for no jail, or are what a blocklist says', () => {
    const jails = ticketJails([jail('sshd')]);
    const listed = at([1, 2, 3, 4]).map((each) => ({
      ...each,
      pattern: { ...each.pattern, kind: 'mail.relay.listed' },
    }));
    expect(bans(jails, [...listed, ...[1, 2, 3, 4].map((second) => sampleAttempt(second))])).toEqual([]);
    expect(jails.counts.uncounted).toBe(8);
  });

  it('judge() does not ban whom the allowlist or the jail itself spares, nor the protected', () => {
    const allow = [{ network: networkFrom('203.0.113.0/24'), reason: 'ignoreip', until: undefined }];
    const jails = ticketJails([jail('sshd', { allow: () => allow }), jail('pam')], {
      protection: () => ({ why: 'an address of this host', strength: 'always' }),
    });
    expect(bans(jails, [...at([1, 2, 3]), ...at([4, 5, 6], 'pam')])).toEqual([]);
    expect([jails.counts.allowed, jails.spared]).toEqual([3, 1]);
  });

  it('judge() counts on while somebody is banned; the ban covers its last moment', () => {
    const jails = ticketJails([jail('sshd')]);
    expect(bans(jails, at([1, 2, 3, 61, 62, 63, 64, 65, 66]))).toEqual([
      ['sshd', 3, 60],
      ['sshd', 66, 60],
    ]);
    expect(jails.counts.whileBanned).toBe(3);
  });

  it('judge() prolongs a ban that has no effect, where it is told to', () => {
    const jails = ticketJails([jail('sshd')], { prolongs: true });
    expect(bans(jails, at([1, 2, 3, 61, 62, 63, 64, 65, 66]))).toEqual([['sshd', 3, 60]]);
  });

  it('judge() counts failures of known offenders 2, 3, 5, and their bans grow', () => {
    const limit = { ...jail('sshd', { increment: 'jail' }), maxRetry: 4 };
    const jails = ticketJails([limit]);
    expect(bans(jails, at([1, 2, 3, 4, 100, 101, 400, 401, 1_000]))).toEqual([
      ['sshd', 4, 60],
      ['sshd', 101, 120],
      ['sshd', 401, 240],
      // After three bans one failure is worth five, and the limit is four.
      ['sshd', 1_000, 480],
    ]);
  });

  it('judge() asks for the bans of before, and forgets those that are too long ago', () => {
    const past: PastBan = { host: 'web1', jail: 'sshd', from: 0, until: 60_000, prior: 1 };
    const known = (memoryMs: number): TicketJails =>
      ticketJails([jail('sshd', { increment: 'jail', memoryMs })], { pastBans: () => [past] });
    expect(bans(known(200_000), at([100]))).toEqual([['sshd', 100, 240]]);
    expect(bans(known(200_000), at([400, 401, 402]))).toEqual([['sshd', 402, 60]]);
    // Thrice as long as it lasted, in any case.
    expect(bans(known(10_000), at([189]))).toEqual([['sshd', 189, 240]]);
    expect(bans(known(10_000), at([191, 192, 193]))).toEqual([['sshd', 193, 60]]);
  });

  it('judge() grows bans over all jails where it is told to', () => {
    const jails = ticketJails([jail('sshd', { increment: 'all jails' }), jail('pam', { increment: 'jail' })]);
    expect(bans(jails, [...at([1, 2, 3], 'pam'), ...at([100, 101, 102])])).toEqual([
      ['pam', 3, 60],
      ['sshd', 102, 120],
    ]);
  });

  it('judge() grows bans by those of jails that do not count theirs, which are one each', () => {
    const jails = [jail('sshd', { increment: 'all jails' }), jail('pam'), jail('ftp')];
    // What is known of it is asked for with the first failure, before anybody has banned it.
    const failures = [...at([1]), ...at([2, 3, 4], 'pam'), ...at([100, 101, 102], 'pam'), ...at([700, 701, 702])];
    expect(bans(ticketJails(jails), failures).at(-1)).toEqual(['sshd', 702, 120]);
    const past = { host: 'web1', from: 0, until: 60_000, prior: 5 };
    const pastBans = (): PastBan[] => [
      { ...past, jail: 'pam' },
      { ...past, jail: 'ftp' },
    ];
    expect(bans(ticketJails(jails, { pastBans }), at([100, 101, 102]))).toEqual([['sshd', 102, 240]]);
  });

  it('judge() tells bans to the jails that count them', () => {
    const hears = ({ from }: { from: number }): Attempt => failure(from / 1_000, 'recidive');
    const recidive = { ...jail('recidive', { hears: (ban) => (ban.jail === 'recidive' ? undefined : hears(ban)) }) };
    const jails = ticketJails([jail('sshd'), { ...recidive, maxRetry: 2 }]);
    expect(bans(jails, at([1, 2, 3, 101, 102, 103]))).toEqual([
      ['sshd', 3, 60],
      ['sshd', 103, 60],
      ['recidive', 103, 60],
    ]);
  });

  it('resume() and forget() are for one jail, or for all', () => {
    const jails = ticketJails([jail('sshd'), jail('pam')]);
    const subject = parseNetwork(ADDRESS) ?? expect.fail();
    jails.resume(subject, 'web1', { from: 0, until: 1_000_000, jail: 'sshd' });
    expect([jails.isBanned(failure(5)), jails.isBanned(failure(5, 'pam'))]).toEqual([true, false]);
    jails.resume(subject, 'web1', { from: 0, until: 1_000_000, jail: 'manual' });
    expect(jails.isBanned(failure(5, 'pam'))).toBe(true);
    jails.forget(subject, 'web1', 'pam');
    expect([jails.isBanned(failure(5)), jails.isBanned(failure(5, 'pam'))]).toEqual([true, false]);
    jails.forget(subject, 'web1');
    expect(jails.isBanned(failure(5))).toBe(false);
  });

  it('save() and restore() go on where it was, with the estimate', () => {
    const jails = ticketJails([jail('sshd')]);
    bans(jails, at([0, 400]));
    const saved = JSON.parse(JSON.stringify(jails.save(400_000)));
    const next = ticketJails([jail('sshd')]);
    next.restore(saved);
    expect(next.standing(failure(0).address, 'web1', 400_000)).toEqual(
      jails.standing(failure(0).address, 'web1', 400_000),
    );
    expect(bans(next, at([401]))).toEqual([['sshd', 401, 60]]);
  });

  it('save() and restore() keep the lines that a failure needs', () => {
    const [first, second, third] = at([1, 2, 3]);
    if (!first || !second || !third) return expect.fail('no failures');
    const needing = { ...second, earlier: [{ file: second.file, offset: 3, line: 'who it is' }] };
    const jails = ticketJails([jail('sshd')]);
    bans(jails, [first, needing]);
    const next = ticketJails([jail('sshd')]);
    next.restore(JSON.parse(JSON.stringify(jails.save(2_000))));
    const ban = [next.judge(third, 1) ?? []].flat()[0];
    expect(ban?.evidence.map(({ count, line }) => [count, line])).toEqual([
      [1, first.line],
      [0, 'who it is'],
      [1, second.line],
      [1, third.line],
    ]);
    expect(ban?.reason).toMatchObject({ score: 3, kinds: { 'ssh.login': 3 } });
  });

  it('isPast: what is gone through again is counted, and bans nobody', () => {
    const jails = ticketJails([jail('sshd')]);
    jails.isPast = true;
    expect(bans(jails, at([1, 2, 3, 4, 5]))).toEqual([]);
    jails.isPast = false;
    expect(bans(jails, at([6]))).toEqual([['sshd', 6, 60]]);
  });
});
