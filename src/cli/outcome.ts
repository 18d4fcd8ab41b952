/** What a replay says at its end: what it read, what it found, and everything that it left out. */
import { formatProblem } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { FilterCounts } from '../filter/filter.ts';
import type { ReplayResult } from './replay-run.ts';

interface Totals {
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
}

/** The summary as data. */
export function outcomeJson(result: ReplayResult): object {
  const { outcome, files, skipped, jails } = result;
  return {
    ...totalsOf(result),
    attempts: outcome.attempts,
    bans: outcome.bans,
    last: outcome.last === 0 ? null : new Date(outcome.last).toISOString(),
    jails,
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
  { seconds, options }: { seconds: number; options: { readonly dryRun?: boolean; readonly ledger?: string } },
): string[] {
  const { outcome, jails } = result;
  const totals = totalsOf(result);
  const rate = seconds > 0 ? ` in ${seconds.toFixed(1)} s` : '';
  const ledger = options.ledger === undefined ? '' : ` --ledger ${options.ledger}`;
  return [
    `Read ${number(totals.lines)} lines in ${number(totals.files)} files${rate}.`,
    `Found ${number(outcome.attempts)} attempts; ${number(outcome.bans)} bans would have been made.`,
    ...leftOut(result),
    ...(jails.whileBanned > 0
      ? [
          `  ${number(jails.whileBanned)} attempts came while their address was banned: a firewall would have stopped them.`,
        ]
      : []),
    ...(jails.allowed > 0 ? [`  ${number(jails.allowed)} attempts came from the allowlist.`] : []),
    ...(jails.dropped > 0
      ? [`  ${number(jails.dropped)} attempts were not counted: too many addresses at a time.`]
      : []),
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

const FILTER_WORDS: ReadonlyArray<readonly [keyof FilterCounts, string]> = [
  ['forged', 'lines that a client may have forged were set aside'],
  ['forwarded', 'requests came through a proxy and were set aside: name your proxies in general.trusted_proxies'],
  ['oversize', 'lines were too long to be trusted and were set aside'],
  ['unreadable', 'lines looked hostile but are not in their log’s format'],
];

/** Files named in a list; more are counted. */
const NAMED = 8;

function leftOut({ outcome, files, skipped }: ReplayResult): string[] {
  const sum = (key: keyof FilterCounts): number => outcome.logs.reduce((total, { counts }) => total + counts[key], 0);
  const known = files.filter(({ state }) => state === 'already read').length;
  const unknown = outcome.logs.filter(({ counts }) => counts.unknown > 0).map(({ name }) => name);
  const counted = (key: 'oversize' | 'partial' | 'nul' | 'invalidUtf8' | 'damaged'): number =>
    files.reduce((total, { counts }) => total + counts[key], 0);
  return [
    ...FILTER_WORDS.flatMap(([key, words]) => (sum(key) > 0 ? [`  ${number(sum(key))} ${words}.`] : [])),
    ...(counted('oversize') > 0 ? [`  ${number(counted('oversize'))} lines over 64 KiB were skipped.`] : []),
    ...(counted('partial') > 0
      ? [`  ${number(counted('partial'))} logs end in half a line, which waits for its rest.`]
      : []),
    ...(counted('nul') > 0 ? [`  ${number(counted('nul'))} lines hold NUL bytes.`] : []),
    ...(counted('invalidUtf8') > 0
      ? [`  ${number(counted('invalidUtf8'))} lines are not UTF-8; they were read byte by byte.`]
      : []),
    ...(known > 0
      ? [`  ${number(known)} files were recorded before and hold nothing new (--dry-run reads them again).`]
      : []),
    ...(unknown.length > 0 ? [`  ${number(sum('unknown'))} lines are in no known format, in ${some(unknown)}.`] : []),
    ...(skipped.length > 0
      ? [`  ${number(skipped.length)} files are no logs that can be read:`, ...skippedLines(skipped)]
      : []),
    ...files.flatMap(({ problems }) => problems.map((problem) => `  ${formatProblem(problem)}`)),
  ];
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
