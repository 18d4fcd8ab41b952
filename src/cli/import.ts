/** `rapsheet import`: the history of fail2ban, of CrowdSec or of a table, so that the first report covers the past. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import { EXIT, formatProblem, likeliest, type Problem, ProblemError } from '../base/problem.ts';
import { HISTORY_FORMS, historyForm } from '../base/reason-words.ts';
import { printable, printableJson } from '../base/text.ts';
import { type Zone, zoneOf } from '../base/zone.ts';
import { type Config, loadConfig } from '../config/config.ts';
import {
  foundHere,
  type HistoryOutcome,
  importHistory,
  JailKinds,
  openHistory,
  recognize,
  type Step,
} from '../history/history.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { HistoryForm } from '../model.ts';
import { type HistoryAnswer, type HistoryRequest, importFail2banCommand } from './import-fail2ban.ts';
import { importedJson, importedSentences } from './import-outcome.ts';
import { ledgerPath } from './ledger-path.ts';
import { openLedgerFor, originsOf } from './open.ts';
import { programFolder } from './program.ts';
import { periodOf } from './scope.ts';
import { several } from './several.ts';
import { ProgressBar } from './terminal.ts';

interface ImportOptions {
  readonly from?: string;
  readonly host: string;
  readonly map?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly zone?: string;
  readonly bantime: string;
  readonly origins: string;
  readonly enforce?: boolean;
  readonly dryRun?: boolean;
  readonly config?: string;
  readonly ledger?: string | undefined;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What CrowdSec decided on this machine; lists and the community's decisions are no history of it. */
const OWN_ORIGINS = 'crowdsec,cscli';
/** fail2ban's own default. */
const BAN_TIME = '10m';

/** With files it imports history; `import fail2ban DIR` also what an installation is configured to do. */
export function importCommand(): Command {
  return new Command('import')
    .description('bans that fail2ban, CrowdSec or a table recorded, into the ledger')
    .argument(
      '[file...]',
      "fail2ban's database and logs (rotated, gzipped), CrowdSec's database, CSV; a folder of them",
    )
    .option('--from <form>', `what the files are, when they are not recognized: ${HISTORY_FORMS.join(', ')}`)
    .option('--host <name>', 'the host that the history is of', hostname())
    .option('--map <jail=kind>', 'what a jail was about (docs/kinds.md), or "skip"; several times', several)
    .option('--since <day>', 'only bans from the beginning of this day or month')
    .option('--until <day>', 'only bans to the end of this day or month')
    .option('--zone <name>', 'time zone of times that do not say theirs, over the configuration')
    .option('--bantime <duration>', 'how long a ban lasted of which nothing says it', BAN_TIME)
    .option('--origins <list>', "CrowdSec's decisions of these origins", OWN_ORIGINS)
    .option('--enforce', 'let the daemon block those that are still banned, from its next start on')
    .option('-n, --dry-run', 'record nothing: say what would be')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'where to record (made when it is missing)')
    .option('--json', 'print the summary as one JSON object')
    .option('-q, --quiet', 'no progress and no summary')
    .addHelpText('after', EXAMPLES)
    .addCommand(importFail2banCommand(importOfInstallation))
    .action(importFiles);
}

const EXAMPLES = `
A ban is known by host, address, jail and time: nothing is recorded twice, however often and out of however many files it
is imported. All files are read before anything is recorded; killed in its middle, the import goes on when it is started
again. Bans that are still in force are recorded, and not enforced without --enforce.

Exit status 65 when lines of a table could not be read; all others are imported.

Examples:
  rapsheet import --dry-run /var/lib/fail2ban /var/log/fail2ban.log*
  rapsheet import /var/lib/fail2ban/fail2ban.sqlite3 /var/log/fail2ban.log*
  rapsheet import fail2ban -o rapsheet.toml       its configuration as ours, and its bans (--help says more)
  rapsheet import --host mail backup/fail2ban.log* --zone Europe/Zurich --map my-jail=web.login
  rapsheet import /var/lib/crowdsec/data/crowdsec.db --until 2025-03
  rapsheet import bans.csv              a first row like: address,time,duration,jail,reason`;

interface Imported {
  readonly outcome: HistoryOutcome;
  readonly problems: readonly Problem[];
  readonly said: Parameters<typeof importedSentences>[1];
}

async function importFiles(paths: readonly string[], options: ImportOptions): Promise<void> {
  const { outcome, problems, said } = await importAll(paths, options);
  if (options.json) process.stdout.write(`${printableJson(importedJson(outcome, problems))}\n`);
  else if (!options.quiet) process.stderr.write(`${importedSentences(outcome, said).join('\n')}\n`);
  tellProblems(problems, options);
}

/** The history that belongs to a configuration. */
async function importOfInstallation({ paths, ...request }: HistoryRequest): Promise<HistoryAnswer> {
  const usual = { map: [], bantime: BAN_TIME, origins: OWN_ORIGINS };
  const { outcome, problems, said } = await importAll(paths, { ...usual, ...request });
  const sentences = [...importedSentences(outcome, said), ...problems.map(formatProblem)];
  return { sentences, object: importedJson(outcome, problems) };
}

async function importAll(paths: readonly string[], options: ImportOptions): Promise<Imported> {
  if (paths.length === 0) throw nothingNamed();
  const form = formOf(options.from);
  const usual = durationOf(options.bantime);
  expectHostName(options.host);
  const config = loadConfig({ program: programFolder(), file: options.config });
  const zone = zoneFor(options.zone, config);
  const jails = new JailKinds(
    join(programFolder(), 'data', 'jails.toml'),
    chosenKinds(options.map ?? []),
    kindsOf(config),
  );
  const opened = await openHistory(await recognize(paths, form), { host: options.host, clock: systemClock });
  const bar = new ProgressBar(systemClock);
  const origins = originsOf(config);
  const ledgers: Ledger[] = [];
  try {
    const path = ledgerPath(options.ledger ?? config.ledger);
    const existing = existsSync(path)
      ? await openLedgerFor(options, config, options.dryRun ? 'read' : 'write')
      : undefined;
    if (existing) ledgers.push(existing);
    const ledgerZone = existing?.zone ?? config.zone;
    const started = systemClock();
    const outcome = await importHistory({
      ...{ sources: opened.sources, origins, host: options.host, now: started, zone, ledgerZone, jails },
      ...{ enforce: options.enforce === true, dryRun: options.dryRun === true },
      span: periodOf(undefined, options, ledgerZone),
      decisionOrigins: new Set(options.origins.split(',').map((origin) => origin.trim().toLowerCase())),
      usual,
      token: `${process.pid} ${started}`,
      openLedger: async () => {
        const ledger =
          existing ?? (await openLedgerFor(options.dryRun ? { ledger: ':memory:' } : options, config, 'write'));
        ledgers.push(ledger);
        return ledger;
      },
      onStep: options.quiet ? undefined : (step) => show(bar, step),
    });
    bar.clear();
    const said = {
      host: options.host,
      seconds: (systemClock() - started) / 1000,
      ledger: options.ledger,
      zone: ledgerZone,
    };
    return { outcome, problems: opened.problems(), said };
  } finally {
    bar.clear();
    for (const ledger of new Set(ledgers)) ledger.close();
    origins.close();
    opened.close();
  }
}

function tellProblems(problems: readonly Problem[], options: ImportOptions): void {
  if (!options.json) {
    for (const problem of problems) process.stderr.write(`rapsheet: ${printable(formatProblem(problem))}\n`);
  }
  if (problems.length > 0) process.exitCode = EXIT.badData;
}

function show(bar: ProgressBar, { what, done, total, path }: Step): void {
  const counted = what === 'reading' ? '' : ` ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  bar.count(total > 0 ? Math.min(1, done / total) : 0, `${what}${counted}${path === undefined ? '' : ` ${path}`}`);
}

function nothingNamed(): ProblemError {
  const here = foundHere();
  const hint = `rapsheet import ${here.length > 0 ? here.join(' ') : '/var/lib/fail2ban/fail2ban.sqlite3'}`;
  return new ProblemError(EXIT.usage, { what: 'which files?', hint });
}

function expectHostName(host: string): void {
  if (/^[A-Za-z0-9._-]{1,253}$/.test(host)) return;
  throw new ProblemError(EXIT.usage, {
    what: `--host ${host}: not the name of a host`,
    hint: 'like web1, or mx.example.org',
  });
}

function formOf(text: string | undefined): HistoryForm | undefined {
  if (text === undefined) return undefined;
  const form = historyForm(text);
  if (form) return form;
  const near = likeliest(text, HISTORY_FORMS);
  const hint = near === undefined ? HISTORY_FORMS.join(', ') : `did you mean "${near}"?`;
  throw new ProblemError(EXIT.usage, { what: `--from ${text}: there is no such form`, hint });
}

function zoneFor(name: string | undefined, config: Config): Zone {
  const zone = name === undefined ? config.zone : zoneOf(name);
  if (zone) return zone;
  throw new ProblemError(EXIT.usage, { what: `there is no time zone "${name}"`, hint: 'like Europe/Zurich, or UTC' });
}

function chosenKinds(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((text) => {
      const [, jail, kind] = /^(.+)=([^=]+)$/.exec(text) ?? [];
      if (jail !== undefined && kind !== undefined) return [jail, kind] as const;
      const hint = 'write --map my-jail=web.login, or --map my-jail=skip';
      throw new ProblemError(EXIT.usage, { what: `--map ${text}: not a jail and a kind`, hint });
    }),
  );
}

function kindsOf(config: Config): ReadonlySet<string> {
  return new Set(config.kinds.keys());
}

function durationOf(text: string): number {
  if (text === 'permanent') return Number.POSITIVE_INFINITY;
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw new ProblemError(EXIT.usage, { what: `--bantime ${text}: not a duration`, hint: 'like 10m, 1d, or permanent' });
}
