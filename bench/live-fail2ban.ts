/** fail2ban as the bench runs it: a configuration of a few lines that uses its own filter and its own nftables action. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bed } from './live-bed.ts';
import type { Peer } from './live-peer.ts';
import { type Running, until } from './live-process.ts';

const PROGRAM = '/usr/bin/fail2ban-server';
const CLIENT = '/usr/bin/fail2ban-client';
const SYSTEM = '/etc/fail2ban';
const READY_MS = 60_000;
const JAILS_READY_MS = 200;

export function fail2ban(): Peer {
  return {
    name: 'fail2ban',
    version: spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' }).stdout?.trim().replace('Fail2Ban v', '') ?? '',
    missing: existsSync(PROGRAM) && existsSync(SYSTEM) ? undefined : `not installed (${PROGRAM}, ${SYSTEM})`,
    attackersMax: 50,
    patienceMs: 15_000,
    start: (bed) => launchFail2ban(bed, 1),
    startWithJails: (bed, jails) => launchFail2ban(bed, jails),
  };
}

/** Also again, on the database of the run before. */
export async function launchFail2ban(bed: Bed, jails: number): Promise<Running> {
  const folder = join(bed.folder, 'fail2ban');
  configure(folder, bed, jails);
  const daemon = bed.start('fail2ban', [PROGRAM, ...places(folder), '-f', '-x', 'start']);
  const last = `jail${jails - 1}`;
  const ready = await until(() => ask(bed, ['status', last]).includes('Currently banned'), READY_MS, JAILS_READY_MS);
  if (!ready) throw new Error(`fail2ban is not ready within ${READY_MS} ms: ${daemon.heard.slice(-1_000)}`);
  return daemon;
}

/** Bans so many addresses through its client. */
export function banIn(bed: Bed, addresses: readonly string[]): void {
  ask(bed, ['set', 'jail0', 'banip', ...addresses]);
}

function ask(bed: Bed, words: readonly string[]): string {
  return bed.run([CLIENT, ...places(join(bed.folder, 'fail2ban')), ...words]);
}

function places(folder: string): string[] {
  return ['-c', folder, '-s', join(folder, 'socket'), '-p', join(folder, 'pid')];
}

function configure(folder: string, { log }: Bed, jails: number): void {
  if (existsSync(folder)) return;
  mkdirSync(folder);
  for (const part of ['filter.d', 'action.d']) symlinkSync(join(SYSTEM, part), join(folder, part));
  writeFileSync(
    join(folder, 'fail2ban.conf'),
    `[Definition]
loglevel = WARNING
logtarget = ${join(folder, 'log')}
syslogsocket = auto
socket = ${join(folder, 'socket')}
pidfile = ${join(folder, 'pid')}
dbfile = ${join(folder, 'bans.sqlite3')}
dbpurgeage = 1d
`,
  );
  const sections = Array.from({ length: jails }, (_, i) => {
    const path = i === 0 ? log : `${log}.${i}`;
    if (i > 0) writeFileSync(path, '');
    return `[jail${i}]\nenabled = true\nfilter = sshd\nlogpath = ${path}\naction = nftables[name=jail${i}, type=allports, protocol=tcp]\n`;
  });
  writeFileSync(
    join(folder, 'jail.conf'),
    `[DEFAULT]
backend = auto
usedns = no
ignoreself = false
maxretry = 5
findtime = 600
bantime = 86400
${sections.join('')}`,
  );
}
