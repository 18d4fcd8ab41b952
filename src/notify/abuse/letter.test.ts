import { describe, expect, it } from 'vitest';
import type { Deed } from './deed.ts';
import { letterOf } from './letter.ts';
import { ACTING } from './testing/hostile.ts';
import { KINDS, NOON, REPORTER, TODAY } from './testing/scene.ts';

const DESK = { contact: 'abuse@example.net', organization: 'Example Hosting B.V.' };

function deedOf(address: string, given: Partial<Deed> = {}): Deed {
  const sentence = 'tried to log in by SSH and failed';
  return {
    ...{ address, first: NOON - 3_600_000, last: NOON, attempts: 886 },
    kinds: [{ kind: 'ssh.login', sentence, count: 886 }],
    lines: [
      {
        time: NOON - 5_000,
        kind: 'ssh.login',
        line: `Failed password for root from ${address} port 40022 ssh2`,
        target: undefined,
        port: 40_022,
      },
      {
        time: NOON,
        kind: 'ssh.login',
        line: `Failed password for [user] from ${address} port 40023 ssh2`,
        target: undefined,
        port: 40_023,
      },
    ],
    ...given,
  };
}

const letter = (deeds: readonly Deed[], reporter = REPORTER) =>
  letterOf({ desk: DESK, day: TODAY, deeds, reporter, kinds: KINDS });

describe('letterOf()', () => {
  it('says who, when in UTC, what, the lines, and how to reach us', () => {
    const { to, subject, text, files } = letter([deedOf('203.0.113.7')]);
    expect(to).toBe('abuse@example.net');
    expect(subject).toBe('Abuse from 203.0.113.7: login attack; 886 attempts, 2026-11-27');
    expect(text).toBe(`To the abuse desk of Example Hosting B.V.:

203.0.113.7 attacks servers of Example Ltd: 886 attempts on 2026-11-27 from 09:00:00 to 10:00:00.
Please have it stopped, or tell whoever uses the address at that time that the machine may be
taken over. All times are UTC.

203.0.113.7
  When   on 2026-11-27 from 09:00:00 to 10:00:00, 886 attempts
  What   tried to log in by SSH and failed: 886
  From   source ports 40022, 40023
  Lines
    2026-11-27 09:59:55  Failed password for root from 203.0.113.7 port 40022 ssh2
    2026-11-27 10:00:00  Failed password for [user] from 203.0.113.7 port 40023 ssh2

An answer to this mail reaches a person at Example Ltd (reports@example.org).
Names of hosts and users and mail addresses are hidden in the lines. If this address is not
responsible for the network, it is the one that its registry names for complaints (RDAP).

Report 20261127-${/20261127-([\da-f]{8})/.exec(text)?.[1]}. Attached: 1 XARF document, version 4.2.0.
`);
    expect(files.map(({ name }) => name)).toEqual(['xarf-203.0.113.7-login_attack.json']);
    expect(JSON.parse(files[0]?.content ?? '')).toMatchObject({
      source_identifier: '203.0.113.7',
      source_port: 40_023,
    });
  });

  it('names the worst of several addresses first, and counts the others', () => {
    const few = {
      attempts: 3,
      kinds: [{ kind: 'web.probe.env', sentence: 'probed for .env files', count: 3 }],
      lines: [],
    };
    const { subject, text, files } = letter([deedOf('2001:db8::7', few), deedOf('203.0.113.7')]);
    expect(subject).toBe(
      'Abuse from 203.0.113.7 and 1 other address: login attack, vulnerability scan; 889 attempts, 2026-11-27',
    );
    expect(text).toContain('2 addresses of your network attack servers of Example Ltd: 889 attempts');
    expect(text.indexOf('\n203.0.113.7\n')).toBeLessThan(text.indexOf('\n2001:db8::7\n'));
    expect(files.map(({ name }) => name)).toEqual([
      'xarf-203.0.113.7-login_attack.json',
      'xarf-2001-db8--7-vulnerability_scan.json',
    ]);
  });

  it('says for what there is no document, and why', () => {
    const { text, files } = letter([deedOf('203.0.113.7', { lines: [] })]);
    expect(files).toEqual([]);
    expect(text).toMatch(
      /XARF has no document for some of it, as it wants the source port, which the log does not tell\.\n$/,
    );
  });

  it('has a subject of one line and at most 200 characters, and a text in which nothing acts', () => {
    const kinds = Array.from({ length: 40 }, (_, i) => ({ kind: `k${i}`, sentence: 's'.repeat(90), count: 1 }));
    const organization = 'Evil\r\nBcc: all@example.net\u202e\u001b[2J';
    const many = Array.from({ length: 200 }, (_, i) => deedOf(`203.0.113.${i}`, { kinds }));
    const { subject, text, files } = letter(many, { ...REPORTER, organization });
    expect(subject.length).toBeLessThanOrEqual(200);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(ACTING);
    expect(text).toContain('and 30 more sorts of attempts');
    expect(files.length).toBeLessThanOrEqual(100);
  });
});
