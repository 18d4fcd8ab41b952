/** The three workloads, generated: always the same bytes. */
import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs';

export interface Workload {
  readonly name: 'auth-5' | 'auth-95' | 'access-3';
  readonly about: string;
  readonly lines: number;
  line(index: number, random: () => number): string;
}

const START = Date.UTC(2024, 9, 1);
const STEP_MS = 300;

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'auth-5',
    about: 'auth.log, 5 % failed logins',
    lines: 2_000_000,
    line: (i, random) => authLine(i, random, 0.05),
  },
  {
    name: 'auth-95',
    about: 'auth.log, 95 % failed logins',
    lines: 500_000,
    line: (i, random) => authLine(i, random, 0.95),
  },
  { name: 'access-3', about: 'nginx access log, 3 % probes', lines: 2_000_000, line: accessLine },
];

/** Writes a workload of `scale` times its lines, unless it is there. */
export function writeWorkload(workload: Workload, path: string, scale: number): number {
  const lines = Math.round(workload.lines * scale);
  if (existsSync(path)) return lines;
  const random = generator(7);
  const file = openSync(`${path}.part`, 'w');
  let batch: string[] = [];
  for (let index = 0; index < lines; index++) {
    batch.push(workload.line(index, random));
    if (batch.length < 10_000 && index < lines - 1) continue;
    writeSync(file, `${batch.join('\n')}\n`);
    batch = [];
  }
  closeSync(file);
  renameSync(`${path}.part`, path);
  return lines;
}

function authLine(index: number, random: () => number, hostile: number): string {
  const time = new Date(START + index * STEP_MS).toISOString().replace('Z', '000+00:00');
  const pid = 1_000 + (index % 30_000);
  const port = 1_024 + (index % 60_000);
  if (random() < hostile) {
    const user = pick(['root', 'invalid user admin', 'invalid user test', 'invalid user oracle'], random);
    return `${time} host sshd[${pid}]: Failed password for ${user} from ${attacker(random)} port ${port} ssh2`;
  }
  const message = pick(
    [
      `CRON[${pid}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)`,
      `systemd-logind[612]: New session ${index} of user deploy.`,
      `sshd[${pid}]: Accepted publickey for deploy from 192.0.2.15 port ${port} ssh2: ED25519 SHA256:mN3Tq0uW1xYz`,
      `sudo: deploy : TTY=pts/0 ; PWD=/srv/www ; USER=root ; COMMAND=/usr/bin/systemctl reload nginx`,
    ],
    random,
  );
  return `${time} host ${message}`;
}

const PAGES = [
  '/',
  '/about',
  '/blog/2024/a-year-with-heat-pumps',
  '/static/app.4f1c.js',
  '/static/style.css',
  '/feed.xml',
];
const PROBES = [
  '/wp-login.php',
  '/.env',
  '/.git/config',
  '/xmlrpc.php',
  '/phpmyadmin/index.php',
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
];
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0';

function accessLine(index: number, random: () => number): string {
  const at = new Date(START + index * STEP_MS);
  const clock = at.toISOString().slice(11, 19);
  const time = `${String(at.getUTCDate()).padStart(2, '0')}/Oct/2024:${clock} +0000`;
  if (random() < 0.03)
    return `${attacker(random)} - - [${time}] "GET ${pick(PROBES, random)} HTTP/1.1" 404 153 "-" "-"`;
  const visitor = `192.0.2.${1 + Math.floor(random() * 250)}`;
  const size = 200 + Math.floor(random() * 40_000);
  return `${visitor} - - [${time}] "GET ${pick(PAGES, random)} HTTP/2.0" 200 ${size} "https://example.org/" "${AGENT}"`;
}

function attacker(random: () => number): string {
  return `198.18.${Math.floor(random() * 64)}.${Math.floor(random() * 256)}`;
}

function pick(list: readonly string[], random: () => number): string {
  return list[Math.floor(random() * list.length)] ?? '';
}

/** A linear congruential generator: the same numbers on every machine. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
