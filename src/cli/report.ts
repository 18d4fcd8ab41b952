/** `rapsheet report`: a month in tables. */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { type Config, loadConfig } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  audit,
  type Format,
  makePublicReport,
  makeReport,
  type Privacy,
  type PublicReport,
  type Report,
  type ReportOptions,
  type ReportRecords,
  renderReport,
  reportFamily,
  type Terminal,
} from '../report/report.ts';
import { creditsFor, type Sources } from './credits.ts';
import { expectNoLeak } from './leak.ts';
import { openLedgerFor, originsOf } from './open.ts';
import { gatherPrivacy } from './privacy.ts';
import { programFolder } from './program.ts';
import { drawnAs, formatOf, isOfFigures, type OutputFormat, withFormat, withReaders } from './report-files.ts';
import { shapeFor, writeFiles } from './report-output.ts';
import { periodOf, withSpan } from './scope.ts';

interface ReportCommandOptions {
  readonly config?: string;
  readonly ledger?: string;
  readonly since?: string;
  readonly until?: string;
  readonly host?: string;
  readonly format?: string;
  readonly output?: string;
  readonly table?: string;
  readonly top?: string;
  readonly json?: boolean;
  readonly language?: string;
  readonly public?: boolean;
}

/** The name under which a ledger keeps what every report of it must say. */
export const REMARK = 'remark';

export function reportCommand(): Command {
  const command = new Command('report').description(
    'who was banned in a month, from where, for what: in tables, charts and maps',
  );
  withFormat(withSpan(command).option('--host <name>', 'only bans and attempts on this host'))
    .option('--table <name>', 'only this table or figure (totals, countries, map-world, ...)')
    .option('--top <n>', 'rows in a table, or "all"');
  return withReaders(command)
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'the ledger to read')
    .addHelpText('after', EXAMPLES)
    .action(report);
}

const EXAMPLES = `
Every figure says what it counts, and a report that does not add up is not printed.

html is one page with maps and charts that needs no network and no script, svg a file for each map and chart.
png is the same as pictures, on light paper and twice as large; rsvg-convert (Debian: librsvg2-bin) or chromium makes them.

--public hides what is yours: hosts become "host 1" or as [report] host_names says; user names that exist here, mail
addresses, your own addresses, the allowlist and addresses that logged in are not told. The finished file is searched for
all of them, and not written when one is found.

Examples:
  rapsheet report 2024-10
  rapsheet report 2024-10 -o october.html
  rapsheet report 2024-10 --public -o october.html
  rapsheet report 2024-10 --format svg -o figures/
  rapsheet report 2024-10 --table map-world -o world.svg
  rapsheet report 2024-10 --format png -o pictures/
  rapsheet report 2024-10 --format csv -o tables/
  rapsheet report 2024-10 --format markdown -o october.md
  rapsheet report --since 2024-10-01 --until 2024-10-14 --host web1 --top 50
  rapsheet report 2024-10 --json | jq '.tables[] | select(.name == "countries")'`;

async function report(period: string | undefined, options: ReportCommandOptions): Promise<void> {
  const config = loadConfig({ program: programFolder(), file: options.config });
  const format = formatOf(options);
  const ledger = await openLedgerFor(options, config, 'read');
  try {
    const scope = { period: periodOf(period, options, ledger.zone), host: options.host };
    ledger.begin();
    if (options.host !== undefined) expectHost(ledger, options.host);
    const request = {
      config,
      scope,
      top: topOf(options.top),
      zone: ledger.zone,
      remarks: [ledger.state(REMARK) ?? []].flat(),
      creditsOf: (used: readonly string[]) => creditsFor(used, ledger, () => sourcesOf(config)),
      language: options.language,
    };
    const terminal = shapeFor(options.output);
    const found = options.public
      ? publicReportOf(ledger, request, {
          format: drawnAs(format),
          terminal,
          privacy: await gatherPrivacy({ config, ledger }),
        })
      : undefined;
    const made = onlyTable(found?.report ?? reportOf(ledger, request), options.table, format);
    const files = renderReport(made, drawnAs(format), terminal);
    if (found !== undefined) expectNoLeak(found, made, files);
    const family = options.table === undefined ? reportFamily : undefined;
    await writeFiles(files, { output: options.output, format, family, hasTable: true });
  } finally {
    ledger.rollback();
    ledger.close();
  }
}

/** What the origin data of today say of themselves. */
function sourcesOf(config: Config): Sources {
  const { sources, close } = originsOf(config);
  close();
  return sources;
}

function expectHost(ledger: Ledger, host: string): void {
  const hosts = ledger.hosts({ period: periodOf(undefined, {}, ledger.zone), host: undefined });
  if (hosts.includes(host)) return;
  const hint = hosts.length > 0 ? `it knows ${hosts.slice(0, 20).join(', ')}` : 'it is empty';
  throw new ProblemError(EXIT.usage, { what: `--host ${host}: the ledger has no such host`, hint });
}

export interface ReportRequest {
  readonly config: Config;
  readonly scope: Parameters<typeof makeReport>[1]['scope'];
  readonly zone: Parameters<typeof makeReport>[1]['zone'];
  readonly top: number | 'all' | undefined;
  readonly remarks: readonly string[];
  readonly creditsOf: ReportOptions['creditsOf'];
  /** Instead of the configuration's. */
  readonly language?: string | undefined;
}

/** A report that adds up. @throws ProblemError (65) naming what does not. */
export function reportOf(records: ReportRecords, request: ReportRequest): Report {
  return audited(makeReport(records, optionsOf(request)));
}

/** The same for readers elsewhere. The audit is of what they see. */
function publicReportOf(
  records: ReportRecords,
  request: ReportRequest,
  { format, terminal, privacy }: { format: Format; terminal: Terminal; privacy: Privacy },
): PublicReport {
  const asked = { records, options: optionsOf(request), privacy };
  const found = makePublicReport(asked, { format, terminal });
  audited(found.report);
  return found;
}

function optionsOf(request: ReportRequest): ReportOptions {
  const { config, scope, zone, top, remarks, creditsOf, language } = request;
  return {
    scope,
    zone,
    top: top ?? config.report.top,
    topByService: top ?? config.report.topByService,
    kinds: config.kinds,
    rules: { jails: config.jails, wide: config.wide, campaign: config.campaign },
    remarks,
    creditsOf,
    language: language ?? config.report.language,
    now: systemClock(),
  };
}

function audited(made: Report): Report {
  const problems = audit(made);
  if (problems.length === 0) return made;
  const head = {
    what: 'the report does not add up and is not printed; please report this',
    hint: 'what is wrong follows',
  };
  throw new ProblemError(EXIT.badData, [head, ...problems]);
}

function topOf(text: string | undefined): number | 'all' | undefined {
  if (text === undefined || text === 'all') return text;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new ProblemError(EXIT.usage, { what: `--top ${text}: not a number`, hint: 'write --top 50 or --top all' });
}

/** The table or figure of this name. @throws ProblemError (64) when there is none, or none that the format can show. */
function onlyTable(made: Report, name: string | undefined, format: OutputFormat): Report {
  if (name === undefined) return made;
  const tables = made.tables.filter((table) => table.name === name);
  const figures = made.figures.filter((figure) => figure.name === name || figure.table === name);
  if (isOfFigures(format) && figures.length > 0) return { ...made, figures };
  if (!isOfFigures(format) && tables.length > 0) return { ...made, tables, figures: [] };
  const known = isOfFigures(format) ? made.figures : made.tables;
  const hint = `there are ${known.map((each) => each.name).join(', ')}`;
  const what = `--table ${name}: there is no such ${isOfFigures(format) ? 'figure' : 'table'}`;
  throw new ProblemError(EXIT.usage, { what, hint });
}
