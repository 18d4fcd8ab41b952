/** What a trial found, as text in the layout of `fail2ban-regex`: scripts that read that one read this one. */

import type { Zone } from '../../base/zone.ts';
import { titleOf } from '../dates/title.ts';
import type { Failure } from '../filter/filter.ts';
import { pythonText } from '../python-text.ts';
import { identityText } from './failure-text.ts';
import type { KeptLines } from './kept-lines.ts';
import { shownDate } from './shown-date.ts';
import type { ExpressionUse, TrialResults } from './trial.ts';

export interface SummaryOptions {
  readonly isVerbose: boolean;
  /** Date forms with their weights and expressions. */
  readonly showsDates: boolean;
  /** Undefined when dates came with the entries of a journal. */
  readonly dates: 'searched' | 'given';
  readonly seconds: number;
  readonly zone: Zone;
  /** Milliseconds since 1970: of failures that nobody knows the time of. */
  readonly now: number;
}

/** Lines without their ends. */
export function summaryOf(results: TrialResults, options: SummaryOptions): string[] {
  const { lines } = results;
  return [
    '',
    'Results',
    '=======',
    ...prefixLines(results, options),
    ...expressionLines('Failregex', results.failRegex, options),
    ...expressionLines('Ignoreregex', results.ignoreRegex, options),
    ...(options.dates === 'searched' ? dateLines(results, options) : []),
    '',
    `Lines: ${lines.tested} lines, ${lines.ignored} ignored, ${lines.matched} matched, ${lines.missed} missed`,
    `[processed in ${options.seconds.toFixed(2)} sec]`,
    '',
    ...keptLines('matched', lines.matched, results.kept.matched),
    ...keptLines('ignored', lines.ignored, results.kept.ignored),
    ...keptLines('missed', lines.missed, results.kept.missed),
  ];
}

function boxed(lines: readonly string[], header?: string): string[] {
  if (lines.length === 0) return [];
  return [...(header === undefined ? [] : [`|- ${header}`]), ...lines.map((line) => `|  ${line}`), '`-'];
}

function prefixLines({ prefix }: TrialResults, { isVerbose }: SummaryOptions): string[] {
  if (!prefix) return [];
  const taken = isVerbose ? prefix.taken.map((each) => `    ${each === 'more' ? '...' : pythonText(each)}`) : [];
  return ['', `Prefregex: ${prefix.hits} total`, ...boxed([prefix.source, ...taken])];
}

function expressionLines(title: string, uses: readonly ExpressionUse[], options: SummaryOptions): string[] {
  const total = uses.reduce((sum, { hits }) => sum + hits, 0);
  const listed = uses.flatMap(({ source, hits, failures }, index) => {
    if (hits === 0 && !options.isVerbose) return [];
    const detail = options.isVerbose ? failures.map((each) => failureLine(each, options)) : [];
    return [`${String(index + 1).padStart(2)}) [${hits}] ${source}`, ...detail];
  });
  return ['', `${title}: ${total} total`, ...boxed(listed, ' #) [# of hits] regular expression')];
}

function failureLine(
  { failure, isOneOfMany }: { readonly failure: Failure; readonly isOneOfMany: boolean },
  { zone, now }: SummaryOptions,
): string {
  const time = shownDate(zone, failure.time ?? now);
  return `    ${identityText(failure)}  ${time}${isOneOfMany ? ' (multiple regex matched)' : ''}`;
}

function dateLines({ dates }: TrialResults, { isVerbose, showsDates }: SummaryOptions): string[] {
  const listed = dates.flatMap(({ template, hits, weight }) => {
    if (hits === 0 && !isVerbose) return [];
    const line = `[${hits}] ${titleOf(template.name)}`;
    if (!showsDates) return [line];
    const [now, own] = [weight.toFixed(3), template.weight.toFixed(3)];
    return [
      line,
      `    # weight: ${now} (${own}), pattern: ${template.pattern}`,
      `    # regex:   ${template.expression.source}`,
    ];
  });
  return ['', 'Date template hits:', ...boxed(listed, '[# of hits] date format')];
}

function keptLines(sort: 'matched' | 'ignored' | 'missed', count: number, kept: KeptLines): string[] {
  if (count === 0 || !kept.isWanted) return [];
  const title = `${sort[0]?.toUpperCase()}${sort.slice(1)} line(s):`;
  if (kept.listsAll(count))
    return boxed(
      kept.lines.map((line) => line.trimEnd()),
      title,
    );
  return [`${title} too many to print.  Use --print-all-${sort} to print all ${count} lines`];
}
