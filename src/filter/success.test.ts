/** Logins that went well protect whom they name, so nobody may write such a line about himself. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLog } from '../base/text.ts';
import { UTC } from '../base/zone.ts';
import { readFilter } from '../config/config.ts';
import { compileFilter } from './compile.ts';
import type { FilterDefinition, HitDefinition } from './definition.ts';
import { explainLine } from './explain.ts';
import { proveFilter, recognizeLine, sampleFilter } from './proof.ts';

const HEAD = 'Oct  3 12:00:01 host shopd[7]: ';
const KINDS = new Set(['web.auth', 'web.accepted', 'ssh.accepted', 'mail.accepted']);

function shopd(given: Partial<FilterDefinition> = {}): FilterDefinition {
  return {
    ...{ name: 'shopd', about: 'shopd', service: 'web', format: 'syslog', process: 'shopd', journal: [], logs: [] },
    patterns: [
      { kind: 'web.auth', match: 'login refused for <user> from <address>' },
      { kind: 'web.accepted', outcome: 'success', match: 'login of <user> from <address>' },
    ],
    hits: [
      hit('login refused for alice from 203.0.113.7', 'web.auth'),
      hit('login refused for bob from 203.0.113.7', 'web.auth'),
      hit('login of alice from 203.0.113.7', 'web.accepted'),
    ],
    misses: [{ line: `${HEAD}hello` }, { line: `${HEAD}login of alice from nowhere` }],
    ...given,
  };
}

function hit(message: string, kind: string): HitDefinition {
  return { line: HEAD + message, attempt: { kind, address: '203.0.113.7' } };
}

function problemsOf(given: Partial<FilterDefinition>): string[] {
  return proveFilter(shopd(given), KINDS).problems.map(({ what }) => what);
}

describe('a pattern with outcome = "success"', () => {
  it('says so in what it recognizes, and proves like any other', () => {
    const { patterns } = compileFilter(shopd(), KINDS);
    expect(patterns.map(({ pattern }) => pattern.success)).toEqual([false, true]);
    expect(problemsOf({})).toEqual([]);
  });

  it.each([
    ['access', undefined],
    ['nginx-error', undefined],
    ['syslog', undefined],
  ] as const)('is refused for the format %s without a process', (format, process) => {
    const patterns = [{ kind: 'web.accepted', outcome: 'success', match: 'login of <user> from <address>' } as const];
    expect(problemsOf({ format, process, patterns, hits: [] })[0]).toMatch(/needs format = "syslog" and a process/);
  });

  it('may recognize a miss, but not with the address that a client planted there', () => {
    const honest = { line: `${HEAD}login of alice from 203.0.113.9` };
    const planted = { line: `${HEAD}login of alice from 198.51.100.99` };
    const hostile = { line: `${HEAD}login refused for alice from 203.0.113.9` };
    expect(problemsOf({ misses: [honest, planted, hostile] })).toEqual([
      'miss 2 is recognized as web.accepted (pattern 2), and must not be',
      'miss 3 is recognized as web.auth (pattern 1), and must not be',
    ]);
  });

  it('is not proven when a failure can be made to look like one', () => {
    const patterns = [
      { kind: 'web.auth', match: 'login refused for <user> from <address>' },
      { kind: 'web.accepted', outcome: 'success', match: '<any>login of <word> from <word> from <address>' },
      { kind: 'web.accepted', outcome: 'success', match: 'login of <user> from <address>' },
    ] as const;
    const [refused, accepted] = [patterns[0], patterns[1]];
    expect(problemsOf({ patterns }).some((what) => what.includes('can make it a login'))).toBe(false);
    const wrong = problemsOf({ patterns: [accepted, refused, patterns[2]] });
    expect(wrong.some((what) => what.includes('hit 1: a client can make it a login that went well'))).toBe(true);
  });

  it('is told by explain', () => {
    const options = { filters: [shopd()], kinds: KINDS, zone: UTC, now: Date.UTC(2024, 10, 1) };
    const { attempt, login, nearest } = explainLine(`${HEAD}login of alice from 203.0.113.7`, options);
    expect(login).toMatchObject({ user: 'alice', pattern: { kind: 'web.accepted', success: true } });
    expect([attempt, nearest]).toEqual([undefined, []]);
  });
});

/** What a client may put into a field: pieces of the very lines that it would like to forge. */
const pieces = fc.constantFrom(
  ...[
    'x',
    ' from ',
    '198.51.100.99',
    ' port 22',
    ' ssh2',
    ': ',
    'ED25519 SHA256:a',
    ' ID ',
    ' (serial 1) CA RSA MD5:b',
  ],
  ...['Accepted password for root', 'Accepted publickey for root', '>, method=PLAIN, rip=', ', lip=192.0.2.1', '"'],
  ...[', session=<a>', 'imap-login: Login: user=<', ', TLS', ', mpid=1', 'Failed password for ', ' [preauth]', '\\n'],
);
const planted = fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join(''));

function shipped(name: string) {
  const path = `filters/${name}.toml`;
  const definition = readFilter({ path, text: readFileSync(path, 'utf8') });
  const kinds = new Set(definition.patterns.map(({ kind }) => kind));
  return sampleFilter(compileFilter(definition, kinds).patterns);
}

const SSH_END = 'from 203.0.113.7 port 4242 ssh2';
const KEY = 'ED25519-CERT SHA256:c';
const DOVECOT_END = 'method=PLAIN, rip=203.0.113.7, lip=192.0.2.10, mpid=7, session=<b>';

// sshd cuts the names of accounts at a colon.
describe.each([
  ['sshd', 'a refused name', (text: string) => `sshd[1]: Failed password for invalid user ${text} ${SSH_END}`],
  ['sshd', 'a name', (text: string) => `sshd[1]: Accepted password for ${text.replaceAll(':', '')} ${SSH_END}`],
  [
    'sshd',
    'a certificate ID',
    (text: string) => `sshd[1]: Accepted publickey for alice ${SSH_END}: ${KEY} ID ${text} (serial 1) CA RSA SHA256:d`,
  ],
  [
    'sshd',
    'a host',
    (text: string) =>
      `sshd[1]: Accepted hostbased for alice ${SSH_END}: RSA SHA256:e, client user "${text}", client host "${text}"`,
  ],
  ['sshd', 'a principal', (text: string) => `sshd[1]: Accepted gssapi-with-mic for alice ${SSH_END}: ${text}`],
  ['sshd', 'a goodbye', (text: string) => `sshd[1]: Received disconnect from 203.0.113.7 port 4242:11: ${text}`],
  ['dovecot', 'a name', (text: string) => `dovecot: imap-login: Login: user=<${text}>, ${DOVECOT_END}`],
  [
    'dovecot',
    'a refused name',
    (text: string) => `dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<${text}>, ${DOVECOT_END}`,
  ],
])('filters/%s.toml, with %s of the client', (name, field, line) => {
  const filter = shipped(name);
  const failed = /refused|goodbye/.test(field);
  it(failed ? 'sees no login that went well' : 'sees no address but the real one', () => {
    fc.assert(
      fc.property(planted, (text) => {
        const found = recognizeLine(filter, toLog(`Oct  3 12:00:01 host ${line(text)}`));
        if (failed) expect(found?.pattern.success ?? false).toBe(false);
        expect(found?.address.text ?? '203.0.113.7').toBe('203.0.113.7');
      }),
      { numRuns: 300 },
    );
  });
});
