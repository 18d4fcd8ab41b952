/** `rapsheet replay`: old logs through the same path that the daemon will use. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printableJson } from '../base/text.ts';
import { type Zone, zoneOf } from '../base/zone.ts';
import { type Config, loadConfig } from '../config/config.ts';
import type { Observer } from '../pipeline.ts';
import type { SourceRequest } from '../source/source.ts';
import { fail2banFolder, isAdopted } from './adopted.ts';
import type { AdoptionRequest } from './fail2ban.ts';
import { jailChoices, RouteList } from './fail2ban-routes.ts';
import { ledgerPath } from './ledger-path.ts';
import { attemptJson, banJson } from './nouns.ts';
import { openLedgerFor, originsOf } from './open.ts';
import { outcomeJson, outcomeSentences } from './outcome.ts';
import { programFolder } from './program.ts';
import { replayDiff } from './replay-diff.ts';
import { expectLogs, replayLogs } from './replay-run.ts';
import { several } from './several.ts';
import { filterOf } from './stages.ts';
import { outliveReader, ProgressBar } from './terminal.ts';

interface ReplayOptions {
  readonly host?: readonly string[];
  readonly config?: string;
  readonly ledger?: string;
  readonly dryRun?: boolean;
  readonly print?: string;
  readonly zone?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly diff?: boolean;
  readonly fail2ban?: string;
  readonly jail?: readonly string[];
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('run old logs through the path: what would have been banned, and why')
    .argument('[path...]', 'files, folders, globs; rotated and gzipped parts are put in order; - for standard input')
    .option('--host <name=path>', 'logs of another host; may be given several times', several)
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'where to record (made when it is missing)')
    .option('-n, --dry-run', 'record nothing')
    .option('--print <noun>', 'print attempts or bans as JSON Lines on standard output')
    .option(
      '--diff',
      'the first two paths are configurations: what the second would ban more or less, and whom of yours',
    )
    .option('--fail2ban <dir>', 'with the jails and filters of this fail2ban (/etc/fail2ban) instead of ours')
    .option(
      '--jail <name=path>',
      'a jail of --fail2ban that reads this log, whatever its logpath says; several times',
      several,
    )
    .option('--zone <name>', 'time zone of logs that do not say theirs, over the configuration')
    .option('--json', 'print the summary as one JSON object')
    .option('-q, --quiet', 'no progress and no summary')
    .addHelpText('after', EXAMPLES)
    .action(replay);
}

const EXAMPLES = `
What was read is remembered in the ledger with what came of it: the same logs again, grown, rotated or compressed, go on
where the last run ended. Stopped before its end, a run has recorded nothing. No firewall is touched.

Examples:
  rapsheet replay /var/log
  rapsheet replay --dry-run --print bans /var/log/auth.log*
  rapsheet replay --fail2ban /etc/fail2ban backup/var/log
  rapsheet replay --diff /etc/rapsheet/rapsheet.toml new.toml /var/log
  rapsheet replay --host web1=logs/web1 --host mail=logs/mail --ledger all.db
  journalctl -o json --all | rapsheet replay -`;

async function replay(paths: readonly string[], options: ReplayOptions): Promise<void> {
  if (options.diff) {
    await diff(paths, options);
    return;
  }
  const requests = requestsOf(paths, options.host ?? []);
  const folder = fail2banFolder(options.fail2ban);
  const own = withZone(loadConfig({ program: programFolder(), file: options.config, fail2ban: folder }), options.zone);
  const routes = new RouteList();
  const chosen = jailChoices(options.jail ?? []);
  const config = await adopted(own, { chosen, onRoute: (route) => routes.add(route) });
  const choice = options.dryRun ? { ledger: ':memory:' } : options;
  const observer = observerOf(options.print, options.dryRun ? 'end' : 'go on');
  const filter = filterOf(config);
  const origins = originsOf(config);
  if (!existsSync(ledgerPath(choice.ledger ?? config.ledger))) await expectLogs(requests);
  const ledger = await openLedgerFor(choice, config, 'write');
  const bar = new ProgressBar(systemClock);
  const onProgress = options.quiet ? undefined : bar.show.bind(bar);
  const started = systemClock();
  try {
    const result = await replayLogs({ config, filter, ledger, origins, requests, observer, onProgress });
    bar.clear();
    if (!options.quiet) for (const sentence of routes.sentences(config)) process.stderr.write(`${sentence}\n`);
    const seconds = (systemClock() - started) / 1000;
    if (options.json) process.stdout.write(`${printableJson(outcomeJson(result))}\n`);
    else if (!options.quiet) {
      const hasBlocklists = config.blocklists.zones.length > 0;
      process.stderr.write(
        `${outcomeSentences(result, { seconds, options, hasBlocklists, isRouted: isAdopted(config) }).join('\n')}\n`,
      );
    }
  } finally {
    bar.clear();
    ledger.close();
    origins.close();
  }
}

async function diff([before, after, ...paths]: readonly string[], options: ReplayOptions): Promise<void> {
  if (before === undefined || after === undefined) {
    const hint = 'rapsheet replay --diff OLD.toml NEW.toml /var/log';
    throw new ProblemError(EXIT.usage, { what: '--diff needs two configurations', hint });
  }
  const requests = requestsOf(paths, options.host ?? []);
  const load = (file: string): Promise<Config> =>
    adopted(withZone(loadConfig({ program: programFolder(), file }), options.zone));
  const configs = { old: await load(before), new: await load(after) };
  process.stdout.write(await replayDiff(configs, requests, { json: options.json === true }));
}

/** What reads a fail2ban is a quarter of the program: it is loaded where there is one. */
async function adopted(config: Config, more: Omit<AdoptionRequest, 'logs'> = {}): Promise<Config> {
  if (!config.fail2ban) return config;
  const { withFail2ban } = await import('./fail2ban.ts');
  return withFail2ban(config, { logs: 'replay', ...more });
}

function requestsOf(paths: readonly string[], hosts: readonly string[]): SourceRequest[] {
  const requests = new Map<string, string[]>();
  if (paths.length > 0) requests.set(hostname(), [...paths]);
  for (const host of hosts) {
    const [, name, path] = /^([A-Za-z0-9._-]{1,253})=(.+)$/.exec(host) ?? [];
    if (name === undefined || path === undefined) {
      throw new ProblemError(EXIT.usage, {
        what: `--host ${host}: not a name and a path`,
        hint: 'write --host web1=/logs/web1',
      });
    }
    requests.set(name, [...(requests.get(name) ?? []), path]);
  }
  if (requests.size === 0) {
    throw new ProblemError(EXIT.usage, {
      what: 'which logs?',
      hint: 'rapsheet replay /var/log, or - for standard input',
    });
  }
  return [...requests].map(([host, files]) => ({ host, paths: files }));
}

function withZone(config: Config, name: string | undefined): Config {
  if (name === undefined) return config;
  const zone: Zone | undefined = zoneOf(name);
  if (!zone)
    throw new ProblemError(EXIT.usage, { what: `there is no time zone "${name}"`, hint: 'like Europe/Zurich, or UTC' });
  return { ...config, zone };
}

/** `whenClosed`: whoever reads what is printed may leave early; what is being recorded is recorded all the same. */
function observerOf(noun: string | undefined, whenClosed: 'end' | 'go on'): Observer {
  const reader = whenClosed === 'go on' && noun !== undefined ? outliveReader() : { left: false };
  const print = (line: string): void => {
    if (!reader.left) process.stdout.write(`${line}\n`);
  };
  switch (noun) {
    case undefined:
      return {};
    case 'attempts':
      return { onAttempt: (attempt, count) => print(attemptJson(attempt, count)) };
    case 'bans':
      return { onBan: (ban, origin) => print(banJson(ban, origin)) };
    default:
      throw new ProblemError(EXIT.usage, { what: `--print ${noun}: there is no such noun`, hint: 'attempts or bans' });
  }
}
