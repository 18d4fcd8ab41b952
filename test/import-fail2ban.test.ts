/**
 * The real fail2ban bans, lifts, stops and starts in a scratch configuration without a firewall; then its database and its
 * log are imported and held against what it says itself.
 */
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, type RunningProgram, runProgram, startProgram } from '../src/base/program.ts';
import { openDatabase } from '../src/ledger/database.ts';
import { until } from './live.ts';
import { columns, done, linesOf, plainConfig, put, rapsheet, readReport, scratch, tableOf } from './run.ts';

const able = findProgram('fail2ban-server') !== undefined && findProgram('fail2ban-client') !== undefined;
if (!able) console.warn('\nSKIPPED: no history of a real fail2ban is imported, because it is not installed\n');

const ATTACKERS = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '198.51.100.9'];
const VISITOR = '198.51.100.77';
const SIX = '2001:db8::7';
const EVIL = '\u001b[2J`id`</td>é "x" from 192.0.2.66';
const ZONE = { TZ: 'UTC' };
const HOST = 'web1';

describe.skipIf(!able)(able ? 'a real fail2ban' : 'a real fail2ban (SKIPPED: it is not installed)', () => {
  const folder = scratch();
  const conf = join(folder, 'conf');
  const config = plainConfig(folder);
  const database = join(folder, 'fail2ban.sqlite3');
  const log = join(folder, 'fail2ban.log');
  let server: RunningProgram | undefined;
  /** What it said while it ran. */
  let listed: Banned[] = [];
  const whileRunning = join(folder, 'while-running.db');

  const client = async (...args: readonly string[]): Promise<string> => {
    const { status, out, err } = await runProgram('fail2ban-client', ['-c', conf, ...args], { environment: ZONE });
    if (status !== 0) throw new Error(`fail2ban-client ${args.join(' ')}: ${out}${err}`);
    return out;
  };

  async function begin(): Promise<void> {
    server = startProgram('fail2ban-server', ['-c', conf, '-f'], ZONE);
    server.stdin.end();
    let said = '';
    for (const stream of [server.stdout, server.stderr])
      stream.setEncoding('utf8').on('data', (text) => (said += text));
    const ping = async (): Promise<boolean> =>
      (await runProgram('fail2ban-client', ['-c', conf, 'ping'], { environment: ZONE })).status === 0;
    await until(ping, () => `fail2ban: ${said}`, 30_000);
  }

  async function end(): Promise<void> {
    const running = server;
    if (!running) return;
    server = undefined;
    const over = new Promise((resolve) => running.on('close', resolve));
    await client('stop');
    await over;
  }

  /** As many failures as it takes, of one name each. */
  function fail(jail: string, address: string, name = 'root'): void {
    const time = new Date().toISOString().replace(/\.\d+Z$/, '+00:00');
    appendFileSync(join(folder, `${jail}.log`), `${time} refused ${name} from ${address}\n`.repeat(3));
  }

  /** A file that is written to in the moment in which it is read may not be looked at again before the next line. */
  async function again(work: () => void, isSo: () => boolean): Promise<void> {
    for (let tries = 0; tries < 10 && !isSo(); tries++) {
      work();
      const began = Date.now();
      await until(
        () => isSo() || Date.now() - began > 4_000,
        () => 'nothing',
        30_000,
      );
    }
    expect(isSo()).toBe(true);
  }

  const isBanned = (jail: string, address: string) => async (): Promise<boolean> =>
    (await bansOf(jail)).some((ban) => ban.address === address);

  async function bansOf(jail: string): Promise<Banned[]> {
    return linesOf(await client('get', jail, 'banip', '--with-time')).flatMap((line) => bannedIn(line, jail));
  }

  beforeAll(async () => {
    mkdirSync(join(conf, 'filter.d'), { recursive: true });
    mkdirSync(join(conf, 'action.d'));
    for (const jail of ['sshd', 'postfix-sasl', 'shop']) put(join(folder, `${jail}.log`), '');
    put(join(conf, 'fail2ban.conf'), serverConfig(folder));
    put(join(conf, 'jail.conf'), jailConfig(folder));
    put(join(conf, 'filter.d', 'scratch.conf'), '[Definition]\nfailregex = refused <F-USER>.*</F-USER> from <HOST>$\n');
    await begin();
    for (const address of ATTACKERS) fail('sshd', address);
    fail('postfix-sasl', SIX, EVIL);
    fail('shop', ATTACKERS[0] ?? '');
    for (const address of ATTACKERS) await until(isBanned('sshd', address), () => `a ban of ${address}`, 30_000);
    await until(isBanned('postfix-sasl', SIX), () => `a ban of ${SIX}`, 30_000);
    await client('set', 'sshd', 'banip', VISITOR);
    await until(isBanned('sshd', VISITOR), () => `a ban of ${VISITOR}`, 30_000);
    // A ban of five seconds, longer at the second time: shorter ones are over before a busy machine makes them, and its log and
    // its database then tell of different bans.
    await until(
      async () => (await bansOf('shop')).length === 0 && includes(log, '[shop] Unban'),
      () => 'the end of a ban',
      30_000,
    );
    await again(
      () => fail('shop', ATTACKERS[0] ?? ''),
      () => includes(log, '[shop] Increase Ban'),
    );
    await until(
      () => includes(log, /\[shop\] Unban[\s\S]*\[shop\] Unban/),
      () => 'its end',
      30_000,
    );
    listed = (await Promise.all(['sshd', 'postfix-sasl', 'shop'].map(bansOf))).flat();
    await done(['import', '-c', config, '--host', HOST, '--ledger', whileRunning, database]);
    await client('set', 'sshd', 'unbanip', VISITOR);
    await end();
    await begin();
    await until(
      () => includes(log, `Restore Ban ${SIX}`),
      () => 'a restored ban',
      30_000,
    );
    await end();
  }, 180_000);

  afterAll(async () => {
    server?.kill('SIGKILL');
  });

  const importInto = (ledger: string, ...paths: readonly string[]): Promise<string> =>
    done(['import', '-c', config, '--host', HOST, '--ledger', ledger, '--json', ...paths]);

  it('is imported while it runs, with every ban as it tells of it itself', () => {
    const inForce = recordedIn(whileRunning).filter(({ jail }) => jail !== 'shop');
    expect(listed.length).toBeGreaterThanOrEqual(ATTACKERS.length + 2);
    const names = (bans: readonly Banned[]): string[] => bans.map(({ jail, address }) => `${jail} ${address}`).sort();
    expect(names(inForce)).toEqual(names(listed));
    for (const ban of inForce) {
      const said = listed.find(({ jail, address }) => jail === ban.jail && address === ban.address);
      // It rounds in its database, and cuts in its answers.
      expect(Math.abs((said?.from ?? 0) - ban.from)).toBeLessThanOrEqual(1_000);
      expect(Math.abs((said?.until ?? 0) - ban.until)).toBeLessThanOrEqual(1_000);
    }
  });

  it('is imported from its database row by row', async () => {
    const ledger = join(folder, 'database.db');
    await importInto(ledger, database);
    const source = openDatabase(database, 'read');
    const rows = source
      .query('SELECT jail, ip, timeofban, bantime FROM bans')
      .rows()
      .map((row) => ({
        jail: row.text('jail'),
        address: row.text('ip'),
        from: row.number('timeofban') * 1_000,
        until: endOf(row.number('timeofban'), row.number('bantime')),
      }));
    source.close();
    expect(rows.length).toBeGreaterThanOrEqual(ATTACKERS.length + 3);
    expect(recordedIn(ledger).map(textOf).sort()).toEqual(rows.map(textOf).sort());
  });

  it('is imported from its log with the same bans, and with the one that was lifted by hand', async () => {
    const [fromLog, fromDatabase] = [join(folder, 'log.db'), join(folder, 'database-alone.db')];
    await importInto(fromLog, log);
    await importInto(fromDatabase, database);
    const whom = (ledger: string): string[] =>
      recordedIn(ledger)
        .map(({ jail, address }) => `${jail} ${address}`)
        .sort();
    expect(whom(fromDatabase)).not.toContain(`sshd ${VISITOR}`);
    expect(whom(fromLog)).toEqual([...whom(fromDatabase), `sshd ${VISITOR}`].sort());
    for (const ban of recordedIn(fromLog).filter(({ address }) => address !== VISITOR)) {
      const same = recordedIn(fromDatabase).filter(({ jail, address }) => jail === ban.jail && address === ban.address);
      // One has the time of the failure, the other that of the ban.
      expect(same.some(({ from }) => Math.abs(from - ban.from) < 5_000)).toBe(true);
      expect(same.some(({ until: end }) => end === ban.until || Math.abs(end - ban.until) < 5_000)).toBe(true);
    }
  });

  it('is one history, whichever of them is imported first and how often', async () => {
    const expected = recordedIn(join(folder, 'database-alone.db')).length + 1;
    for (const [name, paths] of [
      ['ab', [database, log]],
      ['ba', [log, database]],
      ['both', []],
    ] as const) {
      const ledger = join(folder, `${name}.db`);
      for (const path of paths) await importInto(ledger, path);
      await importInto(ledger, log, database);
      expect(recordedIn(ledger)).toHaveLength(expected);
      const { recorded } = JSON.parse(await importInto(ledger, log, database));
      expect(recorded).toMatchObject({ bans: 0, attempts: 0, releases: 0 });
    }
  });

  it('has its lines as they were, whatever is in them, and nothing of them acts', async () => {
    const ledger = join(folder, 'both.db');
    const { status, out } = await rapsheet(['show', SIX, '-c', config, '--ledger', ledger]);
    expect(status).toBe(0);
    expect(out).toContain("imported from fail2ban's database: 3 failures");
    expect(out).not.toContain('\u001b');
    const sheet = readReport(await done(['show', SIX, '-c', config, '--ledger', ledger, '--json']));
    const lines = columns(tableOf(sheet, 'evidence').rows, ['line', 'user', 'file']);
    expect(lines).toHaveLength(3);
    for (const [line, , file] of lines) {
      expect(line).toMatch(/\+00:00 refused .* from 2001:db8::7$/);
      expect(line).toContain(EVIL);
      expect(file).toBe(database);
    }
    expect((await rapsheet(['show', '192.0.2.66', '-c', config, '--ledger', ledger])).status).toBe(1);
  });

  it('gives a report that adds up, with its attempts, and claims no rule of ours', async () => {
    const ledger = join(folder, 'both.db');
    const report = readReport(await done(['report', '-c', config, '--ledger', ledger, '--json', '--top', 'all']));
    const services = columns(tableOf(report, 'totals').rows, ['service', 'bans']);
    expect(services).toEqual([
      ['ssh', ATTACKERS.length + 1],
      ['other', 2],
      ['mail', 1],
    ]);
    const kinds = columns(tableOf(report, 'kinds').rows, ['kind', 'attempts']);
    const text = readFileSync(log, 'utf8');
    const found = (jail: string): number => text.split(new RegExp(`\\[${jail}\\] Found \\S+ - `)).length - 1;
    expect(found('sshd')).toBeGreaterThanOrEqual(3 * ATTACKERS.length);
    expect(kinds).toEqual([
      ['ssh.login', found('sshd')],
      ['other.shop', found('shop')],
      ['mail.auth.smtp', found('postfix-sasl')],
    ]);
    const topics = columns(tableOf(report, 'method').rows, ['topic']).flat();
    expect(topics).toContain('Imported');
    expect(topics).not.toContain('Rule');
  });

  it('is enforced by a daemon only where that is wanted', async () => {
    const ledger = join(folder, 'enforced.db');
    copyFileSync(database, join(folder, 'copy.sqlite3'));
    const force = (path: string): Promise<string> =>
      done(['list', '-c', config, '--ledger', path, '--json', '--socket', join(folder, 'none.sock')]);
    expect(await force(join(folder, 'both.db'))).toBe('');
    await done([
      'import',
      '-c',
      config,
      '--host',
      hostname(),
      '--ledger',
      ledger,
      '--enforce',
      join(folder, 'copy.sqlite3'),
    ]);
    const subjects = linesOf(await force(ledger)).map((line) => JSON.parse(line).subject);
    expect(subjects).toContain(SIX);
    expect(subjects).toEqual(expect.arrayContaining(ATTACKERS));
    expect(subjects).not.toContain(VISITOR);
  });
});

interface Banned {
  readonly jail: string;
  readonly address: string;
  readonly from: number;
  readonly until: number;
}

/** `203.0.113.1 \t2024-10-03 10:00:00 + 600 = 2024-10-03 10:10:00`. */
function bannedIn(line: string, jail: string): Banned[] {
  const [, address = '', day, clock, seconds] = /^(\S+)\s+(\S+) (\S+) \+ (-?\d+) =/.exec(line) ?? [];
  if (day === undefined) return [];
  const from = Date.parse(`${day}T${clock}Z`);
  return [{ jail, address, from, until: endOf(from / 1_000, Number(seconds)) }];
}

function endOf(from: number, seconds: number): number {
  return seconds < 0 ? Number.MAX_SAFE_INTEGER : (from + seconds) * 1_000;
}

function recordedIn(ledger: string): Banned[] {
  const database = openDatabase(ledger, 'read');
  try {
    const jail = '(SELECT CAST(content AS TEXT) FROM name WHERE name.id = ban.jail)';
    const rows = database.query(`SELECT ${jail} AS jail, subject, since, until FROM ban ORDER BY id`).rows();
    return rows.map((row) => ({
      ...{ jail: row.text('jail'), address: row.text('subject') },
      ...{ from: row.number('since'), until: row.number('until') },
    }));
  } finally {
    database.close();
  }
}

function textOf({ jail, address, from, until: end }: Banned): string {
  return `${jail} ${address} ${from} ${end}`;
}

function includes(path: string, what: string | RegExp): boolean {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return typeof what === 'string' ? text.includes(what) : what.test(text);
}

function serverConfig(folder: string): string {
  return `[Definition]
loglevel = INFO
logtarget = ${join(folder, 'fail2ban.log')}
syslogsocket = auto
socket = ${join(folder, 'f2b.sock')}
pidfile = ${join(folder, 'f2b.pid')}
dbfile = ${join(folder, 'fail2ban.sqlite3')}
dbpurgeage = 1y
dbmaxmatches = 10
allowipv6 = yes
[Thread]
stacksize = 0
`;
}

function jailConfig(folder: string): string {
  const log = (jail: string): string => `logpath = ${join(folder, `${jail}.log`)}`;
  return `[DEFAULT]
enabled = true
backend = polling
usedns = no
maxretry = 3
findtime = 10m
filter = scratch
action =
[sshd]
${log('sshd')}
bantime = 1h
[postfix-sasl]
${log('postfix-sasl')}
bantime = -1
[shop]
${log('shop')}
bantime = 5s
bantime.increment = true
`;
}
