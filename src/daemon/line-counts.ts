/** What was counted of a log's lines, by one filter after the other: a reload makes new ones, and no count is forgotten by it. */
import type { FilterCounts } from '../filter/filter.ts';

export function sumOf(a: FilterCounts | undefined, b: FilterCounts | undefined): FilterCounts | undefined {
  if (!a || !b) return a ?? b;
  return {
    lines: a.lines + b.lines,
    unknown: a.unknown + b.unknown,
    unreadable: a.unreadable + b.unreadable,
    oversize: a.oversize + b.oversize,
    forwarded: a.forwarded + b.forwarded,
    forged: a.forged + b.forged,
    nameless: (a.nameless ?? 0) + (b.nameless ?? 0),
    exhausted: (a.exhausted ?? 0) + (b.exhausted ?? 0),
    // Of the filters in use only: those before may have been mended by the reload.
    ...(b.givenUp ? { givenUp: b.givenUp } : {}),
  };
}
