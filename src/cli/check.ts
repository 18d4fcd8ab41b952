/** `rapsheet check`: the configuration, and every filter proven by its samples. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { EXIT, formatProblem } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { configWarnings } from '../config/warnings.ts';
import { type Proof, proveFilter } from '../filter/proof.ts';
import { fail2banFolder, isAdopted } from './adopted.ts';
import { checkTemplates } from './check-templates.ts';
import { LIVE, withFail2ban } from './fail2ban.ts';
import { checkFail2ban } from './fail2ban-check.ts';
import { informantsOf } from './informants.ts';
import { originsOf } from './open.ts';
import { programFolder } from './program.ts';

interface CheckOptions {
  readonly config?: string;
  readonly fail2ban?: string;
  readonly json?: boolean;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('check the configuration, and prove every filter by its sample lines')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--fail2ban <dir>', 'the jails of this fail2ban, and every problem with its place, instead of our filters')
    .option('--json', 'print one JSON object a filter, or a jail')
    .addHelpText(
      'after',
      `
Every hit must be recognized as it says, every miss must not, and no address that a client could plant in a field
may come out. Templates of alerts are read, too. Exit status 1 when a sample fails, 78 when the configuration or a
template is broken.

Examples:
  rapsheet check && systemctl reload rapsheet
  rapsheet check --fail2ban /etc/fail2ban`,
    )
    .action(check);
}

function check(options: CheckOptions): void {
  const fail2ban = fail2banFolder(options.fail2ban);
  const places = { program: programFolder(), file: options.config, fail2ban, fromSources: true };
  const config = withFail2ban(loadConfig(places), LIVE);
  if (isAdopted(config)) {
    if (checkFail2ban(config, options.json ? 'json' : 'text') > 0) process.exitCode = EXIT.no;
    if (config.ours) checkOurs(config.ours, options);
  } else {
    checkOurs(config, options);
  }
  checkTemplates(config, options.json === true);
}

function checkOurs(config: Config, options: CheckOptions): void {
  const kinds = new Set(config.kinds.keys());
  const proofs = config.filters.map((filter) => proveFilter(filter, kinds));
  for (const proof of proofs) process.stdout.write(options.json ? `${printableJson(proof)}\n` : `${lineOf(proof)}\n`);
  const problems = proofs.flatMap((proof) => proof.problems);
  for (const problem of problems) process.stderr.write(`${printable(formatProblem(problem))}\n`);
  const sum = (count: (proof: Proof) => number): number => proofs.reduce((total, proof) => total + count(proof), 0);
  const samples = `${sum((proof) => proof.hits)} hits, ${sum((proof) => proof.misses)} misses, ${sum((proof) => proof.planted)} planted addresses`;
  const verdict = problems.length === 0 ? 'all hold' : `${problems.length} do not hold`;
  for (const warning of configWarnings(config)) process.stderr.write(`warning: ${printable(formatProblem(warning))}\n`);
  const lines = [...originLines(config), ...askedLines(config)];
  if (!options.json) process.stdout.write(lines.join(''));
  process.stderr.write(`${config.jails.length} jails, ${proofs.length} filters: ${samples}: ${verdict}\n`);
  if (problems.length > 0) process.exitCode = EXIT.no;
}

/** Who would be asked about banned addresses beside them. @throws ProblemError for a file that cannot be used */
function askedLines(config: Config): string[] {
  const { origin, blocklists } = config;
  const lines = informantsOf(config, systemClock).map(({ option }) => {
    const isMissing = option === 'tor_exits' && origin.torExits !== undefined && !existsSync(origin.torExits);
    return isMissing
      ? `SKIP asked          tor_exits: there is no file ${origin.torExits}`
      : `ok   asked          ${option}`;
  });
  const what = origin.blocklists ? 'blocklists' : 'blocklists (relaying only)';
  const lists = blocklists.zones.map(({ title }) => `ok   asked          ${what}: ${title}`);
  return [...lines, ...lists].map((line) => `${printable(line)}\n`);
}

/** Where origins would be looked up, and what was found and cannot be used. */
function originLines(config: Config): string[] {
  const origins = originsOf(config);
  try {
    return [
      ...origins.sources.map(({ name, date, gives }) => `ok   origin data    ${name}, ${date}: ${gives.join(', ')}`),
      ...origins.skipped.map((problem) => `SKIP origin data    ${formatProblem(problem)}`),
    ].map((line) => `${printable(line)}\n`);
  } finally {
    origins.close();
  }
}

function lineOf(proof: Proof): string {
  const state = proof.problems.length === 0 ? 'ok  ' : 'FAIL';
  const name = printable(proof.filter).padEnd(14);
  return `${state} ${name} ${String(proof.patterns).padStart(3)} patterns  ${printable(proof.about)}`;
}
