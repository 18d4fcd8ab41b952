/**
 * A month of logs through an installed fail2ban and through `rapsheet replay --fail2ban` with the same tree: the same bans,
 * jail by jail, to the second, of the same length. The original runs as it is (fail2ban-driver.py), only its clock is set
 * from line to line.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEMO_SEED, logsOf } from '../src/demo/demo.ts';
import { planDemo } from '../src/demo/plan.ts';
import { randomOf } from '../src/demo/random.ts';
import { INSTALLED, installedVersion, PROGRAM } from '../src/fail2ban/testing/original.ts';
import { PROJECT, rapsheet, scratch } from './run.ts';

const version = installedVersion();
if (version === undefined) console.warn('test/fail2ban-parity.test.ts: no fail2ban is installed, skipped');

/** Jail, address, seconds, length. */
type Ban = readonly [string, string, number, number];

interface Site {
  readonly tree: string;
  /** Whole paths. */
  readonly logs: readonly string[];
}

/** Half a million lines take the original minutes, so of the month only some days are gone through. */
const SINCE = Date.UTC(2024, 9, 9);
const UNTIL = Date.UTC(2024, 9, 11);

/** An installation with the distribution's own filters, and the demo's logs of one host where its jails look for them. */
function site(host: string, jailLocal: string, further: Readonly<Record<string, string>> = {}): Site {
  const folder = scratch();
  const tree = join(folder, 'fail2ban');
  cpSync(INSTALLED, tree, { recursive: true, dereference: true });
  mkdirSync(join(tree, 'jail.d'), { recursive: true });
  writeFileSync(join(folder, 'fail2ban.log'), '');
  writeFileSync(join(tree, 'fail2ban.local'), `[Definition]\nlogtarget = ${join(folder, 'fail2ban.log')}\n`);
  writeFileSync(join(tree, 'jail.d', 'zz-test.local'), textOf(jailLocal, folder));
  const files = logsOf(planDemo(DEMO_SEED), DEMO_SEED).files();
  const texts = files.flatMap(({ file, entries }) => {
    const some = entries.filter(({ time }) => time >= SINCE && time < UNTIL);
    const [owner, ...path] = file.split('/');
    return owner === host ? [[path.join('/'), some.map(({ text }) => `${text}\n`).join('')] as const] : [];
  });
  const logs = [...texts, ...Object.entries(further)].map(([name, text]) => {
    const path = join(folder, 'log', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, 'latin1');
    utimesSync(path, UNTIL / 1_000, UNTIL / 1_000);
    return path;
  });
  return { tree, logs };
}

/** Jails may be made for the journal by the distribution; here all of them read files. */
function textOf(jailLocal: string, folder: string): string {
  const text = jailLocal.replaceAll('enabled = true', 'enabled = true\nbackend = polling');
  return text.replaceAll('{logs}', join(folder, 'log')).replaceAll('{folder}', folder);
}

function original({ tree, logs }: Site): Ban[] {
  const driver = join(PROJECT, 'test', 'fail2ban-driver.py');
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', [driver, PROGRAM, tree], {
    input: JSON.stringify({ logs, own: join(dirname(tree), 'fail2ban.log') }),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  expect(status, stderr).toBe(0);
  const answer: { readonly bans: readonly Ban[]; readonly lines: number } = JSON.parse(stdout);
  expect(answer.lines).toBeGreaterThan(100);
  return sorted(answer.bans.map(([jail, address, at, length]) => [jail, address, Math.floor(at), Math.round(length)]));
}

async function ours({ tree, logs }: Site): Promise<Ban[]> {
  const { status, out, err } = await rapsheet(['replay', '--fail2ban', tree, '--dry-run', '--print', 'bans', ...logs]);
  expect(status, err).toBe(0);
  const bans = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return sorted(
    bans.map(({ jail, address, time, until }) => {
      const [from, end] = [Date.parse(time), until === null ? null : Date.parse(until)];
      return [jail, address, Math.floor(from / 1_000), end === null ? -1 : Math.round((end - from) / 1_000)];
    }),
  );
}

function sorted(bans: readonly Ban[]): Ban[] {
  return [...bans].sort((a, b) => (JSON.stringify([a[2], a[0], a[1]]) < JSON.stringify([b[2], b[0], b[1]]) ? -1 : 1));
}

/** Returns the bans, which are those of both. */
async function agree(at: Site, least: number): Promise<readonly Ban[]> {
  const theirs = original(at);
  expect(await ours(at)).toEqual(theirs);
  // A log that no jail understands would agree as well.
  expect(theirs.length).toBeGreaterThanOrEqual(least);
  return theirs;
}

const COMMON = `
[DEFAULT]
ignoreself = false
usedns = no
action =
`;

describe.runIf(version !== undefined)(`the bans of fail2ban ${version ?? ''} and ours`, { timeout: 300_000 }, () => {
  it('of a mail server are the same', async () => {
    const jails = `${COMMON}
[sshd]
enabled = true
logpath = {logs}/auth.log
[postfix]
enabled = true
mode = aggressive
logpath = {logs}/mail.log
[postfix-sasl]
enabled = true
logpath = {logs}/mail.log
maxretry = 3
[dovecot]
enabled = true
logpath = {logs}/mail.log
findtime = 1h
bantime = 2h
`;
    await agree(site('mail', jails), 10);
  });

  it('of web servers are the same, also of dates without a year', async () => {
    const jails = `${COMMON}
[sshd]
enabled = true
logpath = {logs}/auth.log
maxretry = 3
bantime = -1
[nginx-http-auth]
enabled = true
logpath = {logs}/nginx/error.log
[nginx-botsearch]
enabled = true
logpath = {logs}/nginx/access.log
maxretry = 2
[nginx-bad-request]
enabled = true
logpath = {logs}/nginx/access.log
maxretry = 1
[apache-auth]
enabled = true
logpath = {logs}/apache2/error.log
`;
    await agree(site('web1', jails), 5);
    await agree(site('web2', jails), 3);
  });

  it('of known offenders grow alike, for one jail and over all', async () => {
    const jails = `${COMMON}
bantime.increment = true
bantime = 1m
findtime = 5m
maxretry = 5
[sshd]
enabled = true
logpath = {logs}/auth.log
          {logs}/steady.log
bantime.maxtime = 1h
[sshd-all]
enabled = true
filter = sshd[mode=aggressive]
logpath = {logs}/auth.log
          {logs}/steady.log
bantime.overalljails = true
bantime.multipliers = 1 2 4 8 16
[sshd-formula]
enabled = true
filter = sshd
logpath = {logs}/steady.log
bantime.factor = 3
bantime.formula = ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)
`;
    await agree(site('mail', jails, { 'steady.log': steadyAttackers(40) }), 30);
  });

  it('of whom many jails banned are the same: one jail watches the others', async () => {
    const jails = `${COMMON}
[sshd]
enabled = true
logpath = {logs}/auth.log
          {logs}/steady.log
maxretry = 3
[sshd-late]
enabled = true
filter = sshd
logpath = {logs}/steady.log
maxretry = 6
bantime = 5m
[recidive]
enabled = true
logpath = {logs}/../fail2ban.log
findtime = 1h
bantime = 1d
maxretry = 3
`.replaceAll('{logs}/..', '{folder}');
    const at = site('mail', jails, { 'steady.log': steadyAttackers(40) });
    const bans = await agree(at, 30);
    expect(bans.filter(([jail]) => jail === 'recidive').length).toBeGreaterThan(3);
  });

  it('of who comes back are the same: what was long ago is forgotten', async () => {
    const jails = `${COMMON}
bantime.increment = true
bantime = 10m
[sshd]
enabled = true
logpath = {logs}/returning.log
[sshd-few]
enabled = true
filter = sshd
logpath = {logs}/returning.log
bantime = 2h
bantime.factor = 2
maxretry = 3
`;
    const at = site('web1', jails, { 'returning.log': returningAttackers(60) });
    writeFileSync(join(at.tree, 'fail2ban.local'), '[Definition]\ndbpurgeage = 3h\n');
    await agree(at, 60);
  });

  it('of whoever goes on slowly are the same: what was counted is estimated anew', async () => {
    const jails = `${COMMON}
ignoreip = 127.0.0.1/8 198.18.0.0/28 198.18.0.77
[sshd]
enabled = true
logpath = {logs}/steady.log
findtime = 10m
maxretry = 4
bantime = 30m
[sshd-patient]
enabled = true
filter = sshd
logpath = {logs}/steady.log
findtime = 2h
maxretry = 5
bantime = 1w
`;
    await agree(site('web1', jails, { 'steady.log': steadyAttackers(150) }), 60);
  });
});

const FOLDER = process.env.FAIL2BAN_LOGS;

it.runIf(version !== undefined && FOLDER !== undefined)(
  'the bans of other logs are the same',
  { timeout: 300_000 },
  async () => {
    const jails = `${COMMON}
[sshd]
enabled = true
mode = aggressive
logpath = ${FOLDER}/auth.log
maxretry = 2
[sshd-dateless]
enabled = true
filter = sshd
logpath = ${FOLDER}/auth.traditional.log
[postfix]
enabled = true
mode = aggressive
logpath = ${FOLDER}/mail.log
maxretry = 2
[dovecot]
enabled = true
mode = aggressive
logpath = ${FOLDER}/mail.log
maxretry = 2
[nginx-http-auth]
enabled = true
logpath = ${FOLDER}/nginx/error.log
maxretry = 1
[nginx-botsearch]
enabled = true
logpath = ${FOLDER}/nginx/error.log
          ${FOLDER}/nginx/access.log
maxretry = 1
`;
    const { tree } = site('web1', jails);
    const names = ['auth.log', 'auth.traditional.log', 'mail.log', 'nginx/error.log', 'nginx/access.log'];
    const logs = names.map((name) => join(FOLDER ?? '', name)).filter(existsSync);
    await agree({ tree, logs }, 10);
  },
);

/** Each comes for some minutes, and again after a pause of its own. */
function returningAttackers(count: number): string {
  const random = randomOf(DEMO_SEED, 'returning attackers');
  const tries: Try[] = [];
  for (let i = 1; i <= count; i++) {
    for (let at = SINCE / 1_000 + i; at < UNTIL / 1_000; at += 600 * i + random.whole(0, 600)) {
      for (let n = random.whole(1, 8); n > 0; n--) tries.push({ at: at + n * 11, address: `198.18.1.${i}` });
    }
  }
  return sshdLog(tries);
}

interface Try {
  /** Seconds. */
  readonly at: number;
  readonly address: string;
}

/** Of the steady ones. The original takes half a minute for each ten thousand failures of known offenders. */
const HOURS = 6;

/** Each with a pace of its own, more or less steady, some around what the limits allow. */
function steadyAttackers(count: number): string {
  const random = randomOf(DEMO_SEED, 'steady attackers');
  const tries: Try[] = [];
  for (let i = 1; i <= count; i++) {
    const pace = 20 + 8 * i;
    for (let at = SINCE / 1_000 + i; at < SINCE / 1_000 + HOURS * 3_600; at += random.whole(0.8 * pace, 1.2 * pace)) {
      tries.push({ at, address: `198.18.0.${i}` });
    }
  }
  return sshdLog(tries);
}

function sshdLog(tries: readonly Try[]): string {
  const lines = [...tries].sort((a, b) => a.at - b.at);
  return lines
    .map(({ at, address }, index) => {
      const stamp = new Date(at * 1_000).toISOString().replace('Z', '+00:00');
      return `${stamp} host sshd[${10_000 + index}]: Failed password for root from ${address} port 4711 ssh2\n`;
    })
    .join('');
}

it.runIf(version !== undefined)('the installed filters are where the test looks for them', () => {
  expect(existsSync(join(INSTALLED, 'filter.d', 'sshd.conf'))).toBe(true);
});
