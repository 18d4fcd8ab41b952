/**
 * Logs of three busy hosts in rotated parts, big enough that reading them takes a second or two: what is killed must be
 * in the middle of something. The same lines with every run. No test in here.
 */
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { put } from './run.ts';

const BEGIN = Date.UTC(2024, 9, 1);
const MINUTE = 60_000;

/** Writes `logs/HOST/...` below the folder; what `replay` is given to read them. */
export function writeBusyLogs(folder: string, minutes: number): string[] {
  const random = randomOf(7);
  const logs: Array<[host: string, name: string, line: (at: number) => string]> = [
    ['alpha', 'auth.log', (at) => sshLines(at, random)],
    ['beta', 'auth.log', (at) => sshLines(at, random)],
    ['beta', 'nginx/access.log', (at) => webLines(at, random)],
    ['gamma', 'mail.log', (at) => mailLines(at, random)],
  ];
  for (const [host, name, line] of logs) {
    const parts: string[][] = [[], [], []];
    for (let minute = 0; minute < minutes; minute++) {
      parts[Math.floor((minute * 3) / minutes)]?.push(line(BEGIN + minute * MINUTE));
    }
    for (const [index, suffix] of ['.2.gz', '.1', ''].entries()) {
      const text = (parts[index] ?? []).join('');
      const path = put(join(folder, host, name + suffix), suffix === '.2.gz' ? gzipSync(text, { level: 1 }) : text);
      const end = (BEGIN + ((index + 1) * minutes * MINUTE) / 3) / 1000;
      utimesSync(path, end, end);
    }
  }
  return ['alpha', 'beta', 'gamma'].flatMap((host) => ['--host', `${host}=${join(folder, host)}`]);
}

type Random = (below: number) => number;

function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

/** In every five minutes one address comes again and again, and will be banned; the others come now and then. */
function addressOf(at: number, random: Random): string {
  const slot = Math.floor(at / (5 * MINUTE));
  const number = random(3) > 0 ? (slot * 7919) % 3_000 : random(3_000);
  const host = number % 250;
  if (number > 750) return `2001:db8:${(number % 40).toString(16)}:${host.toString(16)}::${random(9)}`;
  return `${['192.0.2', '198.51.100', '203.0.113'][number % 3]}.${host}`;
}

function stamp(at: number, random: Random): string {
  return new Date(at + random(MINUTE)).toISOString().replace('Z', `${100 + random(900)}+00:00`);
}

function sortedLines(lines: readonly string[]): string {
  return `${[...lines].sort().join('\n')}\n`;
}

function sshLines(at: number, random: Random): string {
  const lines: string[] = [];
  for (let i = 0; i < 6; i++)
    lines.push(`${stamp(at, random)} host CRON[${random(9999)}]: session opened for user root`);
  for (let i = 0; i < 3; i++) {
    const [time, pid, address] = [stamp(at, random), 1 + random(30_000), addressOf(at, random)];
    const failure = 'authentication failure; logname= uid=0 euid=0 tty=ssh ruser=';
    lines.push(`${time} host sshd[${pid}]: pam_unix(sshd:auth): ${failure} rhost=${address}  user=root`);
    lines.push(
      `${time} host sshd[${pid}]: Failed password for root from ${address} port ${1024 + random(60_000)} ssh2`,
    );
    lines.push(
      `${time} host sshd[${pid}]: Connection closed by authenticating user root ${address} port 4242 [preauth]`,
    );
  }
  return sortedLines(lines);
}

function mailLines(at: number, random: Random): string {
  const lines: string[] = [];
  for (let i = 0; i < 8; i++) lines.push(`${stamp(at, random)} host postfix/qmgr[77]: ${random(1e6)}: removed`);
  for (let i = 0; i < 3; i++) {
    const failed = `warning: unknown[${addressOf(at, random)}]: SASL LOGIN authentication failed: (reason unavailable)`;
    lines.push(`${stamp(at, random)} host postfix/smtpd[${1 + random(30_000)}]: ${failed}`);
  }
  return sortedLines(lines);
}

function webLines(at: number, random: Random): string {
  const date = new Date(at).toUTCString();
  const time = `${date.slice(5, 16).replaceAll(' ', '/')}:${date.slice(17, 25)} +0000`;
  const lines: string[] = [];
  for (let i = 0; i < 12; i++) {
    const path = random(4) === 0 ? '/wp-login.php' : `/article/${random(500)}`;
    lines.push(
      `${addressOf(at, random)} - - [${time}] "GET ${path} HTTP/1.1" ${random(4) === 0 ? 404 : 200} 312 "-" "curl/8"`,
    );
  }
  return sortedLines(lines);
}
