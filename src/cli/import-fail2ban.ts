/** `rapsheet import fail2ban`: from an installation of fail2ban to a configuration of ours, and its bans into the ledger. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import * as v from 'valibot';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { loadConfig } from '../config/config.ts';
import { ports } from '../config/ports.ts';
import { diskTree } from '../fail2ban/config/file-tree.ts';
import { readFail2ban } from '../fail2ban/fail2ban.ts';
import { type ImportPlan, planImport } from '../fail2ban/import/plan.ts';
import { tomlOf } from '../fail2ban/import/toml-text.ts';
import { planObject, planSentences } from './import-fail2ban-text.ts';
import { expectOutputName, isStandardOutput } from './output-name.ts';
import { programFolder, programVersion } from './program.ts';
import { replaceFile } from './staged-files.ts';

interface Options {
  readonly output?: string;
  readonly force?: boolean;
  readonly history: boolean;
  readonly enforce: boolean;
  readonly dryRun?: boolean;
  readonly host: string;
  readonly ledger?: string;
  readonly json?: boolean;
}

/** What the history of an installation is imported with. */
export interface HistoryRequest {
  readonly paths: readonly string[];
  readonly host: string;
  readonly ledger: string | undefined;
  readonly enforce: boolean;
  readonly dryRun: boolean;
}

export interface HistoryAnswer {
  /** For people. */
  readonly sentences: readonly string[];
  /** For programs. */
  readonly object: object;
}

export type ImportHistory = (request: HistoryRequest) => Promise<HistoryAnswer>;

/** `importHistory`: imports what files hold, as `rapsheet import FILE` does. */
export function importFail2banCommand(importHistory: ImportHistory): Command {
  return (
    new Command('fail2ban')
      .description('the configuration of an existing fail2ban as ours, and its bans into the ledger')
      .argument('[folder]', 'where its jail.conf is', '/etc/fail2ban')
      .option('-o, --output <file>', 'where to write the configuration instead of standard output')
      .option('--force', 'write over a file that is there')
      .option('--no-history', 'leave its bans where they are')
      .option('--no-enforce', 'record bans that are still in force, and let nobody block them')
      .option('-n, --dry-run', 'write and record nothing: say what would be')
      .option('--host <name>', 'the host that the bans are of', hostname())
      .option('--ledger <file>', 'where to record the bans (made when it is missing)')
      .option('--json', 'print one JSON object: the configuration, what changes, what was recorded')
      .addHelpText('after', EXAMPLES)
      // Options that both have are parsed by the command above, wherever they stand.
      .action((folder: string, _: Options, command: Command) =>
        importFail2ban(folder, command.optsWithGlobals<Options>(), importHistory),
      )
  );
}

const EXAMPLES = `
A jail becomes one of ours where our filters see all that its filter does; the others go on from the folder. Where the
limits or anything else is not the same, a comment in the file says so, and the summary on standard error. Nothing of
fail2ban is changed, and its database is only read. Bans in force are blocked by the daemon from its next start on.

Exit status 0 also when some jails cannot go on: the summary names them. 78 when the folder cannot be read.

Examples:
  rapsheet import fail2ban --dry-run                    what would change
  rapsheet import fail2ban -o /etc/rapsheet/rapsheet.toml
  rapsheet import fail2ban backup/etc/fail2ban --no-history | less
  rapsheet check -c rapsheet.toml && rapsheet run --dry-run -c rapsheet.toml`;

async function importFail2ban(folder: string, options: Options, importHistory: ImportHistory): Promise<void> {
  const root = resolve(folder);
  expectOutputName(options.output);
  const output = isStandardOutput(options.output) ? undefined : options.output;
  if (output !== undefined && !options.force && existsSync(output)) throw existing(output);
  const plan = planOf(root);
  const text = tomlOf(plan, programVersion());
  if (output !== undefined && !options.dryRun) replaceFile(output, [text]);
  else if (!options.json && !options.dryRun) process.stdout.write(text);
  const said = { output, isDryRun: options.dryRun === true };
  if (!options.json) say(planSentences(plan, said));
  const history = await historyOf(plan, options, importHistory);
  if (!options.json) return say(history?.sentences ?? noHistory(plan, options));
  const object = { ...planObject(plan), configuration: text, output: output ?? null, history: history?.object ?? null };
  process.stdout.write(`${printableJson(object)}\n`);
}

/** @throws ProblemError when there is no installation. */
function planOf(root: string): ImportPlan {
  const installation = { tree: diskTree, root };
  // The default configuration, whatever this host has: what is imported begins from it.
  const config = loadConfig({ program: programFolder(), file: defaultFile() });
  return planImport(readFail2ban(installation), {
    ...{ root, tree: diskTree },
    ourKinds: new Map(config.jails.map(({ name, kinds }) => [name, kinds])),
    ourLogs: new Map(config.filters.map(({ name, logs }) => [name, logs])),
    isPort: (word) => v.safeParse(ports, [word]).success,
  });
}

function defaultFile(): string {
  return resolve(programFolder(), 'config', 'rapsheet.toml');
}

function existing(path: string): ProblemError {
  return new ProblemError(EXIT.usage, { where: path, what: 'is there already', hint: 'another -o, or --force' });
}

async function historyOf(
  { database }: ImportPlan,
  { history, host, ledger, enforce, dryRun }: Options,
  importHistory: ImportHistory,
): Promise<HistoryAnswer | undefined> {
  if (!history || database === undefined || !existsSync(database)) return undefined;
  return await importHistory({ paths: [database], host, ledger, enforce, dryRun: dryRun === true });
}

function noHistory({ database }: ImportPlan, { history }: Options): readonly string[] {
  if (!history) return [];
  return database === undefined
    ? ['fail2ban keeps no database (dbfile): its log is read by rapsheet import /var/log/fail2ban.log*']
    : [`No bans: there is no ${database}. Its log is read by rapsheet import /var/log/fail2ban.log*`];
}

function say(sentences: readonly string[]): void {
  if (sentences.length > 0) process.stderr.write(`${sentences.map(printable).join('\n')}\n`);
}
