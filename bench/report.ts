/**
 * `npm run bench report`: a report over a ledger of a million bans, as a whole process. `-- --scale 10` makes it ten million.
 * The ledger is made once, of half as many addresses on three hosts as there are bans, always with the same content.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromWords } from '../src/base/address.ts';
import { systemClock } from '../src/base/clock.ts';
import { type Ledger, openLedger } from '../src/ledger/ledger.ts';
import type { Attempt, Ban, Evidence, Origin, Pattern, Reason } from '../src/model.ts';
import { type Measure, measure, median } from './measure.ts';
import { generator } from './workload.ts';

const MILLION = 1_000_000;
const START = Date.UTC(2024, 9, 1);
const MONTH_MS = 31 * 86_400_000;
const HOSTS = ['web1', 'web2', 'mail'];
const USERS = ['root', 'admin', 'test', 'oracle', 'info', 'postgres'];
const TARGETS = ['GET /.env', 'GET /wp-login.php', 'GET /?x=$(id)', 'GET /cgi-bin/;id'];
const KINDS = ['web.probe.wordpress', 'web.probe.env', 'mail.auth.imap', 'ssh.login'];
/** In one transaction: few enough that memory stays small. */
const BATCH = 50_000;

export async function benchReport({ scale, runs }: { scale: string; runs: string }): Promise<void> {
  const bans = Math.round(MILLION * Number(scale));
  const ledger = await ledgerOf(bans);
  const measures: Measure[] = [];
  for (let run = 0; run < Number(runs); run++) {
    const args = ['bin/rapsheet', 'report', '2024-10', '--json', '--ledger', ledger];
    const result = await measure(process.execPath, args);
    if (result) measures.push(result);
  }
  const of = (value: (one: Measure) => number): string => median(measures.map(value)).toFixed(2);
  process.stdout.write(
    `report over ${bans.toLocaleString('en')} bans: ${of((one) => one.wallSeconds)} s, ` +
      `${of((one) => one.cpuSeconds)} s of CPU, ${of((one) => one.peakMiB)} MiB; median of ${measures.length}\n`,
  );
}

async function ledgerOf(bans: number): Promise<string> {
  const path = join('bench', 'data', `report-${bans}.db`);
  if (existsSync(path)) return path;
  mkdirSync('bench/data', { recursive: true });
  const part = `${path}.part`;
  for (const end of ['', '-wal', '-shm']) rmSync(`${part}${end}`, { force: true });
  const ledger = await openLedger({ path: part, mode: 'write', clock: systemClock });
  fill(ledger, bans);
  ledger.close();
  renameSync(part, path);
  return path;
}

function fill(ledger: Ledger, bans: number): void {
  const random = generator(11);
  const origins = Array.from({ length: 2000 }, (_, i) => originOf(i));
  for (let i = 0; i < bans; i++) {
    if (i % BATCH === 0) ledger.begin('process');
    const time = Math.floor(START + (i / bans) * (MONTH_MS - 3_600_000));
    // Few come again and again, most once or twice.
    const attacker = Math.floor(random() ** 1.5 * (bans / 2));
    writeBan(ledger, { time, attacker, host: HOSTS[i % 3] ?? '', origin: origins[attacker % 2000] ?? originOf(0) });
    if (i % BATCH === BATCH - 1 || i === bans - 1) ledger.commit();
  }
}

function originOf(i: number): Origin {
  return {
    country: ['US', 'SG', 'IE', 'DE', 'NL', 'GB', 'CN', 'JP', 'HK', 'AU'][i % 10],
    asn: 64_496 + i,
    organization: `Organization ${i % 400}`,
    organizationAsGiven: undefined,
    network: undefined,
    scanner: i % 50 === 0 ? 'Censys' : undefined,
    latitude: undefined,
    longitude: undefined,
    sources: ['country, asn: made-up 2024-10-01'],
  };
}

interface Strike {
  readonly time: number;
  readonly attacker: number;
  readonly host: string;
  readonly origin: Origin;
}

function writeBan(ledger: Ledger, { time, attacker, host, origin }: Strike): void {
  const address = fromWords(0, 0, 0xffff, (198 << 24) | (18 << 16) | 0 | attacker);
  const kind = KINDS[attacker % KINDS.length] ?? '';
  const service = kind.split('.')[0] ?? '';
  const user = kind.endsWith('login') || kind.endsWith('imap') ? USERS[attacker % USERS.length] : undefined;
  const target = user === undefined ? TARGETS[attacker % TARGETS.length] : undefined;
  const line = `a line of some eighty bytes that led to the ban of ${address.text} for ${kind}, as in a log`;
  const evidence: Evidence = {
    ...{ time, address, kind, filter: 'made-up', pattern: 1, user, target },
    ...{ path: '/var/log/made-up.log', offset: time % 1_000_000_000, count: 5, line },
  };
  ledger.ban(
    {
      subject: { base: address, bits: 128, text: address.text },
      ...{ host, jail: service, service, kind, from: time, until: time + 3_600_000, prior: attacker % 3 },
      ...{ reason: reasonOf(attacker, { host, service, kind, time }), evidence: [evidence] },
    } satisfies Ban,
    origin,
  );
  const file = { host, path: '/var/log/made-up.log', modified: time };
  const pattern: Pattern = {
    filter: 'made-up',
    number: 1,
    service,
    kind,
    voice: undefined,
    syslog: false,
    success: false,
  };
  const attempt: Attempt = { time, address, pattern, user, target, file, offset: 0, count: 5, session: '', line };
  ledger.tally(attempt, 5);
}

interface Deed {
  readonly host: string;
  readonly service: string;
  readonly kind: string;
  readonly time: number;
}

/** One in a thousand has stayed below the limit, one in two hundred was one of a campaign. */
function reasonOf(attacker: number, { service, kind, time }: Deed): Reason {
  if (attacker % 1000 === 7)
    return { rule: 'slow', score: 100, limit: 100, findTime: 1_209_600_000, since: time - 90_000_000 };
  if (attacker % 200 === 3) {
    const since = START + 86_400_000 * (attacker % 10);
    return { rule: 'campaign', user: 'root', service, addresses: 100 + (attacker % 50), findTime: 86_400_000, since };
  }
  return {
    rule: 'threshold',
    score: 5 + (attacker % 3),
    limit: 5,
    findTime: 600_000,
    kinds: { [kind]: 5 + (attacker % 3) },
  };
}
