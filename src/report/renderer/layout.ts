/** Which columns of a table fit a terminal, and how wide each may be. */

import type { Ruler } from '../../base/width.ts';
import type { Column, Table } from '../table.ts';

/** Between two columns. */
export const GAP = 2;

/** Below these widths text says too little; a column that folds needs room for a few words. */
const CUT_WIDTH = 14;
const FOLD_WIDTH = 24;

/** A bar shorter than the first tells nothing, one longer than the second drowns the figures. */
const BAR_SHORTEST = 8;
const BAR_LONGEST = 24;

/** A column with the texts of its rows, total included. */
export interface Filled {
  readonly column: Column;
  readonly texts: readonly string[];
}

export interface Placed extends Filled {
  readonly width: number;
}

export interface Layout {
  readonly placed: readonly Placed[];
  /** Columns whose text stands on lines of its own below the row. */
  readonly below: readonly Filled[];
  /** Columns left for bars; 0 for none. */
  readonly barWidth: number;
  /** Of the table without its bars. */
  readonly width: number;
}

export function layOut(table: Table, filled: readonly Filled[], options: { width: number; ruler: Ruler }): Layout {
  const isBelow = ({ column }: Filled): boolean => column.type === 'text' && column.overflow === 'below';
  const beside = filled.filter((one) => one.column.show !== 'data' && !isBelow(one));
  const sized = beside.map((one) => sizeOf(one, options.ruler));
  const placed = shrink(dropColumns(sized, options.width), options.width);
  const width = spanOf(placed.map((one) => one.width));
  const left = options.width - width - GAP;
  return {
    placed,
    below: filled.filter(isBelow),
    barWidth: table.bar === undefined || left < BAR_SHORTEST ? 0 : Math.min(left, BAR_LONGEST),
    width,
  };
}

interface Sized extends Placed {
  readonly least: number;
}

/** Headings fold at their spaces, so a column is as wide as its longest cell or the longest word above it. */
function sizeOf(one: Filled, ruler: Ruler): Sized {
  let width = 0;
  for (const word of one.column.heading.split(' ')) width = Math.max(width, ruler.width(word));
  const heading = width;
  for (const text of one.texts) width = Math.max(width, ruler.width(text));
  return { ...one, width, least: Math.max(heading, leastWidth(one.column, width)) };
}

function leastWidth(column: Column, width: number): number {
  if (column.type !== 'text' || column.overflow === 'whole') return width;
  return Math.min(width, column.overflow === 'fold' ? FOLD_WIDTH : CUT_WIDTH);
}

function spanOf(widths: readonly number[]): number {
  let span = 0;
  for (const width of widths) span += width + GAP;
  return Math.max(0, span - GAP);
}

/** Leaves out what is for wide screens, then what is for roomy ones, from the right, until the rest can fit. */
function dropColumns(sized: readonly Sized[], width: number): readonly Sized[] {
  let kept = sized;
  for (const show of ['wide', 'roomy'] as const) {
    for (;;) {
      if (spanOf(kept.map((one) => one.least)) <= width) return kept;
      const last = kept.findLastIndex((one) => one.column.show === show);
      if (last < 0) break;
      kept = kept.filter((_, i) => i !== last);
    }
  }
  return kept;
}

/** Takes the room that is missing from the widest text, a column at a time; numbers are never cut. */
function shrink(sized: readonly Sized[], width: number): readonly Placed[] {
  const widths = sized.map((one) => one.width);
  for (let excess = spanOf(widths) - width; excess > 0; excess--) {
    let widest = -1;
    for (const [i, one] of sized.entries()) {
      const isWider = (widths[i] ?? 0) > (widths[widest] ?? 0);
      if (one.column.type === 'text' && (widths[i] ?? 0) > one.least && isWider) widest = i;
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return sized.map((one, i) => ({ ...one, width: widths[i] ?? one.width }));
}
