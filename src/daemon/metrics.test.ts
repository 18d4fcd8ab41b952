import { describe, expect, it } from 'vitest';
import { findProgram, runProgram } from '../base/program.ts';
import { renderMetrics } from './metrics.ts';
import type { LogStatus, Status } from './protocol.ts';

const LOG: LogStatus = {
  name: '/var/log/auth.log',
  host: 'web1',
  state: 'followed',
  format: 'syslog',
  bytes: 4096,
  behind: 0,
  lines: 40,
  attempts: 7,
  lastLine: '2026-07-01T00:00:00.500Z',
};

const STATUS: Status = {
  version: '0.1.0',
  host: 'web1',
  pid: 4711,
  since: '2026-07-01T00:00:00.000Z',
  mode: 'enforcing',
  trialUntil: null,
  phase: 'following',
  firewall: { name: 'nftables', blocked: 12, queued: 3, lastReconciled: '2026-07-01T00:00:01.000Z' },
  ledger: { path: '/var/lib/rapsheet/ledger.db', pending: 0, lastCommit: null },
  jails: [{ name: 'ssh', watched: 4, attempts: 50, bans: 6, inForce: 2, givenUp: 8, leftToActions: 5 }],
  logs: [LOG],
  problems: [{ what: 'nft failed', since: '2026-07-01T00:00:00.000Z', severity: 'error' }],
  blocklists: [{ zone: 'bl.example.net', state: 'good', listed: 3, unlisted: 9, failed: 1 }],
  ineffective: [
    {
      subject: '192.0.2.7',
      since: '2026-07-01T00:00:00.000Z',
      attempts: 9,
      cause: 'forwarded',
      what: 'x',
      remedy: 'y',
    },
    {
      subject: '192.0.2.8',
      since: '2026-07-01T00:00:00.000Z',
      attempts: 9,
      cause: 'of the future',
      what: 'x',
      remedy: 'y',
    },
  ],
  protected: [{ subject: '192.0.2.1', why: 'the gateway' }],
  reload: null,
  counts: { lines: 100, attempts: 50, bans: 6, whileBanned: 2, spared: 1, setAside: 3, dropped: 0 },
  findings: [{ about: 'registration', waiting: 4, answered: 17, unanswered: 3, dropped: 2 }],
  memoryBytes: 70_000_000,
};

const EMPTY: Status = { ...STATUS, jails: [], logs: [], problems: [], blocklists: [], ineffective: [], protected: [] };
const HOSTILE: Status = {
  ...STATUS,
  logs: [
    { ...LOG, name: '/srv/"a\\b"\n} x 1\u2028.log' },
    { ...LOG, name: '/srv/"a\\b"\n} x 1\u2028.log' },
    ...Array.from({ length: 700 }, (_, i) => ({ ...LOG, name: `/srv/${i}.log` })),
  ],
};

describe('renderMetrics()', () => {
  it('tells what status tells', () => {
    const lines = renderMetrics(STATUS).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'rapsheet_build_info{version="0.1.0"} 1',
        'rapsheet_start_time_seconds 1782864000',
        'rapsheet_mode{mode="enforcing"} 1',
        'rapsheet_mode{mode="dry-run"} 0',
        'rapsheet_problems{severity="error"} 1',
        'rapsheet_problems{severity="warning"} 0',
        '# TYPE rapsheet_bans_total counter',
        'rapsheet_bans_total 6',
        'rapsheet_firewall_blocks{firewall="nftables"} 12',
        'rapsheet_firewall_queued_blocks 3',
        'rapsheet_ineffective_bans{cause="forwarded"} 1',
        'rapsheet_ineffective_bans{cause="unknown"} 1',
        'rapsheet_ineffective_bans{cause="proxy"} 0',
        'rapsheet_jail_watched_addresses{jail="ssh"} 4',
        'rapsheet_jail_bans_left_to_actions{jail="ssh"} 5',
        'rapsheet_jail_lines_given_up_total{jail="ssh"} 8',
        'rapsheet_blocklist_lookups_total{zone="bl.example.net",answer="unlisted"} 9',
        'rapsheet_blocklist_usable{zone="bl.example.net"} 1',
        'rapsheet_log_lines_total{host="web1",log="/var/log/auth.log"} 40',
        'rapsheet_findings_total{about="registration"} 17',
        'rapsheet_findings_unanswered_total{about="registration"} 3',
        'rapsheet_findings_dropped_total{about="registration"} 2',
        'rapsheet_findings_waiting{about="registration"} 4',
        'rapsheet_log_last_line_timestamp_seconds{host="web1",log="/var/log/auth.log"} 1782864000.5',
      ]),
    );
    // What never happened has no time, not 1970.
    expect(lines.filter((line) => line.includes('ledger_commit'))).toEqual([]);
    expect(renderMetrics(STATUS)).not.toMatch(/192\.0\.2/);
  });

  it('has each series once, with names that cannot leave their quotes', () => {
    const series = renderMetrics(HOSTILE)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(new Set(series).size).toBe(series.length);
    expect(series.every((each) => /^rapsheet_[a-z_]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\})?$/.test(each))).toBe(
      true,
    );
    expect(renderMetrics(HOSTILE)).toContain('rapsheet_log_lines_total{host="",log="others"} 8080\n');
    expect(series.length).toBeLessThan(3_100);
  });

  const promtool = findProgram('promtool');
  if (promtool === undefined) console.warn('SKIPPED: metrics are not checked with promtool, which is not installed');
  it.skipIf(promtool === undefined).each([
    ['usual', STATUS],
    ['empty', EMPTY],
    ['hostile', HOSTILE],
  ])('satisfies promtool when it is %s', async (_, status) => {
    const {
      status: exit,
      out,
      err,
    } = await runProgram('promtool', ['check', 'metrics'], { input: renderMetrics(status) });
    expect(`${out}${err}`).toBe('');
    expect(exit).toBe(0);
  });
});
