/** `rapsheet filter new`: from log lines to a filter, proven before it is printed. */
import { hostname } from 'node:os';
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { EXIT, formatProblem, likeliest, type Problem, ProblemError } from '../base/problem.ts';
import { fromLog, printable, toLog } from '../base/text.ts';
import { type Config, loadConfig, readFilter } from '../config/config.ts';
import { compileFilter } from '../filter/compile.ts';
import { type Draft, draftPattern } from '../filter/draft.ts';
import { fileText, missesFor, moreHits } from '../filter/draft-samples.ts';
import { LINES_MAX } from '../filter/draft-text.ts';
import { createFilter, type FilterSet } from '../filter/filter.ts';
import { proveFilter, recognizeLine, sampleFilter } from '../filter/proof.ts';
import type { Attempt } from '../model.ts';
import { findLogs } from '../source/source.ts';
import { programFolder } from './program.ts';

interface NewOptions {
  readonly address?: string;
  readonly kind?: string;
  readonly about?: string;
  readonly try?: readonly string[];
  readonly config?: string;
}

/** Lines and addresses that the preview shows: a look, not a report. */
const SHOWN = 5;

export function filterCommand(): Command {
  return new Command('filter')
    .description('make a filter from log lines: rapsheet filter new LINE...')
    .argument('<verb>', 'new')
    .argument('<line...>', 'log lines in quotes; several of one sort show what varies')
    .option('--address <address>', "which address in the line is the client's, when there are several")
    .option('--kind <kind>', 'what sort of attempt it is; docs/kinds.md lists them')
    .option('--about <sentence>', 'what the filter is for')
    .option('--try <path...>', 'logs to try it on: what it would find there')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .addHelpText(
      'after',
      `
The filter is printed on standard output; what there is to say about it, on standard error. It is proven as by
rapsheet check: exit status 1 when it does not hold.

Examples:
  rapsheet filter new "$(tail -1 /var/log/shop.log)" > /etc/rapsheet/filters/shop.toml
  rapsheet filter new 'LINE' 'ANOTHER LINE' --kind web.auth --try /var/log/shop.log`,
    )
    .action(makeFilter);
}

async function makeFilter(verb: string, given: readonly string[], options: NewOptions): Promise<void> {
  if (verb !== 'new')
    throw new ProblemError(EXIT.usage, { what: `filter ${verb}: there is no such verb`, hint: 'new' });
  const config = loadConfig({ program: programFolder(), file: options.config });
  const lines = given.slice(0, LINES_MAX).map((line) => toLog(line).replace(/[\r\n]+$/, ''));
  if (lines.some((line) => line.includes('\n'))) throw new ProblemError(EXIT.usage, { what: 'one line an argument' });
  const now = systemClock();
  const draft = draftPattern({ lines, address: options.address, now });
  if ('what' in draft) throw new ProblemError(EXIT.badData, draft);
  const kind = kindFor(lines, draft, { config, wanted: options.kind });
  const { text, problems, filter } = proven(lines, { draft, kind, config, about: options.about });
  process.stdout.write(text);
  const said = [...known(lines, config), ...alone(lines), ...problems.map(formatProblem), ...verdict(problems)];
  for (const sentence of said) process.stderr.write(`${printable(sentence)}\n`);
  if (filter && options.try) await preview(filter, options.try);
  if (problems.length > 0) process.exitCode = EXIT.no;
}

interface Plan {
  readonly draft: Draft;
  readonly kind: string;
  readonly config: Config;
  readonly about: string | undefined;
}

/** The file, with samples that the pattern itself recognized, and what `rapsheet check` would say of it. */
function proven(
  lines: readonly string[],
  { draft, kind, config, about = `${draft.process ?? 'New'}: ${config.kinds.get(kind)?.sentence ?? kind}` }: Plan,
): { text: string; problems: readonly Problem[]; filter: FilterSet | undefined } {
  const [service = kind] = kind.split('.');
  const file = { about, service, kind, draft };
  const kinds = new Set(config.kinds.keys());
  const bare = readFilter({ path: 'new.toml', text: fileText({ ...file, hits: [], misses: [] }) });
  const { patterns, problems: broken } = compileFilter(bare, kinds);
  const filter = createFilter({ patterns, zone: config.zone, trustedProxies: config.trustedProxies });
  const hitOf = (line: string) => ({ line, attempt: recognizeLine(filter, line) });
  const found = lines.map(hitOf).filter(isRecognized);
  const missed = lines.length - found.length;
  const [first] = found;
  if (!first || missed > 0) {
    const what = `the pattern does not match ${missed} of the lines it was made from`;
    return {
      text: fileText({ ...file, hits: found, misses: [] }),
      problems: broken.length > 0 ? broken : [{ what }],
      filter,
    };
  }
  const more = moreHits(
    lines,
    found.map(({ attempt }) => attempt),
  )
    .map(hitOf)
    .filter(isRecognized);
  const misses = missesFor(first.line, first.attempt, draft.start);
  const text = fileText({ ...file, hits: [...found, ...more], misses });
  const { problems } = proveFilter(readFilter({ path: 'new.toml', text }), kinds);
  return { text, problems, filter };
}

function isRecognized(hit: { line: string; attempt: Attempt | undefined }): hit is { line: string; attempt: Attempt } {
  return hit.attempt !== undefined;
}

/** What was wished, or the likeliest sort for what the words say. */
function kindFor(
  lines: readonly string[],
  draft: Draft,
  { config, wanted }: { config: Config; wanted: string | undefined },
): string {
  if (wanted === undefined) {
    const guesses = [
      ...(draft.process === 'sshd' ? ['ssh.login'] : []),
      ...(draft.format === 'access' ? ['web.forbidden'] : []),
    ];
    const words = lines.join(' ').toLowerCase();
    if (/mail|smtp|imap|pop3/.test(words)) guesses.push('mail.auth');
    return [...guesses, 'web.login', 'web.auth'].find((kind) => config.kinds.has(kind)) ?? 'web.auth';
  }
  if (config.kinds.has(wanted)) return wanted;
  const near = likeliest(wanted, config.kinds.keys());
  throw new ProblemError(EXIT.usage, {
    what: `--kind ${wanted}: there is no such kind`,
    hint: near === undefined ? 'docs/kinds.md lists them' : `did you mean "${near}"?`,
  });
}

/** Whether some filter sees the line already: then no other is needed. */
function known(lines: readonly string[], config: Config): string[] {
  const kinds = new Set(config.kinds.keys());
  const filter = sampleFilter(config.filters.flatMap((definition) => compileFilter(definition, kinds).patterns));
  const seen = lines.map((line) => recognizeLine(filter, line));
  return seen.flatMap((attempt, index) =>
    attempt
      ? [`line ${index + 1} is recognized already: filter ${attempt.pattern.filter}, pattern ${attempt.pattern.number}`]
      : [],
  );
}

function alone(lines: readonly string[]): string[] {
  if (lines.length > 1) return [];
  return ['One line does not show what varies: with another of the same sort, of another user, the pattern is surer.'];
}

function verdict(problems: readonly Problem[]): string[] {
  if (problems.length === 0)
    return ['It holds: its hits are recognized, its misses are not, and no planted address comes out.'];
  return ['It does not hold as it is.'];
}

/** What it finds in logs, on standard error: how much, whom, and the first lines. */
async function preview(filter: FilterSet, paths: readonly string[]): Promise<void> {
  const { series } = await findLogs([{ host: hostname(), paths }], { clock: systemClock });
  const by = new Map<string, number>();
  const first: string[] = [];
  const problems: Problem[] = [];
  let lines = 0;
  for (const log of series) {
    const open = filter.open();
    const take = (attempts: readonly Attempt[]): void => {
      for (const { address, line } of attempts) {
        by.set(address.text, (by.get(address.text) ?? 0) + 1);
        if (first.length < SHOWN) first.push(line);
      }
    };
    for await (const chunk of log.chunks()) take(open.attempts(chunk));
    take(open.finish());
    lines += open.counts.lines;
    problems.push(...log.outcomes().flatMap((outcome) => outcome.problems));
  }
  const total = [...by.values()].reduce((sum, count) => sum + count, 0);
  const most = [...by].sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
  const sentences = [
    `Tried on ${lines} lines: ${total} attempts from ${by.size} addresses.`,
    ...problems.map((problem) => `  ${formatProblem(problem)}`),
    ...most.map(([address, count]) => `  ${String(count).padStart(7)}  ${address}`),
    ...first.map((line) => `  ${fromLog(line)}`),
  ];
  for (const sentence of sentences) process.stderr.write(`${printable(sentence)}\n`);
}
