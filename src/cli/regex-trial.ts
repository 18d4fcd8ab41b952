/** One trial of `rapsheet regex`: reads the expressions, opens the log, and prints what was found. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { UTC, zoneOf } from '../base/zone.ts';
import { diskTree } from '../fail2ban/config/file-tree.ts';
import { shellWords } from '../fail2ban/config/shell-words.ts';
import { DateForms } from '../fail2ban/dates/choose.ts';
import { titleOf } from '../fail2ban/dates/title.ts';
import { zoneOffset } from '../fail2ban/dates/zone-names.ts';
import { VERSION } from '../fail2ban/fail2ban.ts';
import { type Failure, FilterError } from '../fail2ban/filter/filter.ts';
import { parseUseDns, type UseDns } from '../fail2ban/identity.ts';
import { type Expressions, readExpressions, shortened } from '../fail2ban/trial/expressions.ts';
import { writerOf } from '../fail2ban/trial/failure-text.ts';
import { failureObject, reportOf } from '../fail2ban/trial/report.ts';
import { summaryOf } from '../fail2ban/trial/summary.ts';
import { type Keep, Trial, type TrialLine, type TrialOptions, type TrialResults } from '../fail2ban/trial/trial.ts';
import type { RegexOptions } from './regex-options.ts';
import { ProgressBar } from './terminal.ts';
import { isJournalName, openTrialLog, type TrialLog } from './trial-lines.ts';

export interface Asked {
  readonly log: string;
  readonly regex: string;
  readonly ignore: string | undefined;
}

/** Lines of each sort that are listed unless all are asked for. */
const SOME = 20;
/** Written at once: a write a line takes longer than the line. */
const BATCH = 65_536;

export async function tryExpressions(asked: Asked, options: RegexOptions): Promise<void> {
  const zone = zoneOf('local') ?? UTC;
  const dates = new DateForms(new Date(systemClock()).getFullYear());
  const { verbosity = options.verbose } = options;
  const expressions = readExpressions(asked.regex, {
    installation: { tree: diskTree, root: resolve(options.config) },
    version: VERSION,
    logType: isJournalName(asked.log) ? 'journal' : 'file',
    isVerbose: verbosity > 1,
    workingFolder: process.cwd(),
  });
  const definition = definitionOf(expressions, asked, options);
  const { maxLines, datePattern } = definition;
  const trial = usable(asked, () => {
    return new Trial(definition, {
      ...{ useDns: useDnsOf(options), dates, frame: { zone, offset: offsetOf(options) } },
      aim: aimOf(options),
      keep: keepOf(options, verbosity),
    });
  });
  const log = openTrialLog(asked.log, {
    ...{ encoding: options.encoding, maxLines: maxLines ?? 1 },
    journalMatch: journalMatchOf(options, expressions),
  });
  if (log.isLikelyPath) tellOf(`${asked.log}: there is no such file; it is tried as a line`);
  if (options.out !== undefined) return await printFailures(trial, log, options);
  const settings = [
    ...(maxLines === undefined ? [] : [`Use         maxlines : ${maxLines}`]),
    ...(datePattern === undefined ? [] : [`Use      datepattern : ${datePattern} : ${titleOfAll(dates, datePattern)}`]),
  ];
  if (!options.json) print(introduction({ asked, expressions, settings, options, log }));
  const started = systemClock();
  await takeAll(trial, log);
  const results = trial.results();
  const now = systemClock();
  const isVerbose = verbosity > 0;
  if (options.json) process.stdout.write(`${printableJson(reportOf(results, { wantsDetails: isVerbose }))}\n`);
  else {
    const showsDates = options.verboseDate === true || options.VD === true;
    const seconds = (now - started) / 1_000;
    print(
      summaryOf(results, { isVerbose, showsDates, dates: log.isJournal ? 'given' : 'searched', seconds, zone, now }),
    );
  }
  tell(results);
}

function definitionOf(
  { prefRegex, failRegex, ignoreRegex, file }: Expressions,
  { ignore }: Asked,
  { maxlines, datepattern }: RegexOptions,
): ConstructorParameters<typeof Trial>[0] {
  const [maxLines, datePattern] = [maxlines || file?.maxLines, datepattern || file?.datePattern];
  return {
    failRegex,
    ignoreRegex: ignore === undefined ? ignoreRegex : [ignore],
    ...(prefRegex === undefined ? {} : { prefRegex }),
    ...(maxLines === undefined ? {} : { maxLines }),
    ...(datePattern === undefined ? {} : { datePattern }),
  };
}

function usable(asked: Asked, make: () => Trial): Trial {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const isLine = error.source === asked.regex && /^[\w.-]+$/.test(asked.regex);
    const hint = isLine ? `there is no jail or filter of the name ${asked.regex}` : `in '${error.source}'`;
    throw new ProblemError(EXIT.badConfig, { what: `${error.option}: ${error.message}`, hint });
  }
}

function aimOf({ out, checkAll }: RegexOptions): TrialOptions['aim'] {
  if (out !== undefined) return 'failures';
  return checkAll ? 'all' : 'first';
}

function useDnsOf({ usedns, raw }: RegexOptions): UseDns {
  const mode = parseUseDns(usedns ?? 'warn');
  return raw && mode !== 'no' ? 'raw' : mode;
}

function offsetOf({ timezone, TZ = timezone }: RegexOptions): number | undefined {
  if (TZ === undefined) return undefined;
  const offset = zoneOffset(TZ);
  if (offset !== undefined) return offset;
  throw new ProblemError(EXIT.usage, { what: `--timezone ${TZ}: not known`, hint: 'like UTC+0200, CET or Z' });
}

function keepOf(options: RegexOptions, verbosity: number): Keep {
  const extent = (isNone: boolean | undefined, isAll: boolean | undefined): 'all' | 'some' | 'none' => {
    if (isNone) return 'none';
    return isAll ? 'all' : 'some';
  };
  return {
    details: verbosity > 0 ? 'yes' : 'no',
    some: options.maxlines || SOME,
    matched: options.printAllMatched ? 'all' : 'none',
    ignored: extent(options.printNoIgnored, options.printAllIgnored),
    missed: extent(options.printNoMissed, options.printAllMissed),
  };
}

function journalMatchOf({ journalmatch }: RegexOptions, { file }: Expressions): readonly (readonly string[])[] {
  if (journalmatch === undefined) return file?.journalMatch ?? [];
  const words = shellWords(journalmatch);
  if (words) return [words];
  throw new ProblemError(EXIT.usage, { what: `--journalmatch ${journalmatch}: a quote does not end` });
}

/** What the date forms are together called. */
function titleOfAll(dates: DateForms, pattern: string): string {
  const templates = dates.templates(pattern);
  return templates.length > 2 ? 'Default Detectors' : titleOf(templates[0]?.name ?? '');
}

interface Introduced {
  readonly asked: Asked;
  readonly expressions: Expressions;
  /** Of `maxlines` and `datepattern`. */
  readonly settings: readonly string[];
  readonly options: RegexOptions;
  readonly log: TrialLog;
}

/** In the order in which the original comes to know it: the command line, then what a filter adds. */
function introduction({ asked, expressions, settings, options, log }: Introduced): string[] {
  const isGiven = (line: string): boolean =>
    line.includes('datepattern') ? Boolean(options.datepattern) : Boolean(options.maxlines);
  const ignore = asked.ignore === undefined ? [] : [`Use ignoreregex line : ${shortened(asked.ignore)}`];
  return [
    ...['', 'Running tests', '=============', ''],
    ...settings.filter(isGiven),
    ...expressions.told,
    ...settings.filter((line) => !isGiven(line)),
    ...ignore,
    ...log.told,
    '',
  ];
}

/** Comments and empty lines are none of the log. */
function isLine(text: string): boolean {
  return text !== '' && !text.startsWith('#');
}

async function* logLines(log: TrialLog): AsyncGenerator<TrialLine> {
  const bar = new ProgressBar(systemClock);
  try {
    for await (const line of log.lines) {
      const text = log.isJournal ? line.text : line.text.replace(/[\r\n]+$/, '');
      if (log.isJournal || isLine(text)) yield { ...line, text };
      bar.count(log.share() ?? 0, 'reading');
    }
  } finally {
    bar.clear();
  }
}

async function takeAll(trial: Trial, log: TrialLog): Promise<void> {
  for await (const line of logLines(log)) trial.take(line, systemClock());
}

async function printFailures(trial: Trial, log: TrialLog, { out = '', invert, json }: RegexOptions): Promise<void> {
  const write = writerOf(out);
  let batch: string[] = [];
  let size = 0;
  for await (const line of logLines(log)) {
    const now = systemClock();
    const { failures } = trial.find(line, now);
    const missed = invert && failures.length === 0 ? [missedLine(line.text, trial.lastTime)] : [];
    const wanted = invert ? missed : failures;
    for (const failure of wanted) {
      const lines = json
        ? [printableJson(failureObject(failure))]
        : write(failure, { groups: trial.groupsOf(failure), now }).map(shown);
      batch.push(...lines);
      size += lines.reduce((sum, { length }) => sum + length, 0);
    }
    if (size > BATCH) {
      await writeOut(batch);
      [batch, size] = [[], 0];
    }
  }
  if (batch.length > 0) await writeOut(batch);
  tell(trial.results());
}

/** A line that is no failure, in the shape of one. */
function missedLine(text: string, time: number | undefined): Failure {
  return { index: -1, subject: { type: 'text', text: '' }, time, fields: new Map(), users: [], lines: [text] };
}

/** Waits where the reader is slower. */
async function writeOut(lines: readonly string[]): Promise<void> {
  if (!process.stdout.write(`${lines.join('\n')}\n`)) await once(process.stdout, 'drain');
}

/** Harmless on a terminal, with the tabs that the layout has. */
function shown(text: string): string {
  return text
    .split(/([\t\n])/)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join('');
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.map(shown).join('\n')}\n`);
}

function tellOf(sentence: string): void {
  process.stderr.write(`rapsheet: ${printable(sentence)}\n`);
}

/** What no summary of the original says. */
function tell({ names, exhausted }: TrialResults): void {
  if (names > 0) tellOf(`${names} failures of names of hosts are left out: no name is resolved (--raw shows them)`);
  for (const [source, lines] of exhausted)
    tellOf(`${lines} lines were given up, because this would take too long: ${source}`);
}
