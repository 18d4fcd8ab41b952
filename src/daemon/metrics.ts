/**
 * What `status` tells as metrics for Prometheus, in its text format 0.0.4. Labels are jails, logs and words of ours, never
 * an attacker's address: each would be a series for good.
 */
import { printable } from '../base/text.ts';
import { CAUSES } from '../firewall/diagnosis.ts';
import type { BlocklistStatus, FindingStatus, JailStatus, LogStatus, Status } from './protocol.ts';

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A log has six series. A host with more logs has its totals; the logs beyond are one, called `others`. */
const LOGS_MAX = 500;
/** Longer names are cut; what is then equal is added up. */
const LABEL_MAX = 200;

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [value: number | undefined, labels?: Labels];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** Those without a value are left out. */
  readonly samples: readonly Sample[];
}

export function renderMetrics(status: Status): string {
  const { jails, logs, blocklists, findings } = status;
  return [
    ...programMetrics(status),
    ...pathMetrics(status),
    ...jailMetrics(jails),
    ...logMetrics(logs),
    ...blocklistMetrics(blocklists),
    ...findingMetrics(findings ?? []),
  ]
    .map(renderMetric)
    .join('');
}

function programMetrics(status: Status): Metric[] {
  const { mode, phase, problems, reload } = status;
  const one = (name: string, help: string, value: number | undefined): Metric => gauge(name, help, [[value]]);
  return [
    gauge('rapsheet_build_info', 'The version that runs; always 1.', [[1, { version: status.version }]]),
    one('rapsheet_start_time_seconds', 'When the daemon began.', secondsOf(status.since)),
    one('rapsheet_memory_bytes', 'Memory that the daemon holds.', status.memoryBytes),
    gauge(
      'rapsheet_mode',
      'How it runs: 1 for the mode in force.',
      flags('mode', ['enforcing', 'dry-run', 'trial'], mode),
    ),
    gauge(
      'rapsheet_phase',
      'What it does: 1 for the phase.',
      flags('phase', ['reading', 'following', 'stopping'], phase),
    ),
    gauge(
      'rapsheet_problems',
      'What is wrong now, as `rapsheet status` tells it.',
      (['error', 'warning'] as const).map((severity) => [
        problems.filter((problem) => problem.severity === severity).length,
        { severity },
      ]),
    ),
    one('rapsheet_reload_waiting', '1 while a reload waits for its confirmation.', reload ? 1 : 0),
  ];
}

function pathMetrics({ counts, firewall, ledger, ineffective, protected: kept }: Status): Metric[] {
  const total = (name: string, help: string, value: number): Metric =>
    counter(`rapsheet_${name}_total`, help, [[value]]);
  const one = (name: string, help: string, value: number | undefined): Metric =>
    gauge(`rapsheet_${name}`, help, [[value]]);
  const causeOf = (cause: string): string => CAUSES.find((each) => each === cause) ?? 'unknown';
  return [
    total('lines', 'Lines read.', counts.lines),
    total('attempts', 'Hostile lines recognized, echoes counted once.', counts.attempts),
    total('bans', 'Bans made.', counts.bans),
    total('attempts_while_banned', 'Attempts of addresses that were banned already.', counts.whileBanned),
    total('spared', 'Bans not made, because the address is protected.', counts.spared),
    total(
      'lines_set_aside',
      'Lines set aside: too long, unreadable, forwarded, possibly forged, given up.',
      counts.setAside,
    ),
    total('dropped', 'What was dropped at a limit.', counts.dropped),
    gauge('rapsheet_firewall_blocks', 'Blocks that the kernel holds.', [
      [firewall.blocked, { firewall: firewall.name }],
    ]),
    one('firewall_queued_blocks', 'Blocks that wait to be made.', firewall.queued),
    one(
      'firewall_reconciled_timestamp_seconds',
      'When kernel and ledger were last made to agree.',
      secondsOf(firewall.lastReconciled),
    ),
    one('ledger_pending_rows', 'Attempts and bans that are not on the disk yet.', ledger.pending),
    one('ledger_commit_timestamp_seconds', 'When the ledger was last written.', secondsOf(ledger.lastCommit)),
    one('protected_addresses', 'Addresses that are never banned at the moment.', kept.length),
    gauge('rapsheet_ineffective_bans', 'Bans whose address still gets through, by cause.', [
      ...CAUSES.map((cause): Sample => [0, { cause }]),
      ...ineffective.map(({ cause }): Sample => [1, { cause: causeOf(cause) }]),
    ]),
  ];
}

function jailMetrics(jails: readonly JailStatus[]): Metric[] {
  const each = (value: (jail: JailStatus) => number): Sample[] =>
    jails.map((jail) => [value(jail), { jail: jail.name }]);
  return [
    counter(
      'rapsheet_jail_attempts_total',
      'Attempts that the jail counted.',
      each(({ attempts }) => attempts),
    ),
    counter(
      'rapsheet_jail_bans_total',
      'Bans that the jail made.',
      each(({ bans }) => bans),
    ),
    counter(
      'rapsheet_jail_lines_given_up_total',
      'Lines that the jail’s filter gave up, because they would have taken too long.',
      each(({ givenUp }) => givenUp ?? 0),
    ),
    gauge(
      'rapsheet_jail_bans_in_force',
      'Bans of the jail in force.',
      each(({ inForce }) => inForce),
    ),
    gauge(
      'rapsheet_jail_bans_left_to_actions',
      'Bans in force that the actions of fail2ban’s jail were told of, where ours blocks none.',
      jails.flatMap(({ name, leftToActions }): Sample[] =>
        leftToActions === undefined ? [] : [[leftToActions, { jail: name }]],
      ),
    ),
    gauge(
      'rapsheet_jail_watched_addresses',
      'Addresses with something in their window.',
      each(({ watched }) => watched),
    ),
  ];
}

function logMetrics(logs: readonly LogStatus[]): Metric[] {
  const each = (value: (log: LogStatus) => number): Sample[] =>
    logs.map((log, i) => {
      const labels = i < LOGS_MAX ? { host: log.host, log: log.name } : { host: '', log: 'others' };
      return [value(log), labels];
    });
  // A time cannot be added up, so the logs beyond have none; nor has one that had no line.
  const last = logs
    .slice(0, LOGS_MAX)
    .map((log): Sample => [secondsOf(log.lastLine), { host: log.host, log: log.name }]);
  return [
    counter(
      'rapsheet_log_read_bytes_total',
      'Bytes read of the log.',
      each(({ bytes }) => bytes),
    ),
    counter(
      'rapsheet_log_lines_total',
      'Lines read of the log.',
      each(({ lines }) => lines),
    ),
    counter(
      'rapsheet_log_attempts_total',
      'Hostile lines recognized in the log.',
      each(({ attempts }) => attempts),
    ),
    gauge(
      'rapsheet_log_behind_bytes',
      'Bytes that are there and not read yet.',
      each(({ behind }) => behind),
    ),
    gauge(
      'rapsheet_log_unread',
      '1 for a log that is missing or cannot be read.',
      each(({ state }) => (state === 'followed' ? 0 : 1)),
    ),
    gauge('rapsheet_log_last_line_timestamp_seconds', 'When the last line of the log came.', last),
  ];
}

function blocklistMetrics(blocklists: readonly BlocklistStatus[]): Metric[] {
  return [
    counter(
      'rapsheet_blocklist_lookups_total',
      'Addresses looked up in the DNS blocklist, by what came of it.',
      blocklists.flatMap(({ zone, listed, unlisted, failed }) => [
        [listed, { zone, answer: 'listed' }],
        [unlisted, { zone, answer: 'unlisted' }],
        [failed, { zone, answer: 'none' }],
      ]),
    ),
    gauge(
      'rapsheet_blocklist_usable',
      '1 for a DNS blocklist that answers.',
      blocklists.map(({ zone, state }) => [state === 'good' ? 1 : 0, { zone }]),
    ),
  ];
}

function findingMetrics(findings: readonly FindingStatus[]): Metric[] {
  const each = (value: (finding: FindingStatus) => number): Sample[] =>
    findings.map((finding) => [value(finding), { about: finding.about }]);
  return [
    counter(
      'rapsheet_findings_total',
      'Answers of others about banned addresses.',
      each(({ answered }) => answered),
    ),
    counter(
      'rapsheet_findings_unanswered_total',
      'Questions about banned addresses that nobody answered.',
      each(({ unanswered }) => unanswered),
    ),
    counter(
      'rapsheet_findings_dropped_total',
      'Bans that were not asked about, too many at a time.',
      each(({ dropped }) => dropped),
    ),
    gauge(
      'rapsheet_findings_waiting',
      'Questions that wait.',
      each(({ waiting }) => waiting),
    ),
  ];
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: 'counter', samples };
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: 'gauge', samples };
}

/** One sample a word, 1 for the one that holds. */
function flags(label: string, words: readonly string[], now: string): Sample[] {
  return words.map((word) => [word === now ? 1 : 0, { [label]: word }]);
}

/** Prometheus refuses a page with the same series twice, so equal ones are added up. */
function renderMetric({ name, help, type, samples }: Metric): string {
  const series = new Map<string, number>();
  for (const [value, labels = {}] of samples) {
    if (value === undefined) continue;
    const key = `${name}${labelsText(labels)}`;
    series.set(key, (series.get(key) ?? 0) + value);
  }
  if (series.size === 0) return '';
  const lines = [...series].map(([key, value]) => `${key} ${Number.isFinite(value) ? value : 'NaN'}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return printable(value.slice(0, LABEL_MAX)).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function secondsOf(iso: string | null): number | undefined {
  const ms = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms / 1_000;
}
