/** `rapsheet run`: the daemon. */
import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { Command } from 'commander';
import { monotonicClock, systemClock } from '../base/clock.ts';
import { formatDuration, parseDuration } from '../base/duration.ts';
import { EXIT, formatProblem, ProblemError } from '../base/problem.ts';
import { areAlertsOn } from '../config/alerts.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { socketPath } from '../config/socket-path.ts';
import { configWarnings } from '../config/warnings.ts';
import { Daemon } from '../daemon/daemon.ts';
import { serve } from '../daemon/service.ts';
import { lockForDaemon } from '../ledger/ledger.ts';
import { fail2banFolder } from './adopted.ts';
import { LIVE, withFail2ban } from './fail2ban.ts';
import { ledgerPath } from './ledger-path.ts';
import { originsOf } from './open.ts';
import { processLog } from './process-log.ts';
import { programFolder, programVersion } from './program.ts';
import { systemWorld } from './world.ts';

interface RunOptions {
  readonly config?: string;
  readonly fail2ban?: string;
  readonly ledger?: string;
  readonly socket?: string;
  readonly dryRun?: boolean;
  readonly trial?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function runCommand(): Command {
  return new Command('run')
    .description('watch the logs, ban attackers at the firewall, keep the record (the daemon)')
    .option('-n, --dry-run', 'decide and record, block nobody; needs no root')
    .option(
      '--trial <time>',
      'remove all blocks again after this time (such as 10m) unless "rapsheet confirm" is given',
    )
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--fail2ban <dir>', 'with the jails and filters of this fail2ban (/etc/fail2ban) instead of ours')
    .option('--ledger <file>', 'where to record (made when it is missing)')
    .option('--socket <file>', 'where to listen for "rapsheet status" and the like')
    .option('--json', 'log JSON Lines on standard error')
    .option('-v, --verbose', 'log what is of use to whoever looks for a mistake')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

const EXAMPLES = `
Stays in the foreground and logs to standard error; systemd starts it as a service (packaging/systemd). It finds the logs
of this host by itself and says which. SIGHUP reads the configuration again, SIGTERM ends it; the blocks stay until they
end by themselves. Addresses of this host, its gateway and resolvers, of open SSH sessions and recent logins are not banned.

Examples:
  rapsheet run --dry-run             what would it do? Nothing is blocked
  rapsheet run --dry-run --fail2ban /etc/fail2ban   with its jails and filters instead of ours
  rapsheet run --trial 10m           blocks for ten minutes, for good after: rapsheet confirm
  rapsheet status                    from another terminal: how is it?`;

/** CAP_NET_ADMIN, as a bit of CapEff in /proc/self/status. */
const NET_ADMIN = 12n;

async function run(options: RunOptions): Promise<void> {
  const trialMs = trialOf(options);
  const fail2ban = fail2banFolder(options.fail2ban);
  const config = withFail2ban(loadConfig({ program: programFolder(), file: options.config, fail2ban }), LIVE);
  const dryRun = (options.dryRun ?? false) || config.fail2ban?.actions === 'none';
  if (!dryRun && !mayBlock(config)) {
    const hint = 'run it as root or with CAP_NET_ADMIN, or try: rapsheet run --dry-run';
    throw new ProblemError(EXIT.notPermitted, { what: 'blocking is not permitted to this user', hint });
  }
  const log = processLog(options);
  for (const warning of configWarnings(config)) log.warn(formatProblem(warning));
  // A child of ours would have our privileges, and no network: systemd starts it as a service of its own.
  if (areAlertsOn(config.alerts)) log.info('alerts are sent by another process: rapsheet notify run');
  const path = ledgerPath(options.ledger ?? config.ledger);
  const lock = lockForDaemon(path);
  const origins = originsOf(config);
  const host = hostname();
  const world = systemWorld({
    config,
    configFile: options.config,
    fail2ban,
    host,
    log,
    origins,
    zone: config.zone.name,
  });
  const daemon = new Daemon({
    ...{ config, host, log, world, trialMs, ledgerPath: path, version: programVersion(), clock: systemClock },
    monotonic: () => monotonicClock() / 1_000,
    dryRun,
  });
  try {
    process.exitCode = await serve(daemon, options.socket ?? socketOf(config));
  } finally {
    origins.close();
    lock.release();
  }
}

function socketOf({ daemon }: Config): string {
  return socketPath(daemon.socket, { environment: process.env, uid: process.getuid?.(), home: homedir() });
}

function trialOf({ trial, dryRun }: RunOptions): number | undefined {
  if (trial === undefined) return undefined;
  const ms = parseDuration(trial);
  if (ms === undefined || ms === 0) {
    throw new ProblemError(EXIT.usage, { what: `--trial ${trial}: not a duration`, hint: 'such as 10m' });
  }
  if (dryRun) throw new ProblemError(EXIT.usage, { what: '--trial and --dry-run exclude each other' });
  if (ms > 86_400_000) {
    const what = `--trial ${formatDuration(ms)}: longer than a day is no trial`;
    throw new ProblemError(EXIT.usage, { what });
  }
  return ms;
}

/** Whether this process may change the firewall; one that is a command of the user's, or in memory, needs no right. */
function mayBlock({ firewall: { type } }: Config): boolean {
  if (process.getuid?.() === 0 || type === 'command' || type === 'memory') return true;
  try {
    const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return ((BigInt(`0x${effective}`) >> NET_ADMIN) & 1n) === 1n;
  } catch {
    return false;
  }
}
