/** data/jails.toml: its kinds exist, and it knows what fail2ban ships. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { JailKinds } from './jail-kinds.ts';

const { kinds } = loadConfig({ program: '.', file: 'config/rapsheet.toml' });
const known = new Set(kinds.keys());
const jailKinds = (chosen: Readonly<Record<string, string>> = {}) =>
  new JailKinds('data/jails.toml', new Map(Object.entries(chosen)), known);

function kindOf(jail: string, form: 'fail2ban-db' | 'crowdsec-db' | 'csv' = 'fail2ban-db'): string {
  const found = jailKinds().of(jail, form);
  return found === 'skip' ? found : found.kind;
}

it.each([
  ['sshd', 'ssh.login'],
  ['SSHD-aggressive', 'ssh.login'],
  ['ssh', 'ssh.login'],
  ['sshd-ddos', 'ssh.close'],
  ['postfix', 'mail.rejected'],
  ['postfix-sasl', 'mail.auth.smtp'],
  ['postfix-rbl', 'mail.blocklist'],
  ['dovecot', 'mail.auth'],
  ['nginx-http-auth', 'web.auth'],
  ['nginx-limit-req', 'web.flood'],
  ['nginx-my-own', 'web.probe'],
  ['apache-noscript', 'web.probe'],
  ['recidive', 'other.recidive'],
  ['pass2allow-ftp', 'skip'],
  ['my-shop', 'other.my-shop'],
  ['Mein Laden é!', 'other.mein-laden'],
  ['..', 'other.unknown'],
  ['manual', 'manual'],
])('the jail %s was about %s', (jail, kind) => {
  expect(kindOf(jail)).toBe(kind);
});

it.each([
  ['crowdsecurity/ssh-bf', 'ssh.login'],
  ['crowdsecurity/ssh-slow-bf_user-enum', 'ssh.login'],
  ['crowdsecurity/http-probing', 'web.probe'],
  ['crowdsecurity/http-path-traversal-probing', 'web.probe.traversal'],
  ['crowdsecurity/http-bf-wordpress_bf', 'web.login'],
  ['crowdsecurity/CVE-2022-41082', 'web.probe'],
  ['crowdsecurity/mysql-bf', 'database.login'],
  ['me/my-scenario', 'other.my-scenario'],
])('the scenario %s was about %s', (scenario, kind) => {
  expect(kindOf(scenario, 'crowdsec-db')).toBe(kind);
  expect(kindOf(scenario, 'csv')).toBe(kind);
});

it('every kind that data/jails.toml names is one of data/kinds.toml, or free', () => {
  const named = [...readFileSync('data/jails.toml', 'utf8').matchAll(/^kind = "([^"]+)"$/gm)].map(
    (match) => match[1] ?? '',
  );
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((kind) => !known.has(kind) && !kind.startsWith('other.'))).toEqual([]);
});

it('the service of a kind is its first word, and repeated bans are no attempts', () => {
  expect(jailKinds().of('sshd', 'fail2ban-log')).toEqual({
    ...{ service: 'ssh', kind: 'ssh.login', attempts: true, known: true },
  });
  expect(jailKinds().of('my-shop', 'fail2ban-log')).toMatchObject({ kind: 'other.my-shop', known: false });
  expect(jailKinds().of('recidive', 'fail2ban-log')).toMatchObject({ service: 'other', attempts: false });
});

it('what the user says is right, and what cannot be is told', () => {
  const chosen = jailKinds({ 'my-shop': 'web.login', sshd: 'other.mine', dovecot: 'skip' });
  expect(chosen.of('my-shop', 'fail2ban-db')).toMatchObject({ kind: 'web.login', service: 'web' });
  expect(chosen.of('sshd', 'fail2ban-db')).toMatchObject({ kind: 'other.mine' });
  expect(chosen.of('dovecot', 'fail2ban-db')).toBe('skip');
  expect(() => jailKinds({ shop: 'web.logn' })).toThrow(
    '--map shop=web.logn: there is no kind "web.logn" (did you mean "web.login"?)',
  );
  expect(() => jailKinds({ shop: 'other.X y' })).toThrow(/there is no kind/);
});

const SHIPPED = '/etc/fail2ban/jail.conf';
const hasShipped = existsSync(SHIPPED);
if (!hasShipped) console.warn('SKIPPED: the jails that fail2ban ships are not looked up, because it is not installed');

describe.skipIf(!hasShipped)('the jails that fail2ban ships', () => {
  /** What no kind of ours is about. */
  const OTHERS = ['counter-strike', 'nagios', 'recidive', 'slapd', 'stunnel', 'xinetd-fail'];

  it('are known but for a few', () => {
    const jails = [...readFileSync(SHIPPED, 'utf8').matchAll(/^\[([^\]]+)\]$/gm)].map((match) => match[1] ?? '');
    const shipped = jails.filter((jail) => jail !== 'DEFAULT' && jail !== 'INCLUDES');
    expect(shipped.length).toBeGreaterThan(80);
    const others = shipped.filter((jail) => kindOf(jail).startsWith('other.'));
    expect(others.filter((jail) => !OTHERS.includes(jail))).toEqual([]);
  });
});
