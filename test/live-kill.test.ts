/**
 * kill -9 of the daemon, two hundred times: while it reads, while it bans, while logs rotate, while it starts. What is
 * in its ledger at the end is what a replay of the same lines records: nothing lost, nothing doubled.
 */
import { appendFileSync, closeSync, openSync, readdirSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { derived, endedWell, livePlace, pause, startDaemon, until } from './live.ts';
import { done, put, scratch } from './run.ts';

const KILLS = 100;

it(`${KILLS} kills lose and double nothing`, async () => {
  const folder = scratch();
  // Each address alone: what is banned with others is test/live-behavior.test.ts.
  const place = livePlace(
    folder,
    ['auth.log', 'access.log'],
    '[firewall]\ntype = "memory"\n[wide]\nenabled = false\n[campaign]\nenabled = false\n',
  );
  const writer = new Writer(folder, 11);
  // What a first start finds rotated away already it does not read; so the first one ends well.
  writer.write(50);
  await endedWell(startDaemon(place), { pauseMs: 300 });
  const kinds = { early: 0, ban: 0, rotation: 0, reading: 0 };
  for (let kill = 0; kill < KILLS; kill++) {
    const daemon = startDaemon(place);
    const kind = (['early', 'ban', 'rotation', 'reading'] as const)[writer.random(4)] ?? 'early';
    if (kind !== 'early')
      await until(
        () => /on watch/.test(daemon.said.text),
        () => daemon.said.text,
      );
    else await pause(writer.random(350));
    const before = daemon.said.text.split('subject=').length;
    for (let burst = 0; burst < 2 + writer.random(4); burst++) {
      writer.write(5 + writer.random(60));
      await pause(writer.random(4));
    }
    if (kind === 'ban') {
      writer.attack();
      await until(
        () => daemon.said.text.split('subject=').length > before,
        () => daemon.said.text,
      );
    }
    if (kind === 'rotation') writer.rotate();
    if (kind === 'reading') await pause(writer.random(30));
    daemon.program.kill('SIGKILL');
    expect(await daemon.end).toBe(null);
    kinds[kind]++;
    // While it is down.
    writer.write(writer.random(20));
    if (writer.random(5) === 0) writer.rotate();
  }
  await endedWell(startDaemon(place), { meanwhile: () => writer.write(50), pauseMs: 300 });
  const whole = join(folder, 'whole.db');
  const logs = [
    put(join(folder, 'whole', 'auth.log'), writer.auth.join('')),
    put(join(folder, 'whole', 'access.log'), writer.access.join('')),
  ];
  await done(['replay', '-c', place.config, '--ledger', whole, '--quiet', ...logs]);
  const [found, expected] = [derived(place.ledger), derived(whole)];
  expect(expected.get('bans')?.length).toBeGreaterThan(KILLS / 4);
  for (const [table, rows] of expected) expect({ table, rows: found.get(table) }).toEqual({ table, rows });
  expect(Object.values(kinds).every((count) => count > KILLS / 8)).toBe(true);
  expect(readdirSync(folder).filter((file) => file.startsWith('auth.log')).length).toBeGreaterThan(20);
}, 600_000);

/** Lets a daemon read all there is, and ends it as systemd does. */
/** Writes two logs as daemons do, and keeps what it wrote. */
class Writer {
  readonly auth: string[] = [];
  readonly access: string[] = [];
  readonly #folder: string;
  #state: number;
  #pid = 1;
  #rotations = 0;
  #attacks = 0;
  #last = 0;

  constructor(folder: string, seed: number) {
    this.#folder = folder;
    this.#state = seed;
    for (const log of ['auth.log', 'access.log']) appendFileSync(join(folder, log), '');
  }

  random(below: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (this.#state >>> 8) % below;
  }

  write(lines: number): void {
    const [auth, access] = [
      ['auth.log', this.auth],
      ['access.log', this.access],
    ] as const;
    for (const [name, kept] of [auth, access]) {
      const fresh = Array.from({ length: lines }, () =>
        name === 'auth.log' ? this.#ssh(this.#address()) : this.#web(),
      );
      kept.push(...fresh);
      const bytes = Buffer.from(fresh.join(''));
      // A daemon's buffer ends where it ends: in two writes, cut anywhere.
      const cut = this.random(bytes.length + 1);
      const file = openSync(join(this.#folder, name), 'a');
      writeSync(file, bytes, 0, cut);
      writeSync(file, bytes, cut, bytes.length - cut);
      closeSync(file);
    }
  }

  /** Enough of a new address for a ban. */
  attack(): void {
    const address = `203.0.113.${++this.#attacks}`;
    for (let i = 0; i < 6; i++) {
      const line = this.#failure(address);
      this.auth.push(line);
      appendFileSync(join(this.#folder, 'auth.log'), line);
    }
  }

  rotate(): void {
    this.#rotations++;
    const log = join(this.#folder, 'auth.log');
    for (let part = this.#rotations - 1; part > 0; part--) renameSync(`${log}.${part}`, `${log}.${part + 1}`);
    renameSync(log, `${log}.1`);
    closeSync(openSync(log, 'a'));
  }

  #address(): string {
    return this.random(3) === 0
      ? `2001:db8:${this.random(40)}::${this.random(9) + 1}`
      : `198.51.100.${this.random(250) + 1}`;
  }

  /** Later than the one before: equal times have no order that two readers must agree on. */
  #stamp(): string {
    this.#last = Math.max(Date.now(), this.#last + 1);
    return new Date(this.#last).toISOString();
  }

  #ssh(address: string): string {
    if (this.random(4) > 0) return this.#failure(address);
    return `${this.#stamp().replace('Z', '+00:00')} web1 CRON[${++this.#pid}]: session opened for user root\n`;
  }

  #failure(address: string): string {
    const stamp = this.#stamp().replace('Z', '+00:00');
    const user = ['root', 'admin', 'ubuntu'][this.random(3)];
    return `${stamp} web1 sshd[${++this.#pid}]: Failed password for ${user} from ${address} port ${1_024 + this.random(60_000)} ssh2\n`;
  }

  #web(): string {
    const date = new Date(this.#last).toUTCString();
    const time = `${date.slice(5, 16).replaceAll(' ', '/')}:${date.slice(17, 25)} +0000`;
    const path = this.random(6) === 0 ? '/.env' : `/article/${this.random(500)}`;
    return `203.0.113.${this.random(120) + 120} - - [${time}] "GET ${path} HTTP/1.1" 404 312 "-" "curl/8"\n`;
  }
}
