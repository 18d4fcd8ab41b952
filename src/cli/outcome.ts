/** What a replay says at its end: what it read, what it found, and everything that it left out. */
import { formatProblem } from '../base/problem.ts';
import { ellipsis, printable } from '../base/text.ts';
import { type FilterCounts, givenUpByJail } from '../filter/filter.ts';
import type { ReplayResult } from './replay-run.ts';

interface Totals {
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
}

/** The summary as data. */
export function outcomeJson(result: ReplayResult): object {
  const { outcome, files, skipped, jails, proxies } = result;
  return {
    ...totalsOf(result),
    attempts: outcome.attempts,
    bans: outcome.bans,
    last: outcome.last === 0 ? null : new Date(outcome.last).toISOString(),
    jails,
    proxies: [...proxies].map(([proxy, { why, times }]) => ({ proxy, times, why })),
    logs: outcome.logs.map(({ name, host, format, counts }) => ({ host, name, format: format ?? null, ...counts })),
    files: files.map(({ file, state, from, counts, problems }) => ({
      ...{ host: file.host, path: file.path, state, from, ...counts, problems },
    })),
    skipped,
  };
}

/** The summary for people; what is zero is not said. */
export function outcomeSentences(
  result: ReplayResult,
  {
    seconds,
    options,
    hasBlocklists,
    isRouted,
  }: {
    seconds: number;
    options: { readonly dryRun?: boolean; readonly ledger?: string };
    /** Whether the daemon would have asked DNS blocklists. */
    hasBlocklists: boolean;
    /** Which logs nobody reads was said before. */
    isRouted: boolean;
  },
): string[] {
  const { outcome, jails, proxies } = result;
  const totals = totalsOf(result);
  const rate = seconds > 0 ? ` in ${seconds.toFixed(1)} s` : '';
  const ledger = options.ledger === undefined ? '' : ` --ledger ${options.ledger}`;
  return [
    `Read ${counted(totals.lines, 'line')} in ${counted(totals.files, 'file')}${rate}.`,
    `Found ${counted(outcome.attempts, 'attempt')}; ${counted(outcome.bans, 'ban')} would have been made.`,
    ...leftOut(result, isRouted),
    ...(jails.whileBanned > 0
      ? [
          `  ${counted(jails.whileBanned, 'attempt')} came while the address was banned: a firewall would have stopped that.`,
        ]
      : []),
    ...(jails.allowed > 0 ? [`  ${counted(jails.allowed, 'attempt')} came from the allowlist.`] : []),
    ...(jails.dropped > 0
      ? [`  ${counted(jails.dropped, 'attempt was', 'attempts were')} not counted: too many addresses at a time.`]
      : []),
    ...(hasBlocklists
      ? ['  DNS blocklists were not asked: a replay asks nobody, and they say who is listed now.']
      : []),
    ...[...proxies].map(([proxy, { why, times }]) => {
      return `  ${proxy} reached a limit ${counted(times, 'time')} and is not banned: ${why}.`;
    }),
    options.dryRun ? 'Nothing was recorded (--dry-run).' : `Recorded. Next: rapsheet report${ledger}`,
  ].map(printable);
}

function totalsOf({ outcome, files }: ReplayResult): Totals {
  return {
    files: files.filter(({ state }) => state === 'read').length,
    bytes: files.reduce((sum, { counts }) => sum + counts.bytes, 0),
    lines: outcome.logs.reduce((sum, { counts }) => sum + counts.lines, 0),
  };
}

type CountOf = Exclude<keyof FilterCounts, 'givenUp'>;

const FILTER_WORDS: ReadonlyArray<readonly [key: CountOf, one: string, many: string]> = [
  ['forged', 'line that a client may have forged was set aside', 'lines that a client may have forged were set aside'],
  [
    'forwarded',
    'request came through a proxy and was set aside: name your proxies in general.trusted_proxies',
    'requests came through a proxy and were set aside: name your proxies in general.trusted_proxies',
  ],
  [
    'oversize',
    'line was too long to be trusted and was set aside',
    'lines were too long to be trusted and were set aside',
  ],
  [
    'unreadable',
    'line looked hostile but is not in its log’s format',
    'lines looked hostile but are not in their log’s format',
  ],
  [
    'nameless',
    'failure is about a name or another text, not an address: nobody is banned for it',
    'failures are about names or other texts, not addresses: nobody is banned for them',
  ],
  [
    'exhausted',
    'line was given up by a filter: it would have taken too long',
    'lines were given up by filters: they would have taken too long',
  ],
];

const SOURCE_WORDS = [
  ['oversize', 'line over 64 KiB was skipped', 'lines over 64 KiB were skipped'],
  ['partial', 'log ends in half a line, which waits for its rest', 'logs end in half a line, which waits for its rest'],
  ['nul', 'line holds NUL bytes', 'lines hold NUL bytes'],
  ['crlf', 'line ends in CR LF', 'lines end in CR LF'],
  ['invalidUtf8', 'line is not UTF-8; it was read byte by byte', 'lines are not UTF-8; they were read byte by byte'],
] as const;

/** Files named in a list; more are counted. */
const NAMED = 8;
/** Expressions with their tags replaced may be very long. */
const EXPRESSION_MAX = 200;

function leftOut({ outcome, files, skipped }: ReplayResult, isRouted: boolean): string[] {
  const sum = (key: CountOf): number => outcome.logs.reduce((total, { counts }) => total + (counts[key] ?? 0), 0);
  const known = files.filter(({ state }) => state === 'already read').length;
  const unknown = outcome.logs.filter(({ counts }) => counts.unknown > 0).map(({ name }) => name);
  const odd = (key: (typeof SOURCE_WORDS)[number][0]): number =>
    files.reduce((total, file) => total + file.counts[key], 0);
  const said = (count: number, one: string, many: string): string[] =>
    count > 0 ? [`  ${counted(count, one, many)}.`] : [];
  return [
    ...FILTER_WORDS.flatMap(([key, one, many]) => said(sum(key), one, many)),
    ...givenUpLines(outcome.logs.map(({ counts }) => counts.givenUp)),
    ...SOURCE_WORDS.flatMap(([key, one, many]) => said(odd(key), one, many)),
    ...said(
      known,
      'file was recorded before (--dry-run reads it again)',
      'files were recorded before (--dry-run reads them again)',
    ),
    ...said(
      isRouted ? 0 : sum('unknown'),
      `line is in no known format, in ${some(unknown)}`,
      `lines are in no known format, in ${some(unknown)}`,
    ),
    ...(skipped.length > 0
      ? [
          `  ${counted(skipped.length, 'file is no log', 'files are no logs')} that can be read:`,
          ...skippedLines(skipped),
        ]
      : []),
    ...files.flatMap(({ problems }) => problems.map((problem) => `  ${formatProblem(problem)}`)),
  ];
}

/** Which filters these were, for whoever can write such a line is not seen by them. */
function givenUpLines(lists: ReadonlyArray<FilterCounts['givenUp']>): string[] {
  const jails = givenUpByJail(lists);
  const lines = jails.slice(0, NAMED).map(({ jail, times, expression }) => {
    return `    [${jail}] ${number(times)}: ${ellipsis(expression, EXPRESSION_MAX)}`;
  });
  return jails.length > NAMED ? [...lines, `    and ${jails.length - NAMED} more jails (--json lists all)`] : lines;
}

function skippedLines(skipped: ReplayResult['skipped']): string[] {
  const lines = skipped.slice(0, NAMED).map(({ path, reason, hint }) => {
    return `    ${path}: ${reason}${hint === undefined ? '' : ` (${hint})`}`;
  });
  return skipped.length > NAMED ? [...lines, `    and ${skipped.length - NAMED} more (--json lists all)`] : lines;
}

function some(names: readonly string[]): string {
  const named = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${named} and ${names.length - NAMED} more` : named;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

/** `1 file`, `2 files`; a phrase is given in both forms. */
function counted(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
