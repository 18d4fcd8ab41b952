/** What a trial found, as one object for programs. */

import { titleOf } from '../dates/title.ts';
import { textOf } from '../filter/fields.ts';
import type { Failure } from '../filter/filter.ts';
import { identityText } from './failure-text.ts';
import type { KeptLines } from './kept-lines.ts';
import type { ExpressionUse, TrialResults } from './trial.ts';

/** `wantsDetails`: every failure by its expression, too. */
export function reportOf(results: TrialResults, { wantsDetails }: { readonly wantsDetails: boolean }): object {
  const { lines, prefix, failRegex, ignoreRegex, dates, kept, names, exhausted } = results;
  return {
    lines,
    prefregex: prefix ? { regex: prefix.source, hits: prefix.hits } : null,
    failregex: failRegex.map((use, index) => usedObject(use, index, wantsDetails)),
    ignoreregex: ignoreRegex.map((use, index) => usedObject(use, index, false)),
    dates: dates.flatMap(({ template, hits }) => (hits > 0 ? [{ format: titleOf(template.name), hits }] : [])),
    matched: keptObject(kept.matched),
    ignored: keptObject(kept.ignored),
    missed: keptObject(kept.missed),
    names,
    exhausted: [...exhausted].map(([regex, count]) => ({ regex, lines: count })),
  };
}

/** One failure, as `-o` with `--json` writes it. */
export function failureObject(failure: Failure): object {
  const { index, time, fields, users, lines, address } = failure;
  return {
    id: identityText(failure),
    ip: address?.text ?? identityText(failure),
    time: time === undefined ? null : new Date(time).toISOString(),
    regex: index + 1,
    fields: Object.fromEntries([...fields].map(([name, value]) => [name, textOf(value)])),
    users,
    lines,
  };
}

function usedObject({ source, hits, failures }: ExpressionUse, index: number, wantsDetails: boolean): object {
  const detail = { failures: failures.map(({ failure }) => failureObject(failure)) };
  return { number: index + 1, regex: source, hits, ...(wantsDetails ? detail : {}) };
}

/** Null where no lines of the sort were asked for. */
function keptObject(kept: KeptLines): readonly string[] | null {
  return kept.isWanted ? kept.lines : null;
}
