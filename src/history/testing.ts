/** For the tests of this folder: databases of other programs, made by hand, and imports out of them. No test in here. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Network, parseNetwork } from '../base/address.ts';
import { parseDuration } from '../base/duration.ts';
import { formatProblem, type Problem } from '../base/problem.ts';
import { UTC } from '../base/zone.ts';
import { loadConfig } from '../config/config.ts';
import { openDatabase, type SqlValue } from '../ledger/database.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import type { BanRecord, HistoryForm, Origin } from '../model.ts';
import {
  type HistoryOutcome,
  type HistoryRequest,
  importHistory,
  JailKinds,
  openHistory,
  recognize,
} from './history.ts';

/** The present of all these tests. */
export const NOW = Date.UTC(2025, 0, 1, 12);
export const HOST = 'web1';
export const HOUR = 3_600_000;

export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-history-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

export interface F2bBan {
  readonly jail?: string;
  readonly ip: SqlValue;
  /** ISO 8601, or what stands in the column. */
  readonly time: string | number | null;
  readonly seconds?: SqlValue;
  readonly count?: number;
  readonly data?: SqlValue | object;
}

export interface F2bDatabase {
  readonly version?: 1 | 2 | 3 | 4;
  readonly bans?: readonly F2bBan[];
  readonly bips?: readonly F2bBan[];
}

/** A database of fail2ban with the columns that its formats have. */
export function fail2ban(path: string, { version = 4, bans = [], bips = [] }: F2bDatabase): string {
  const lengths = version >= 3 ? 'bantime INTEGER, bancount INTEGER DEFAULT 1,' : '';
  const database = openDatabase(path, 'write');
  try {
    database.exec(`CREATE TABLE fail2banDb (version INTEGER); INSERT INTO fail2banDb VALUES (${version});
      CREATE TABLE jails (name TEXT UNIQUE, enabled INTEGER);
      CREATE TABLE bans (jail TEXT, ip TEXT, timeofban INTEGER, ${lengths} data JSON);`);
    if (version === 4) {
      database.exec(
        'CREATE TABLE bips (ip TEXT, jail TEXT, timeofban INTEGER, bantime INTEGER, bancount INTEGER, data JSON)',
      );
    }
    database.exec('BEGIN');
    for (const [table, rows] of [['bans', bans] as const, ['bips', bips] as const]) {
      for (const row of rows) {
        const { jail = 'sshd', ip, time, seconds = 600, count = 1, data = null } = row;
        const columns = version >= 3 ? 'jail, ip, timeofban, data, bantime, bancount' : 'jail, ip, timeofban, data';
        const stamp = typeof time === 'string' && time.endsWith('Z') ? Date.parse(time) / 1_000 : time;
        const cells = [jail, ip, stamp, dataOf(data), ...(version >= 3 ? [seconds, count] : [])];
        const query = database.query(`INSERT INTO ${table} (${columns}) VALUES (${cells.map(() => '?').join(', ')})`);
        query.run(...cells);
      }
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
  return path;
}

/** As fail2ban writes it: JSON as bytes. */
function dataOf(data: SqlValue | object): SqlValue {
  if (data === null || typeof data !== 'object' || data instanceof Uint8Array) return data;
  return Buffer.from(JSON.stringify(data), 'utf8');
}

export interface Decision {
  readonly value?: SqlValue;
  readonly scenario?: string;
  readonly type?: string;
  readonly scope?: string;
  readonly origin?: string;
  readonly simulated?: number;
  readonly created?: string | null;
  readonly until?: string | null;
  /** When the bucket of its alert overflowed; null without an alert. */
  readonly stopped?: string | null;
  readonly events?: readonly SqlValue[];
}

/** A database of CrowdSec with the columns that its versions share. */
export function crowdSec(path: string, decisions: readonly Decision[]): string {
  const database = openDatabase(path, 'write');
  database.exec(`
    CREATE TABLE alerts (id integer PRIMARY KEY, created_at datetime, scenario text, message text, events_count integer,
      started_at datetime, stopped_at datetime, source_ip text, simulated bool);
    CREATE TABLE decisions (id integer PRIMARY KEY, created_at datetime, updated_at datetime, until datetime, scenario text,
      type text, scope text, value text, origin text, simulated bool, alert_decisions integer);
    CREATE TABLE events (id integer PRIMARY KEY, time datetime, serialized text, alert_events integer);
    CREATE TABLE machines (id integer PRIMARY KEY, machine_id text);`);
  const run = (sql: string, ...cells: readonly SqlValue[]): number => database.query(sql).run(...cells).id;
  for (const decision of decisions) {
    const { value = '203.0.113.7', scenario = 'crowdsecurity/ssh-bf', type = 'ban', scope = 'Ip' } = decision;
    const { origin = 'crowdsec', simulated = 0, created = '2024-10-03 10:00:01.123456789+00:00' } = decision;
    const { until = '2024-10-03 14:00:00+00:00', stopped = '2024-10-03 10:00:00+00:00', events = [] } = decision;
    const insert = 'INSERT INTO alerts (created_at, scenario, events_count, stopped_at) VALUES (?, ?, ?, ?)';
    const alert = stopped === null ? null : run(insert, created, scenario, 6, stopped);
    for (const event of events) {
      run(
        'INSERT INTO events (time, serialized, alert_events) VALUES (?, ?, ?)',
        '2024-10-03 09:59:59+00:00',
        event,
        alert,
      );
    }
    run(
      `INSERT INTO decisions (created_at, until, scenario, type, scope, value, origin, simulated, alert_decisions)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[created, until, scenario, type, scope, value, origin, simulated, alert],
    );
  }
  database.close();
  return path;
}

/** What the log says, as version 1.0 writes it. */
export function logLine(time: string, message: string, name = 'actions'): string {
  const stamp = time.replace('T', ' ').replace('Z', '').replace('.', ',');
  return `${stamp.includes(',') ? stamp : `${stamp},000`} fail2ban.${name.padEnd(15)} [812]: NOTICE  ${message}\n`;
}

export interface Told {
  readonly ledger: Ledger;
  readonly outcome: HistoryOutcome;
  readonly problems: readonly Problem[];
}

type Options = Partial<Omit<HistoryRequest, 'span'>> & {
  readonly ledgerPath?: string;
  readonly form?: HistoryForm;
  readonly map?: Readonly<Record<string, string>>;
  readonly span?: HistoryRequest['span'];
};

/** What could not be read of the files, in the words of their sources. */
export async function problemsIn(paths: readonly string[]): Promise<string[]> {
  const { problems } = await importFiles(paths);
  return problems.map(formatProblem);
}

/** Imports files; the ledger stays open until the test ends. */
export async function importFiles(paths: readonly string[], options: Options = {}): Promise<Told> {
  const { ledgerPath = ':memory:', form, map = {}, ...request } = options;
  const ledger = await openLedger({ path: ledgerPath, mode: 'write', clock: () => NOW });
  onTestFinished(() => ledger.close());
  const { kinds } = loadConfig({ program: '.', file: 'config/rapsheet.toml' });
  const jails = new JailKinds('data/jails.toml', new Map(Object.entries(map)), new Set(kinds.keys()));
  const opened = await openHistory(await recognize(paths, form), { host: HOST, clock: () => NOW });
  onTestFinished(() => opened.close());
  const outcome = await importHistory({
    ...{ sources: opened.sources, host: HOST, now: NOW, zone: UTC, ledgerZone: UTC, jails, token: 'test' },
    span: { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY },
    decisionOrigins: new Set(['crowdsec', 'cscli']),
    ...{ usual: parseDuration('10m') ?? 0, enforce: false, dryRun: false },
    origins: { lookup: () => ORIGIN },
    openLedger: async () => ledger,
    ...request,
  });
  return { ledger, outcome, problems: opened.problems() };
}

export const ORIGIN: Origin = {
  ...{ country: 'CH', asn: undefined, organization: undefined, organizationAsGiven: undefined, network: undefined },
  ...{ scanner: undefined, latitude: undefined, longitude: undefined, sources: ['country: test 2025-01-01'] },
};

const EVER = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, name: 'ever' };

export function bansIn(ledger: Ledger): BanRecord[] {
  return [...ledger.bans({ period: EVER, host: undefined })];
}

/** Address, jail, begin, end, earlier bans. */
export function rowsIn(ledger: Ledger): unknown[] {
  return bansIn(ledger).map(({ subject, jail, from, until, prior }) => [subject, jail, iso(from), iso(until), prior]);
}

/** How many attempts, by address and kind. */
export function countsIn(ledger: Ledger): unknown[] {
  return attemptsIn(ledger).map(([address, kind, count]) => [address, kind, count]);
}

/** Address, kind, count, first, last. */
export function attemptsIn(ledger: Ledger): Array<readonly unknown[]> {
  const tallies = [...ledger.tallies({ period: EVER, host: undefined })];
  return tallies.map(({ address, kind, count, first, last }) => [address, kind, count, iso(first), iso(last)]);
}

export function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (!network) throw new Error(`${text} is no network`);
  return network;
}

export function iso(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().replace('.000Z', 'Z') : 'for good';
}
