/** `rapsheet report`: a month in tables. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { EXIT, errorCode, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { type Config, loadConfig, ruleSentences } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  audit,
  type Format,
  makeReport,
  type RenderedFile,
  type Report,
  type ReportRecords,
  renderReport,
} from '../report/report.ts';
import { programFolder } from './program.ts';
import { periodOf } from './scope.ts';
import { openLedgerFor, originsOf } from './stages.ts';
import { outputShape } from './terminal.ts';

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
}

/** The name under which a ledger keeps what every report of it must say. */
export const REMARK = 'remark';

const FORMATS: readonly Format[] = ['text', 'markdown', 'json', 'csv'];

export function reportCommand(): Command {
  return new Command('report')
    .description('who was banned in a month, from where, for what: in tables')
    .argument('[period]', 'a month, a day or a year: 2024-10, 2024-10-03, 2024; without it, all time')
    .option('--since <day>', 'from the beginning of this day or month')
    .option('--until <day>', 'to the end of this day or month')
    .option('--host <name>', 'only bans and attempts on this host')
    .option('-f, --format <format>', `${FORMATS.join(', ')}`)
    .option('-o, --output <path>', 'write to a file; for csv a folder')
    .option('--table <name>', 'only this table (totals, countries, offenders, ...)')
    .option('--top <n>', 'rows in a table, or "all"')
    .option('--json', 'the same as --format json')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'the ledger to read')
    .addHelpText('after', EXAMPLES)
    .action(report);
}

const EXAMPLES = `
Every figure says what it counts, and a report that does not add up is not printed.

Examples:
  rapsheet report 2024-10
  rapsheet report 2024-10 --format markdown -o october.md
  rapsheet report --since 2024-10-01 --until 2024-10-14 --host web1 --top 50
  rapsheet report 2024-10 --json | jq '.tables[] | select(.name == "countries")'`;

async function report(period: string | undefined, options: ReportCommandOptions): Promise<void> {
  const config = loadConfig({ program: programFolder(), file: options.config });
  const format = formatOf(options);
  const ledger = await openLedgerFor(options, config, 'read');
  try {
    ledger.begin();
    if (options.host !== undefined) expectHost(ledger, options.host);
    const scope = { period: periodOf(period, options, ledger.zone), host: options.host };
    const made = reportOf(ledger, {
      config,
      scope,
      top: topOf(options.top),
      zone: ledger.zone,
      remarks: [ledger.state(REMARK) ?? []].flat(),
      credits: creditsOf(config),
    });
    writeFiles(renderReport(onlyTable(made, options.table), format, outputShape()), options.output, format);
  } finally {
    ledger.rollback();
    ledger.close();
  }
}

function expectHost(ledger: Ledger, host: string): void {
  const hosts = ledger.hosts({ period: periodOf(undefined, {}, ledger.zone), host: undefined });
  if (hosts.includes(host)) return;
  const hint = hosts.length > 0 ? `it knows ${hosts.slice(0, 20).join(', ')}` : 'it is empty';
  throw new ProblemError(EXIT.usage, { what: `--host ${host}: the ledger has no such host`, hint });
}

/** What the licenses of the origin data want said wherever the data are shown. */
function creditsOf(config: Config): ReadonlyMap<string, string> {
  const origins = originsOf(config);
  origins.close();
  return new Map(origins.sources.flatMap(({ name, credit }) => (credit === undefined ? [] : [[name, credit]])));
}

export interface ReportRequest {
  readonly config: Config;
  readonly scope: Parameters<typeof makeReport>[1]['scope'];
  readonly zone: Parameters<typeof makeReport>[1]['zone'];
  readonly top: number | 'all' | undefined;
  readonly remarks: readonly string[];
  readonly credits: ReadonlyMap<string, string>;
}

/** A report that adds up. @throws ProblemError (65) naming what does not. */
export function reportOf(records: ReportRecords, request: ReportRequest): Report {
  const { config, scope, zone, top, remarks, credits } = request;
  const made = makeReport(records, {
    scope,
    zone,
    top: top ?? config.report.top,
    topByService: top ?? config.report.topByService,
    kinds: config.kinds,
    rules: ruleSentences(config),
    remarks,
    credits,
    language: config.report.language,
    now: systemClock(),
  });
  const problems = audit(made);
  if (problems.length === 0) return made;
  const head = {
    what: 'the report does not add up and is not printed; please report this',
    hint: 'what is wrong follows',
  };
  throw new ProblemError(EXIT.badData, [head, ...problems]);
}

function formatOf(options: ReportCommandOptions): Format {
  const chosen = options.format ?? (options.json ? 'json' : 'text');
  const format = FORMATS.find((each) => each === chosen);
  if (format) return format;
  throw new ProblemError(EXIT.usage, { what: `--format ${chosen}: there is no such format`, hint: FORMATS.join(', ') });
}

function topOf(text: string | undefined): number | 'all' | undefined {
  if (text === undefined || text === 'all') return text;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new ProblemError(EXIT.usage, { what: `--top ${text}: not a number`, hint: 'write --top 50 or --top all' });
}

function onlyTable(made: Report, name: string | undefined): Report {
  if (name === undefined) return made;
  const tables = made.tables.filter((table) => table.name === name);
  if (tables.length > 0) return { ...made, tables };
  const hint = `there are ${made.tables.map((table) => table.name).join(', ')}`;
  throw new ProblemError(EXIT.usage, { what: `--table ${name}: there is no such table`, hint });
}

/** To standard output, to a file, or (several files) into a folder. A file appears whole or not at all. */
export function writeFiles(files: readonly RenderedFile[], output: string | undefined, format: Format): void {
  if (output === undefined) {
    for (const [index, file] of files.entries()) {
      if (index > 0) process.stdout.write('\n');
      for (const piece of file.pieces) process.stdout.write(piece);
    }
    return;
  }
  for (const file of files) writeFile(format === 'csv' ? join(output, file.name) : output, file.pieces);
  process.stderr.write(`Wrote ${printable(output)}${format === 'csv' ? ` (${files.length} files)` : ''}.\n`);
}

function writeFile(path: string, pieces: Iterable<string>): void {
  const part = `${path}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(part, 'w', 0o640);
    try {
      for (const piece of pieces) writeSync(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    const code = errorCode(error) ?? 'unknown';
    const status = code === 'EACCES' || code === 'EPERM' ? EXIT.notPermitted : EXIT.unavailable;
    const what = code === 'ENOSPC' ? 'the disk is full; nothing was written' : `cannot be written (${code})`;
    throw new ProblemError(status, { where: path, what }, { cause: error });
  }
}
