import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Network, parseNetwork } from '../base/address.ts';
import type { BanRecord } from '../model.ts';
import {
  isReleased,
  peekReleases,
  recordReleases,
  type SpooledRelease,
  spoolPath,
  spoolRelease,
  takeReleases,
  unbanScope,
} from './releases.ts';

let folder: string;
let ledger: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsct-'));
  ledger = join(folder, 'ledger.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed) throw new Error(text);
  return parsed;
}

const release = (scope: string, more: Partial<SpooledRelease> = {}): SpooledRelease => ({
  ...{ scope, around: false, at: 1_000, by: 'root', why: '' },
  ...more,
});

describe('the file', () => {
  it('gives back what was added, once, when it is recorded', () => {
    expect(takeReleases(ledger)).toBeUndefined();
    spoolRelease(ledger, release('203.0.113.7', { why: 'a\nsecond line' }));
    spoolRelease(ledger, release('*'));
    expect(peekReleases(ledger)).toHaveLength(2);
    const taken = takeReleases(ledger);
    expect(taken?.releases).toEqual([release('203.0.113.7', { why: 'a\nsecond line' }), release('*')]);
    expect(taken?.problems).toEqual([]);
    taken?.done();
    expect(takeReleases(ledger)).toBeUndefined();
    expect(existsSync(`${spoolPath(ledger)}.taken`)).toBe(false);
  });

  it('gives it again when nobody said that it is recorded, and keeps what is added meanwhile', () => {
    spoolRelease(ledger, release('203.0.113.7'));
    takeReleases(ledger);
    spoolRelease(ledger, release('203.0.113.8'));
    const scopes = () => takeReleases(ledger)?.releases.map((each) => each.scope);
    expect(scopes()).toEqual(['203.0.113.7']);
    expect(peekReleases(ledger).map((each) => each.scope)).toEqual(['203.0.113.7', '203.0.113.8']);
    takeReleases(ledger)?.done();
    expect(scopes()).toEqual(['203.0.113.8']);
  });

  it('leaves out lines that are none of ours, and says so', () => {
    spoolRelease(ledger, release('203.0.113.7'));
    const odd = ['{', '[]', '{"scope":"all"}', '{"scope":"127.1","around":false,"at":1,"by":"","why":""}', '\u0000'];
    appendFileSync(spoolPath(ledger), `${odd.join('\n')}\n${JSON.stringify(release('203.0.113.8'))}`);
    const taken = takeReleases(ledger);
    expect(taken?.releases.map((each) => each.scope)).toEqual(['203.0.113.7', '203.0.113.8']);
    expect(taken?.problems).toEqual([expect.objectContaining({ what: expect.stringMatching(/^5 lines/) })]);
  });

  it('is bounded when it is written, and when somebody else wrote it', () => {
    const long = release('203.0.113.7', { why: 'x'.repeat(1_000) });
    expect(() => {
      for (let count = 0; count < 400; count++) spoolRelease(ledger, long);
    }).toThrow(/too many releases/);
    expect(statSync(spoolPath(ledger)).size).toBeLessThanOrEqual(262_144);
    expect(takeReleases(ledger)?.releases.length).toBeGreaterThan(200);
    writeFileSync(spoolPath(ledger), Buffer.alloc(1_000_000, 32));
    takeReleases(ledger)?.done();
    expect(() => takeReleases(ledger)).toThrow(/longer than/);
  });

  it('does not follow a link, to write or to read', () => {
    writeFileSync(join(folder, 'victim'), 'precious\n');
    symlinkSync(join(folder, 'victim'), spoolPath(ledger));
    expect(() => spoolRelease(ledger, release('*'))).toThrow(/symbolic link/);
    expect(() => takeReleases(ledger)).toThrow(/not a file/);
    expect(existsSync(`${spoolPath(ledger)}.taken`)).toBe(false);
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious\n');
  });

  it('has a mode that keeps others out', () => {
    spoolRelease(ledger, release('*'));
    expect((statSync(spoolPath(ledger)).mode & 0o777).toString(8)).toBe('640');
  });
});

describe('what is meant', () => {
  it.each([
    ['*', false, '203.0.113.7', true],
    ['203.0.113.7', false, '203.0.113.7', true],
    ['203.0.113.7', false, '203.0.113.8', false],
    ['203.0.113.0/24', false, '203.0.113.7', true],
    ['203.0.113.7', false, '203.0.113.0/24', false],
    ['203.0.113.7', true, '203.0.113.0/24', true],
    ['203.0.113.7', true, '198.51.100.0/24', false],
    ['2001:db8::/64', false, '2001:db8::1', true],
    ['::/0', false, '203.0.113.7', true],
  ])('%s (around: %s) means %s: %s', (scope, around, subject, means) => {
    expect(isReleased({ scope, around }, network(subject))).toBe(means);
  });

  it('an IPv6 address means the network that is banned for it', () => {
    const scope = (text: string, prefix: number): string => unbanScope(network(text), prefix).text;
    expect(scope('2001:db8::1', 64)).toBe('2001:db8::/64');
    expect(scope('2001:db8::/48', 64)).toBe('2001:db8::/48');
    expect(scope('203.0.113.7', 64)).toBe('203.0.113.7');
  });
});

describe('recording', () => {
  const ban = (subject: string, from: number): BanRecord => ({
    ...{
      id: 1,
      subject,
      host: 'web1',
      jail: 'ssh',
      service: 'ssh',
      kind: 'ssh.login',
      from,
      until: 9_999_999,
      prior: 0,
    },
    origin: {
      ...{ country: undefined, asn: undefined, organization: undefined, organizationAsGiven: undefined },
      ...{ network: undefined, scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
    },
  });
  const recorded = (bans: readonly BanRecord[], releases: readonly SpooledRelease[]) => {
    const rows: unknown[] = [];
    const subjects = recordReleases(
      { inForce: () => bans, release: (subject, row) => void rows.push([subject, row]) },
      { host: 'web1', now: 5_000, releases },
    );
    return { subjects, rows };
  };

  it('ends the bans that are meant, with who and why', () => {
    const { subjects, rows } = recorded(
      [ban('203.0.113.7', 500), ban('203.0.113.9', 500), ban('198.51.100.7', 500)],
      [release('203.0.113.0/24', { why: 'ticket 7' })],
    );
    expect(subjects).toEqual(['203.0.113.7', '203.0.113.9']);
    expect(rows[0]).toEqual(['203.0.113.7', { host: 'web1', at: 1_000, why: 'by root: ticket 7' }]);
  });

  it('a ban that was made since stays, also one of a subject that was released', () => {
    expect(recorded([ban('203.0.113.7', 2_000)], [release('*')]).subjects).toEqual([]);
    expect(recorded([ban('203.0.113.7', 500), ban('203.0.113.7', 2_000)], [release('*')]).subjects).toEqual([]);
  });

  it('a subject with several bans is released once', () => {
    expect(
      recorded([ban('203.0.113.7', 500), ban('203.0.113.7', 600)], [release('*'), release('*')]).rows,
    ).toHaveLength(1);
  });
});
