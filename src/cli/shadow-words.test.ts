/** What a shadow prints: for people and as JSON Lines, with lines that an attacker wrote. */
import { expect, it } from 'vitest';
import { single } from '../base/address.ts';
import { networkFrom, sampleAttempt } from '../jail/sample.ts';
import { Comparison } from '../shadow/shadow.ts';
import type { Found, OurBan, TheirBan } from './shadow-run.ts';
import {
  agrees,
  differenceJson,
  differenceText,
  nothingCompared,
  progressText,
  summaryJson,
  summaryText,
} from './shadow-words.ts';

const HOUR = 3_600_000;
const EVIL = '\u001b[2Jroot\u202e';
const THEIRS: TheirBan = { jail: 'sshd', subject: '203.0.113.7', at: 0, length: undefined, failures: 5 };

function ours(length: number, prior = 0): OurBan {
  const subject = networkFrom('203.0.113.7');
  const reason = { rule: 'threshold', score: 5, limit: 5, findTime: HOUR, kinds: {} } as const;
  const ban = {
    ...{ subject, host: 'web1', jail: 'sshd', service: 'ssh', kind: 'ssh.login', from: 0, until: length },
    ...{ prior, reason, evidence: [] },
  };
  return {
    jail: 'sshd',
    subject: single(sampleAttempt(0, '203.0.113.7').address).text,
    at: 0,
    shortest: length,
    longest: length,
    ban,
  };
}

function comparisonOf(pairs: ReadonlyArray<readonly [TheirBan | undefined, OurBan | undefined]>) {
  const comparison = new Comparison<TheirBan, OurBan>({
    waitMs: 60_000,
    measure: ({ length }) => length,
    onDifference: () => undefined,
  });
  for (const [their, own] of pairs) {
    if (their) comparison.theirs(their, 0);
    if (own) comparison.ours(own, 0);
  }
  comparison.settle(60_000);
  return comparison;
}

it.each<readonly [Found, string]>([
  [{ what: 'only theirs', theirs: THEIRS }, 'only fail2ban: [sshd] 203.0.113.7 at 1970-01-01T00:00:00.000Z: why; more'],
  [
    { what: 'only ours', ours: ours(HOUR) },
    'only Rapsheet: [sshd] 203.0.113.7 at 1970-01-01T00:00:00.000Z, for 1h: why; more',
  ],
  [
    { what: 'length', theirs: THEIRS, ours: ours(HOUR, 2), length: Number.POSITIVE_INFINITY },
    'length differs: [sshd] 203.0.113.7 at 1970-01-01T00:00:00.000Z, fail2ban for good, Rapsheet for 1h (earlier bans: 2): why; more',
  ],
])('a difference is a sentence, its lines below it, and nothing in it acts', (found, head) => {
  const reason = { why: ['why', 'more'], lines: [EVIL] };
  expect(differenceText(found, reason)).toBe(`${head}\n  \\x1b[2Jroot\\u202e\n`);
  const json = differenceJson(found, reason);
  expect(json).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(JSON.parse(json)).toMatchObject({ jail: 'sshd', why: ['why', 'more'], lines: [EVIL] });
});

it('sums of each jail and of all, and what was not compared', () => {
  const other = { ...THEIRS, jail: 'shop', length: HOUR };
  const run = {
    since: 0,
    comparison: comparisonOf([
      [{ ...THEIRS, length: HOUR }, ours(HOUR)],
      [{ ...THEIRS, length: HOUR }, ours(2 * HOUR)],
      [other, undefined],
    ]),
  };
  expect(summaryText(run, 86_400_000, undefined)).toBe(`1 same bans in 1d, 2 differences.
jail  same  only fail2ban  only Rapsheet  length differs
shop     0              1              0               0
sshd     1              0              0               1
all      1              1              0               1
`);
  expect(agrees(run)).toBe(false);
  expect(progressText(run, HOUR)).toBe('1h  same 1  only fail2ban 1  only Rapsheet 0  length 1  waiting 0');
  expect(JSON.parse(summaryJson(run, HOUR, undefined))).toMatchObject({ what: 'summary', agrees: false, undecided: 0 });
});

it('all the same is said, and nothing at all, and that old logs were not read to their end', () => {
  const same = { since: 0, comparison: comparisonOf([[{ ...THEIRS, length: HOUR }, ours(HOUR)]]) };
  expect([agrees(same), summaryText(same, HOUR, undefined)]).toEqual([
    true,
    expect.stringMatching(/^The same 1 bans in 1h\./),
  ]);
  expect(summaryText({ since: 0, comparison: comparisonOf([]) }, HOUR, undefined)).toBe(
    'No ban on either side in 1h.\n',
  );
  const early = { since: undefined, comparison: comparisonOf([]) };
  const nothing = nothingCompared(early, undefined);
  expect(summaryText(early, HOUR, nothing)).toMatch(/^Nothing was compared: old logs were not read to their end\./);
  expect(JSON.parse(summaryJson(early, HOUR, nothing))).toMatchObject({ agrees: false, nothingCompared: nothing });
  expect(nothingCompared(same, 'fail2ban does not run')).toBe('fail2ban does not run');
  expect(nothingCompared(same, undefined)).toBeUndefined();
});
