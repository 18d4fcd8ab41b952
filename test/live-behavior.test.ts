/**
 * What takes days, over kill -9: slow attackers, networks, campaigns and logins, written to a log in pieces, the daemon killed
 * while it reads them. What its ledger holds at the end is what a replay of the same lines records.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { derived, endedWell, livePlace, startDaemon, startedAndKilled } from './live.ts';
import { done, put, scratch } from './run.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PIECES = 24;
/** Small, so that a month of lines is read in no time. */
const RULES = `[firewall]
type = "memory"
[jail.ssh]
slow = { maxretry = 60, findtime = "7d" }
[wide]
ipv4 = 6
[campaign]
addresses = 30
`;

it('kills between the pieces of five days change nothing', async () => {
  const folder = scratch();
  const place = livePlace(folder, ['auth.log'], RULES);
  const log = join(folder, 'auth.log');
  const lines = fiveDays(Date.now() - 6 * 24 * HOUR);
  appendFileSync(log, '');
  await endedWell(startDaemon(place));
  for (let piece = 0; piece < PIECES; piece++) {
    // While it is down: a line that comes long after its own time is not believed about it.
    const [from, to] = [piece, piece + 1].map((n) => Math.floor((n * lines.length) / PIECES));
    appendFileSync(log, lines.slice(from, to).join(''));
    await startedAndKilled(place, piece);
  }
  await endedWell(startDaemon(place));
  const whole = join(folder, 'whole.db');
  await done([
    'replay',
    '-c',
    place.config,
    '--ledger',
    whole,
    '--quiet',
    put(join(folder, 'whole', 'auth.log'), lines.join('')),
  ]);
  const parts = join(folder, 'parts.db');
  for (const part of [1, 2, 3, 4]) {
    const file = put(join(folder, 'parts', 'auth.log'), lines.slice(0, Math.ceil((part * lines.length) / 4)).join(''));
    await done(['replay', '-c', place.config, '--ledger', parts, '--quiet', file]);
  }
  const expected = derived(whole);
  for (const found of [derived(place.ledger), derived(parts)]) {
    for (const [table, rows] of expected) expect({ table, rows: found.get(table) }).toEqual({ table, rows });
  }
  for (const rule of ['slow', 'wide', 'campaign', 'threshold']) {
    expect(expected.get('bans')?.filter((ban) => ban.includes(`"rule":"${rule}"`)).length).toBeGreaterThan(0);
  }
}, 120_000);

/** Lines of five days, in the order of time. */
function fiveDays(start: number): string[] {
  const lines: Array<readonly [time: number, text: string]> = [];
  let pid = 1;
  const failure = (time: number, address: string, user = 'root'): void => {
    lines.push([time, `sshd[${pid++}]: Failed password for ${user} from ${address} port 4711 ssh2`]);
  };
  const login = (time: number, address: string, user: string): void => {
    lines.push([time, `sshd[${pid++}]: Accepted password for ${user} from ${address} port 4711 ssh2`]);
  };
  for (let at = 0; at < 5 * 24 * HOUR; at += 9 * MINUTE) failure(start + at, '203.0.113.7');
  for (let member = 0; member < 8; member++) {
    for (let n = 0; n < 5; n++) failure(start + (20 + member) * HOUR + n * 1_000, `198.51.100.${member + 1}`, 'admin');
  }
  for (let round = 0; round < 3; round++) {
    for (let bot = 0; bot < 40; bot++) {
      failure(start + 60 * HOUR + round * 10 * MINUTE + bot * 3_000, `100.64.${bot}.1`, 'alice');
    }
  }
  for (let day = 0; day < 5; day++) {
    // Slips of somebody who gets in at last, twice a day.
    for (let n = 0; n < 4; n++) failure(start + (day * 24 + 8) * HOUR + n * 5_000, '192.0.2.20', 'frederick');
    login(start + (day * 24 + 8) * HOUR + 30_000, '192.0.2.20', 'frederick');
    for (let n = 0; n < 4; n++) failure(start + (day * 24 + 8) * HOUR + 40_000 + n * 5_000, '192.0.2.20', 'frederick');
  }
  return lines
    .sort(([a], [b]) => a - b)
    .map(([time, text]) => `${new Date(time).toISOString().replace('Z', '+00:00')} web1 ${text}\n`);
}
