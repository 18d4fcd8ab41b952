/**
 * Before the tests: the packages that the tests with real parts need. On a bare machine (root, Debian's apt-get, no
 * systemd running: a container of CI) what is missing is installed, once and without starting a service. Elsewhere one
 * line names the command, and those tests are skipped. When all is there it costs some dozens of system calls.
 */
import { createWriteStream, existsSync, mkdtempSync, rmSync, type WriteStream, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, startProgram } from '../src/base/program.ts';

/** The face that pictures are compared in. */
export const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';

/** Which package brings which programs. A test that needs another one adds it here. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  bind9: ['named'],
  chromium: ['chromium'],
  conntrack: ['conntrack'],
  // Not a program, and as needed: without it a machine without a screen may have no letters.
  'fonts-dejavu-core': [FONT],
  fail2ban: ['fail2ban-client', 'fail2ban-server'],
  ipset: ['ipset'],
  iproute2: ['ip', 'ss'],
  iptables: ['iptables', 'ip6tables'],
  'librsvg2-bin': ['rsvg-convert'],
  logrotate: ['logrotate'],
  mount: ['mount'],
  nftables: ['nft'],
  nginx: ['nginx'],
  'openssh-client': ['ssh', 'ssh-keygen'],
  'openssh-server': ['sshd'],
  openssl: ['openssl'],
  'poppler-utils': ['pdftoppm'],
  postfix: ['postfix'],
  procps: ['sysctl'],
  prometheus: ['promtool'],
  python3: ['python3'],
  rbldnsd: ['rbldnsd'],
  rsyslog: ['rsyslogd'],
  systemd: ['journalctl', 'systemctl', 'systemd-analyze', 'systemd-notify', '/lib/systemd/systemd'],
  'systemd-journal-remote': ['/lib/systemd/systemd-journal-remote'],
  'util-linux': ['nsenter', 'pivot_root', 'setpriv', 'unshare'],
};

/** An installation that takes longer hangs on its network. */
const PATIENCE_MS = 300_000;
/** apt-get is asked to end, so that no package is left half unpacked, and is only killed when it does not. */
const LAST_PATIENCE_MS = 20_000;
/** Another installation may be under way; then it has what is needed, or ours goes on after it. */
const LOCK_SECONDS = 120;
/** What package scripts ask whether they may start a service. 101: they may not. */
const POLICY = '/usr/sbin/policy-rc.d';
const SYSTEMD_IS_RUNNING = '/run/systemd/system';

export async function setup(): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const obstacle = whyNot();
  if (obstacle !== undefined) {
    say(`tests with real parts will be SKIPPED, because packages are missing (${obstacle}): ${command}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-packages-'));
  const talk = join(folder, 'apt.log');
  say(`installing what the tests with real parts need (output: ${talk}): ${command}`);
  const failure = await install(missing, talk);
  const left = missingPackages();
  if (left.length === 0) {
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  const what = failure ?? `it did not bring ${left.join(' ')}`;
  say(`tests with real parts will be SKIPPED: ${what} (see ${talk}). By hand: ${command}`);
}

/** By their programs: one that was installed without its package is as good. */
export function missingPackages(find: (name: string) => string | undefined = findPart): readonly string[] {
  return Object.entries(PACKAGES)
    .filter(([, programs]) => programs.some((name) => find(name) === undefined))
    .map(([name]) => name);
}

function findPart(name: string): string | undefined {
  return findProgram(name) ?? (name.startsWith('/') && existsSync(name) ? name : undefined);
}

/** Why nothing is installed here. */
function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (findProgram('apt-get') === undefined) return 'there is no apt-get';
  if (process.getuid?.() !== 0) return 'only root can install them';
  // A machine that somebody uses: it is not for tests to change.
  if (existsSync(SYSTEMD_IS_RUNNING)) return 'this machine runs systemd, so tests do not change it';
  return undefined;
}

/** What went wrong, if anything. */
async function install(packages: readonly string[], talk: string): Promise<string | undefined> {
  const out = createWriteStream(talk);
  const deadline = Date.now() + PATIENCE_MS;
  const hasPolicy = existsSync(POLICY);
  try {
    if (!hasPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    // Lists that are there already may do when the newest cannot be had.
    const updated = await aptGet(['update'], out, deadline);
    const installed = await aptGet(['install', '-y', '--no-install-recommends', ...packages], out, deadline);
    return installed === undefined ? undefined : (updated ?? installed);
  } catch (error) {
    return String(error);
  } finally {
    if (!hasPolicy) rmSync(POLICY, { force: true });
    out.end();
  }
}

/** What went wrong, if anything. */
async function aptGet(args: readonly string[], talk: WriteStream, deadline: number): Promise<string | undefined> {
  const options = [
    `DPkg::Lock::Timeout=${LOCK_SECONDS}`,
    'Dpkg::Options::=--force-confold',
    // Without a network it should be known soon.
    'Acquire::Retries=1',
    'Acquire::http::Timeout=20',
    'Acquire::https::Timeout=20',
  ];
  const given = [...options.flatMap((option) => ['-o', option]), ...args];
  const child = startProgram('apt-get', given, { DEBIAN_FRONTEND: 'noninteractive', ...proxies() });
  child.stdin.on('error', () => undefined).end();
  child.stdout.pipe(talk, { end: false });
  child.stderr.pipe(talk, { end: false });
  let isLate = false;
  const left = Math.max(0, deadline - Date.now());
  const asking = setTimeout(() => {
    isLate = true;
    child.kill('SIGTERM');
  }, left);
  const killing = setTimeout(() => child.kill('SIGKILL'), left + LAST_PATIENCE_MS);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (isLate) return `apt-get ${args[0]} did not end within ${PATIENCE_MS / 60_000} minutes`;
    return status === 0 ? undefined : `apt-get ${args[0]} ended with status ${status}`;
  } finally {
    clearTimeout(asking);
    clearTimeout(killing);
  }
}

/** The one thing of the tester's environment that it may need. */
function proxies(): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function say(sentence: string): void {
  process.stderr.write(`packages: ${sentence}\n`);
}
