/**
 * The real CrowdSec (Debian's 1.4.6 or later, unpacked and never installed: its installation would call home) replays a
 * log and takes decisions by hand; then its database is imported, also while it runs, and held against what it says itself.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, type RunningProgram, runProgram, startProgram } from '../src/base/program.ts';
import { openDatabase } from '../src/ledger/database.ts';
import { until } from './live.ts';
import { columns, done, plainConfig, put, readReport, scratch, tableOf } from './run.ts';

/** What it needs to recognize failed logins. */
const ITEMS = [
  'parsers/s00-raw/crowdsecurity/syslog-logs.yaml',
  'parsers/s01-parse/crowdsecurity/sshd-logs.yaml',
  'parsers/s02-enrich/crowdsecurity/dateparse-enrich.yaml',
  'scenarios/crowdsecurity/ssh-bf.yaml',
];
const HUB = 'usr/share/crowdsec/hub';
const [IP, OTHER, SIX] = ['203.0.113.7', '203.0.113.8', '2001:db8::7'];
const DAY = '2024-10-03';

const unpacked = unpack();
const why = typeof unpacked === 'string' ? '' : ` (SKIPPED: ${unpacked.why})`;
if (typeof unpacked !== 'string')
  console.warn(`\nSKIPPED: no history of a real CrowdSec is imported: ${unpacked.why}\n`);

describe.skipIf(typeof unpacked !== 'string')(`a real CrowdSec${why}`, () => {
  const program = typeof unpacked === 'string' ? unpacked : '';
  const folder = scratch();
  const place = join(folder, 'crowdsec');
  const conf = join(place, 'config.yaml');
  const database = join(place, 'crowdsec.db');
  const config = plainConfig(folder);
  const ledger = join(folder, 'ledger.db');
  let server: RunningProgram | undefined;
  let listed: Array<{ value: string; jail: string }> = [];

  const cscli = async (...args: readonly string[]): Promise<string> => {
    const { status, out, err } = await runProgram(join(program, 'usr/bin/cscli'), ['-c', conf, ...args]);
    if (status !== 0) throw new Error(`cscli ${args.join(' ')}: ${out}${err}`);
    return out;
  };

  beforeAll(async () => {
    const port = await freePort();
    for (const name of ['data', 'plugins', 'notifications']) mkdirSync(join(place, name), { recursive: true });
    cpSync(join(program, HUB), join(place, 'hub'), { recursive: true });
    cpSync(join(program, 'etc/crowdsec/patterns'), join(place, 'patterns'), { recursive: true });
    for (const name of ['profiles.yaml', 'simulation.yaml'])
      cpSync(join(program, 'etc/crowdsec', name), join(place, name));
    for (const item of ITEMS) {
      const link = join(place, dirname(dirname(item)), basename(item));
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(place, 'hub', item), link);
    }
    for (const name of ['acquis.yaml', 'credentials.yaml']) put(join(place, name), '');
    put(conf, settings(place, port));
    await cscli(
      'machines',
      'add',
      'test',
      '--password',
      'test',
      '-f',
      join(place, 'credentials.yaml'),
      '-u',
      `http://127.0.0.1:${port}`,
    );
    const log = put(join(folder, 'auth.log'), [IP, OTHER].flatMap(failedLogins).join(''));
    const replay = ['-c', conf, '-dsn', `file://${log}`, '-type', 'syslog', '-no-capi'];
    const { status, out, err } = await runProgram(join(program, 'usr/bin/crowdsec'), replay, { timeoutMs: 60_000 });
    if (status !== 0) throw new Error(`crowdsec: ${out}${err}`);
    server = startProgram(join(program, 'usr/bin/crowdsec'), ['-c', conf, '-no-cs']);
    server.stdin.end();
    for (const stream of [server.stdout, server.stderr]) stream.resume();
    const answers = async (): Promise<boolean> =>
      (await runProgram(join(program, 'usr/bin/cscli'), ['-c', conf, 'lapi', 'status'])).status === 0;
    await until(answers, () => 'the local API', 30_000);
    await cscli('decisions', 'add', '--ip', SIX, '--duration', '3h', '--reason', 'by hand');
    await cscli('decisions', 'add', '--range', '198.51.100.0/24', '--type', 'captcha');
    await cscli('decisions', 'delete', '--ip', OTHER);
    const list = put(join(folder, 'list.csv'), 'duration,scope,value\n24h,ip,192.0.2.1\n');
    await cscli('decisions', 'import', '-i', list);
    listed = decisionsIn(await cscli('decisions', 'list', '-o', 'json'));
    await done(['import', '-c', config, '--host', 'web1', '--ledger', ledger, '--enforce', database]);
  }, 180_000);

  afterAll(() => {
    server?.kill('SIGKILL');
  });

  it('is imported while it runs, with every ban that it lists itself and was its own', () => {
    expect(listed).toContainEqual({ value: SIX, jail: 'manual' });
    const inForce = bansIn(ledger).filter(({ until: end }) => end > Date.now());
    expect(inForce.map(({ value, jail }) => ({ value, jail }))).toEqual(expect.arrayContaining(listed));
    expect(inForce).toHaveLength(listed.length);
  });

  it('has the bans of old logs at the time of the logs, and those that were deleted', () => {
    const old = bansIn(ledger).filter(({ value }) => value === IP);
    expect(old.map(({ jail }) => jail)).toContain('crowdsecurity/ssh-bf');
    for (const { from, until: end } of old) {
      expect(new Date(from).toISOString().slice(0, 10)).toBe(DAY);
      expect(end - from).toBe(4 * 3_600_000);
    }
    const source = openDatabase(database, 'read');
    const rows = source
      .query("SELECT count(*) AS own FROM decisions WHERE origin IN ('crowdsec', 'cscli') AND type = 'ban'")
      .row();
    source.close();
    expect(bansIn(ledger)).toHaveLength(rows?.number('own') ?? 0);
  });

  it('twice adds nothing, and its report adds up', async () => {
    const again = await done(['import', '-c', config, '--host', 'web1', '--ledger', ledger, '--json', database]);
    expect(JSON.parse(again).recorded).toMatchObject({ bans: 0, attempts: 0, releases: 0 });
    const report = readReport(await done(['report', '-c', config, '--ledger', ledger, '--json']));
    const kinds = columns(tableOf(report, 'kinds').rows, ['kind', 'attempts', 'addresses']);
    expect(kinds.find(([kind]) => kind === 'ssh.login')).toEqual(['ssh.login', 12, 2]);
    const sheet = readReport(await done(['show', IP, '-c', config, '--ledger', ledger, '--json']));
    const users = columns(tableOf(sheet, 'evidence').rows, ['user', 'line']);
    expect(users.map(([user]) => user)).toContain('admin1');
    expect(users[0]?.[1]).toContain('"target_user"');
  });
});

/** Eight failed logins of as many names within eight seconds. */
function failedLogins(address: string): string[] {
  return Array.from({ length: 8 }, (_, n) => {
    const time = `${DAY}T10:00:0${n}.000000+00:00`;
    return `${time} web1 sshd[40${n}]: Failed password for invalid user admin${n} from ${address} port 22 ssh2\n`;
  });
}

const alerts = v.nullable(
  v.array(
    v.object({
      decisions: v.array(v.object({ value: v.string(), scenario: v.string(), origin: v.string(), type: v.string() })),
    }),
  ),
);

function decisionsIn(json: string): Array<{ value: string; jail: string }> {
  const decisions = (v.parse(alerts, JSON.parse(json)) ?? []).flatMap((alert) => alert.decisions);
  const own = decisions.filter(({ origin, type }) => ['crowdsec', 'cscli'].includes(origin) && type === 'ban');
  return own.map(({ value, scenario, origin }) => ({ value, jail: origin === 'cscli' ? 'manual' : scenario }));
}

function bansIn(path: string): Array<{ value: string; jail: string; from: number; until: number }> {
  const opened = openDatabase(path, 'read');
  try {
    const jail = '(SELECT CAST(content AS TEXT) FROM name WHERE name.id = ban.jail)';
    const rows = opened.query(`SELECT ${jail} AS jail, subject, since, until FROM ban ORDER BY id`).rows();
    return rows.map((row) => ({
      ...{ jail: row.text('jail'), value: row.text('subject') },
      ...{ from: row.number('since'), until: row.number('until') },
    }));
  } finally {
    opened.close();
  }
}

/** The folder of the unpacked package, or why there is none. */
function unpack(): string | { readonly why: string } {
  if (findProgram('apt-get') === undefined) return { why: 'there is no apt-get to get it with' };
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-crowdsec-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (name: string, ...args: readonly string[]) => spawnSync(name, args, { cwd: folder, timeout: 120_000 });
  const options = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', '-o', 'APT::Sandbox::User=root'];
  run('apt-get', ...options, 'download', 'crowdsec');
  const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (file === undefined) return { why: 'apt-get download crowdsec brought nothing' };
  if (run('dpkg-deb', '-x', file, 'root').status !== 0) return { why: 'dpkg-deb did not unpack it' };
  const { status } = run(join(folder, 'root/usr/bin/cscli'), 'version');
  return status === 0 ? join(folder, 'root') : { why: 'it does not start here' };
}

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function settings(place: string, port: number): string {
  return `common:
  daemonize: false
  log_media: stdout
  log_level: info
  working_dir: ${place}
config_paths:
  config_dir: ${place}/
  data_dir: ${place}/data/
  simulation_path: ${place}/simulation.yaml
  hub_dir: ${place}/hub/
  index_path: ${place}/hub/.index.json
  notification_dir: ${place}/notifications/
  plugin_dir: ${place}/plugins/
crowdsec_service:
  acquisition_path: ${place}/acquis.yaml
  parser_routines: 1
cscli:
  output: human
db_config:
  type: sqlite
  db_path: ${place}/crowdsec.db
  use_wal: true
api:
  client:
    insecure_skip_verify: false
    credentials_path: ${place}/credentials.yaml
  server:
    log_level: info
    listen_uri: 127.0.0.1:${port}
    profiles_path: ${place}/profiles.yaml
prometheus:
  enabled: false
`;
}
