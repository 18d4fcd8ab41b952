import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Naming } from './naming.ts';
import { sampleAttempt } from './sample.ts';

const KINDS = ['mail.auth', 'mail.auth.imap', 'mail.auth.imap.listed', 'mail.auth.pop3', 'ssh.login'];

type Line = readonly [seconds: number, kind: string, added: number, echoed: number, address?: string];

function recorded(lines: readonly Line[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const naming = new Naming(KINDS, (attempt, count) => {
    counts[attempt.pattern.kind] = (counts[attempt.pattern.kind] ?? 0) + count;
  });
  for (const [seconds, kind, added, echoed, address = '203.0.113.7'] of lines) {
    naming.take(sampleAttempt(seconds, address, { pattern: { kind, voice: 'pam' } }), { added, echoed });
  }
  naming.flush();
  return counts;
}

describe('Naming', () => {
  it.each<[string, Line[], Record<string, number>]>([
    [
      'PAM first, then Dovecot with three',
      [
        [0, 'mail.auth', 1, 0],
        [2, 'mail.auth', 1, 0],
        [4, 'mail.auth', 1, 0],
        [5, 'mail.auth.imap', 0, 3],
      ],
      { 'mail.auth.imap': 3 },
    ],
    [
      'Dovecot that tells more than PAM',
      [
        [0, 'mail.auth', 1, 0],
        [5, 'mail.auth.imap', 2, 1],
      ],
      { 'mail.auth.imap': 3 },
    ],
    ['nobody names it', [[0, 'mail.auth', 2, 0]], { 'mail.auth': 2 }],
    [
      'only some are named',
      [
        [0, 'mail.auth', 5, 0],
        [5, 'mail.auth.pop3', 0, 2],
      ],
      { 'mail.auth': 3, 'mail.auth.pop3': 2 },
    ],
    [
      'another address names nothing',
      [
        [0, 'mail.auth', 1, 0],
        [5, 'mail.auth.imap', 1, 0, '203.0.113.8'],
      ],
      { 'mail.auth': 1, 'mail.auth.imap': 1 },
    ],
    [
      'too late to be named',
      [
        [0, 'mail.auth', 1, 0],
        [601, 'mail.auth', 1, 0],
        [602, 'mail.auth.imap', 0, 2],
      ],
      { 'mail.auth': 1, 'mail.auth.imap': 1 },
    ],
    [
      'a name is named again',
      [
        [0, 'mail.auth', 3, 0],
        [5, 'mail.auth.imap', 0, 2],
        [6, 'mail.auth.imap.listed', 0, 1],
      ],
      { 'mail.auth': 1, 'mail.auth.imap': 1, 'mail.auth.imap.listed': 1 },
    ],
    [
      'kinds without a general one',
      [
        [0, 'ssh.login', 1, 0],
        [1, 'ssh.login', 0, 1],
      ],
      { 'ssh.login': 1 },
    ],
  ])('records right when %s', (_, lines, expected) => {
    expect(recorded(lines)).toEqual(expected);
  });

  it('records as many attempts as were added, whatever names them', () => {
    const line = fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.constantFrom(...KINDS), fc.nat({ max: 3 }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        // Only what was added before can be told again.
        let before = 0;
        const told = lines.map(([seconds, kind, added]): Line => {
          const echoed = Math.min(before, 1);
          before += added - echoed;
          return [seconds, kind, added, echoed];
        });
        const total = Object.values(recorded(told)).reduce((sum, count) => sum + count, 0);
        expect(total).toBe(told.reduce((sum, [, , added]) => sum + added, 0));
      }),
    );
  });

  it('records what waited long enough, the oldest first, and leaves the rest', () => {
    const kept: string[] = [];
    const naming = new Naming(KINDS, ({ address }, count) => void kept.push(`${address.text} ${count}`));
    const wait = (seconds: number, address: string): void =>
      naming.take(sampleAttempt(seconds, address, { pattern: { kind: 'mail.auth', voice: 'pam' } }), {
        added: 1,
        echoed: 0,
      });
    wait(0, '203.0.113.1');
    wait(300, '203.0.113.2');
    wait(301, '203.0.113.2');
    naming.expire(1_200_000);
    expect(kept).toEqual([]);
    naming.expire(1_200_001);
    expect(kept).toEqual(['203.0.113.1 1']);
    // A clock that was set back gives nothing up.
    naming.expire(0);
    naming.expire(1_500_001);
    expect(kept).toEqual(['203.0.113.1 1', '203.0.113.2 2']);
    naming.flush();
    expect(kept.length).toBe(2);
  });

  it('names nothing that was given up', () => {
    const kept: string[] = [];
    const naming = new Naming(KINDS, ({ pattern: { kind } }, count) => void kept.push(`${kind} ${count}`));
    naming.take(sampleAttempt(0, '203.0.113.1', { pattern: { kind: 'mail.auth', voice: 'pam' } }), {
      added: 1,
      echoed: 0,
    });
    naming.expire(2_000_000);
    naming.take(sampleAttempt(2, '203.0.113.1', { pattern: { kind: 'mail.auth.imap' } }), { added: 0, echoed: 1 });
    naming.flush();
    expect(kept).toEqual(['mail.auth 1']);
  });

  it('does not wait where no other line can tell again what a line told', () => {
    const kept: string[] = [];
    const naming = new Naming(['web.flood', 'web.flood.rate'], ({ pattern: { kind } }) => void kept.push(kind));
    naming.take(sampleAttempt(0, '203.0.113.1', { pattern: { kind: 'web.flood' } }), { added: 1, echoed: 0 });
    expect(kept).toEqual(['web.flood']);
  });
});
