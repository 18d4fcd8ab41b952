/**
 * Nobody attacks, for a month: ordinary lines of more than forty real services give no attempt and no ban, whichever
 * way they are logged. And what honest programs do that cannot be told from a scanner is recorded, but bans nobody.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Host, OCTOBER, readHabits, readRecordings, writeHabit, writeMonth } from './clean-month.ts';
import { render } from './clean-month-layouts.ts';
import { done, linesOf, plainConfig, readAttempts, readBans, scratch } from './run.ts';

/** Which log of syslog Debian's rsyslog has a service's lines in. */
const AUTH = ['consoles', 'dropbear', 'sshd', 'system'];
const MAIL = ['courier', 'cyrus', 'dovecot', 'exim', 'opensmtpd', 'postfix', 'sendmail'];
const HOSTS: Readonly<Record<string, Host>> = {
  web1: { seed: 1, rounds: 40, layout: 'RFC 3339', logOf },
  web2: { seed: 2, rounds: 30, layout: 'classic', logOf: () => 'messages' },
  web3: { seed: 3, rounds: 12, layout: 'RFC 5424', logOf: () => 'syslog' },
  web4: { seed: 4, rounds: 12, layout: 'journal', logOf: () => 'journal.json' },
};
/** What the logs are taken for, where it is not "text". */
const FORMATS: Readonly<Record<string, string>> = {
  'apache2/access.log': 'access',
  'apache2/error.log': 'apache-error',
  'apache2/other_vhosts_access.log': 'access',
  'auth.log': 'syslog',
  'caddy/access.log': 'json',
  'dovecot.log': 'syslog',
  'haproxy.log': 'syslog',
  'journal.json': 'syslog',
  'lighttpd/access.log': 'access',
  'mail.log': 'syslog',
  messages: 'syslog',
  'nginx/access.log': 'access',
  'nginx/error.log': 'nginx-error',
  'nginx/json.access.log': 'json',
  'postgresql/postgresql-main.json': 'json',
  'pure-ftpd/transfer.log': 'access',
  syslog: 'syslog',
  'tomcat10/localhost_access_log.txt': 'access',
  'varnish/varnishncsa.log': 'access',
};

function logOf(name: string): string {
  if (AUTH.includes(name)) return 'auth.log';
  if (MAIL.includes(name)) return 'mail.log';
  return name === 'haproxy' ? 'haproxy.log' : 'syslog';
}

const summary = v.object({
  attempts: v.number(),
  bans: v.number(),
  lines: v.number(),
  logs: v.array(
    v.looseObject({
      name: v.string(),
      format: v.nullable(v.string()),
      lines: v.number(),
      unknown: v.number(),
      unreadable: v.number(),
      oversize: v.number(),
      forwarded: v.number(),
      forged: v.number(),
    }),
  ),
  skipped: v.array(v.unknown()),
});

interface Outcome extends v.InferOutput<typeof summary> {
  /** The attempts or the bans, as JSON Lines. */
  readonly printed: string;
}

const folder = scratch();
const config = plainConfig(folder);

async function replay(noun: 'attempts' | 'bans', hosts: readonly string[]): Promise<Outcome> {
  const given = ['-c', config, '--dry-run', '--json', '--print', noun];
  const named = hosts.flatMap((host) => ['--host', `${host}=${host}`]);
  const lines = linesOf(await done(['replay', ...given, ...named], { cwd: folder }));
  const { ...read } = v.parse(summary, JSON.parse(lines.pop() ?? ''));
  return { ...read, printed: lines.join('\n') };
}

describe('a month of ordinary lines', () => {
  const written = new Map<string, number>();
  const services = new Set<string>();

  beforeAll(() => {
    for (const [host, options] of Object.entries(HOSTS)) {
      const recordings = [...readRecordings('syslog'), ...(host === 'web1' ? readRecordings('files') : [])];
      for (const { service } of recordings) services.add(service.replace(/ [\d.p]+ of .*/, ''));
      for (const [log, lines] of writeMonth(join(folder, host), recordings, options)) {
        written.set(`${host}/${log}`, lines);
      }
    }
  });

  it('gives no attempt and no ban, and all of it was read', async () => {
    const { printed, logs, skipped, ...counts } = await replay('attempts', Object.keys(HOSTS));
    expect(readAttempts(printed)).toEqual([]);
    expect(counts).toEqual({ attempts: 0, bans: 0, lines: [...written.values()].reduce((sum, n) => sum + n, 0) });
    expect(counts.lines).toBeGreaterThan(120_000);
    expect([...services].length).toBeGreaterThan(40);
    expect(new Map(logs.map(({ name, lines }) => [name, lines]))).toEqual(written);
    expect(skipped).toEqual([]);
  });

  it('is in formats that are known, and nothing of it is set aside', async () => {
    const { logs } = await replay('attempts', Object.keys(HOSTS));
    const expected = [...written.keys()].map((name) => [name, FORMATS[name.replace(/^web\d\//, '')] ?? 'text']);
    expect(Object.fromEntries(logs.map(({ name, format }) => [name, format]))).toEqual(Object.fromEntries(expected));
    for (const { name, unknown, unreadable, oversize, forwarded, forged } of logs) {
      expect({ name, unknown, unreadable, oversize, forwarded, forged }).toEqual({
        ...{ name, unknown: 0, unreadable: 0, oversize: 0, forwarded: 0, forged: 0 },
      });
    }
  });

  it('hides no attack', async () => {
    const at = OCTOBER.until - 1;
    const failure = 'sshd[4711]: Failed password for root from 203.0.113.7 port 40112 ssh2';
    const probe = '203.0.113.7 - - [31/Oct/2024:23:59:59 +0000] "GET /.env HTTP/1.1" 404 153 "-" "x"';
    for (const [host, { layout, logOf: log }] of Object.entries(HOSTS)) {
      appendFileSync(join(folder, host, log('sshd')), `${render(failure, at, layout)}\n`);
    }
    appendFileSync(join(folder, 'web1', 'nginx', 'access.log'), `${probe}\n`);
    const { printed } = await replay('attempts', Object.keys(HOSTS));
    const found = readAttempts(printed).map(({ host, kind, file }) => [host, kind, file]);
    expect(found.sort()).toEqual([
      ['web1', 'ssh.login', 'web1/auth.log'],
      ['web1', 'web.probe.env', 'web1/nginx/access.log'],
      ['web2', 'ssh.login', 'web2/messages'],
      ['web3', 'ssh.login', 'web3/syslog'],
      ['web4', 'ssh.login', 'web4/journal.json'],
    ]);
  });
});

describe('honest programs that leave what scanners leave', () => {
  const habits = readHabits().map((habit, index) => ({
    ...habit,
    host: `habit${index}`,
    address: `203.0.113.${index + 1}`,
  }));

  beforeAll(() => {
    for (const { host, address, ...habit } of habits) writeHabit(join(folder, host, 'syslog'), habit, address);
  });

  it.each(habits)('$what every $seconds s, for a month, and nobody is banned', async ({ host, seconds }) => {
    const { attempts, bans, printed, lines } = await replay('bans', [host]);
    expect(readBans(printed)).toEqual([]);
    const times = (OCTOBER.until - OCTOBER.from) / 1000 / seconds;
    expect({ lines, attempts, bans }).toEqual({ lines: times, attempts: times, bans: 0 });
  });
});
