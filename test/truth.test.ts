/**
 * Real logs of real services with the truth about them (../shared/logs and its README): who attacked how often, and who
 * must never be banned although attackers wrote their addresses into every field. They are not part of this project;
 * where they are missing, this file says so and tests nothing.
 */
import { copyFileSync, existsSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { contains, parseAddress, parseNetwork } from '../src/base/address.ts';
import {
  type AttemptLine,
  type BanLine,
  done,
  PROJECT,
  plainConfig,
  put,
  readAttempts,
  readBans,
  scratch,
} from './run.ts';

const LOGS = join(PROJECT, '..', 'shared', 'logs');
const present = existsSync(join(LOGS, 'ground_truth.json'));
if (!present) console.warn(`\nSKIPPED: test/truth.test.ts tests nothing, because there are no logs in ${LOGS}\n`);

/** The files on which the README measures; the others tell the same events again. */
const SIX = [
  'auth.log',
  'mail.log',
  'dovecot-file.log',
  'nginx/access.log',
  'nginx/error.log',
  'nginx/realip.access.log',
].map((name) => join(LOGS, name));
const PROXY = '198.51.100.200';
const VICTIMS = ['198.51.100.99', '198.51.100.66'];
const LOGINS = ['ssh-auth-fail', 'ssh-invalid-user', 'imap-auth-fail', 'pop3-auth-fail', 'smtp-sasl-fail'];
const LOGIN_KINDS = /^(?:ssh\.login|ssh\.user|mail\.auth.*)$/;

const counts = v.record(v.string(), v.number());
const truthSchema = v.object({
  end: v.number(),
  never_ban: v.array(v.string()),
  sources: v.record(
    v.string(),
    v.object({
      role: v.picklist(['attacker', 'benign', 'victim']),
      group: v.optional(v.nullable(v.string())),
      offences: counts,
      benign: counts,
      mentions: v.optional(counts, {}),
    }),
  ),
});
type Truth = v.InferOutput<typeof truthSchema>;
type Source = Truth['sources'][string];

describe.skipIf(!present)(present ? 'real logs' : 'real logs (SKIPPED: ../shared/logs is not there)', () => {
  const folder = present ? scratch() : '';
  const config = present ? plainConfig(folder) : '';
  let truth: Truth;
  let attempts: AttemptLine[] = [];
  let bans: BanLine[] = [];

  const nouns = (noun: 'attempts' | 'bans', paths: readonly string[], file = config): Promise<string> =>
    done(['replay', '-c', file, '--dry-run', '--quiet', '--print', noun, ...paths]);

  beforeAll(async () => {
    truth = v.parse(truthSchema, JSON.parse(readFileSync(join(LOGS, 'ground_truth.json'), 'utf8')));
    attempts = readAttempts(await nouns('attempts', SIX));
    bans = readBans(await nouns('bans', SIX));
  });

  const sources = (role: Source['role']): Array<[string, Source]> =>
    Object.entries(truth.sources).filter(([, source]) => source.role === role);
  const loginsOf = (address: string): number =>
    attempts
      .filter((attempt) => attempt.address === address && LOGIN_KINDS.test(attempt.kind))
      .reduce((sum, { count }) => sum + count, 0);

  it.each([
    ['the six files of the README', SIX],
    ['the whole directory', [LOGS]],
  ])('no innocent address is banned by %s', async (_, paths) => {
    const found = readBans(await nouns('bans', paths));
    expect(truth.never_ban.length).toBeGreaterThan(10);
    expect(truth.never_ban.filter((address) => isBanned(address, found))).toEqual([]);
    const unknown = found.filter((ban) => !Object.keys(truth.sources).some((address) => isBanned(address, [ban])));
    expect(unknown).toEqual([]);
  });

  it('at least 69 of the 73 attackers are banned', () => {
    const attackers = sources('attacker');
    expect(attackers).toHaveLength(73);
    const banned = attackers.filter(([address]) => isBanned(address, bans));
    expect(banned.length).toBeGreaterThanOrEqual(69);
  });

  it('each group is banned as one network, once', () => {
    const groups = new Set(sources('attacker').flatMap(([, { group }]) => group ?? []));
    expect(groups.size).toBe(2);
    for (const group of groups) {
      const members = sources('attacker').filter(([, source]) => source.group === group);
      expect(members.length).toBeGreaterThan(5);
      const found = bans.filter((ban) => members.some(([address]) => isBanned(address, [ban])));
      expect(found.map(({ address }) => address)).toEqual([expect.stringMatching(/\/64$/)]);
      expect(members.filter(([address]) => !isBanned(address, found))).toEqual([]);
    }
  });

  it('every attacker with five or more offences of one kind that these files can show is banned', () => {
    const elsewhere = new Map([
      ['203.0.113.20', 'only in sshd-E-2222.log, which has no times'],
      [
        '203.0.113.84',
        'its requests are in proxied.access.log; error.log tells 404s, which are left to the access log',
      ],
      ['203.0.113.163', 'only in proxied.access.log'],
    ]);
    const free = sources('attacker').filter(
      ([address, { offences }]) => Object.values(offences).some((count) => count >= 5) && !isBanned(address, bans),
    );
    expect(free.map(([address]) => address).sort()).toEqual([...elsewhere.keys()].sort());
  });

  it('the site’s proxy named, the attackers behind it and beside it are banned, and the proxy is not', async () => {
    const more = `[general]\nzone = "UTC"\ntrusted_proxies = ["${PROXY}"]\n[origin]\ndiscover = false\n`;
    const file = put(join(folder, 'proxies.toml'), more);
    const found = readBans(await nouns('bans', [join(LOGS, 'nginx', 'proxied.access.log')], file));
    expect(found.map(({ address }) => address).sort()).toEqual(['203.0.113.163', '203.0.113.84']);
  });

  it('a failed login is one attempt, however many lines and files tell of it', () => {
    // Eight of its 22 are in sshd-E-2222.log; one of the other's 25 broke the protocol before it got to a login.
    const fewer = new Map([
      ['203.0.113.17', 14],
      ['203.0.113.15', 24],
    ]);
    const compared: string[] = [];
    for (const [address, { role, offences, benign }] of Object.entries(truth.sources)) {
      const told = LOGINS.reduce((sum, kind) => sum + (offences[kind] ?? 0) + (benign[kind] ?? 0), 0);
      if (told === 0) continue;
      compared.push(address);
      expect([address, role, loginsOf(address)]).toEqual([address, role, fewer.get(address) ?? told]);
    }
    expect(compared.length).toBeGreaterThan(25);
  });

  it.each([
    ['203.0.113.14', 'ssh.negotiate', 6],
    ['203.0.113.34', 'mail.noauth', 4],
    ['203.0.113.43', 'mail.relay', 6],
    ['203.0.113.45', 'mail.gibberish', 4],
    ['203.0.113.47', 'mail.pipelining', 9],
    ['203.0.113.48', 'mail.recipient', 8],
    ['203.0.113.50', 'mail.blocklist', 3],
    ['203.0.113.52', 'mail.tls', 5],
    ['203.0.113.54', 'mail.recipient', 7],
    ['203.0.113.72', 'web.probe.env', 8],
    ['203.0.113.73', 'web.probe.phpmyadmin', 6],
    ['203.0.113.80', 'web.auth', 10],
    ['203.0.113.82', 'web.forbidden', 5],
  ])('%s made as many attempts of %s as the truth says: %i', (address, kind, count) => {
    const found = attempts.filter((attempt) => attempt.address === address && attempt.kind === kind);
    expect(found.reduce((sum, attempt) => sum + attempt.count, 0)).toBe(count);
    expect(Object.values(truth.sources[address]?.offences ?? {})).toContain(count);
  });

  it('an address that only stands in what clients wrote never made an attempt', async () => {
    for (const list of [attempts, readAttempts(await nouns('attempts', [LOGS]))]) {
      expect(list.length).toBeGreaterThan(500);
      expect(list.filter(({ address }) => VICTIMS.includes(address))).toEqual([]);
      // The strings are really there.
      expect(list.filter(({ line }) => line.includes(VICTIMS[0] ?? '')).length).toBeGreaterThan(20);
    }
  });

  it.each(['auth', 'mail'])('%s gives the same attempts in all four renderings', async (name) => {
    const renderings: string[][] = [];
    for (const rendering of ['log', 'traditional.log', 'rfc5424.log', 'jsonl']) {
      const copy = join(folder, `${name}.${rendering}`);
      copyFileSync(join(LOGS, `${name}.${rendering}`), copy);
      utimesSync(copy, truth.end, truth.end);
      renderings.push(
        readAttempts(await nouns('attempts', [copy]))
          .map(essence)
          .sort(),
      );
    }
    const [first = [], ...others] = renderings;
    expect(first.length).toBeGreaterThan(100);
    for (const other of others) expect(other).toEqual(first);
  });
});

/** An IPv6 ban is a network's. */
function isBanned(address: string, bans: readonly BanLine[]): boolean {
  const parsed = parseAddress(address);
  return bans.some((ban) => {
    const network = parseNetwork(ban.address);
    return parsed !== undefined && network !== undefined && contains(network, parsed);
  });
}

/** What must not depend on the rendering: times to the second, the shortest that all of them have. */
function essence({ time, address, kind, filter, pattern, user, target, count }: AttemptLine): string {
  return JSON.stringify([time.slice(0, 19), address, kind, filter, pattern, user, target, count]);
}
