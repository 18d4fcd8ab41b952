/** How questions write their columns: one short call each, the rest by default. */
import type { Column, CountColumn, TextColumn } from './table.ts';

type TextOptions = Partial<Pick<TextColumn, 'show' | 'absent' | 'overflow' | 'author'>>;
type CountOptions = Partial<Pick<CountColumn, 'show' | 'rule' | 'measure' | 'by'>>;
type Show = Column['show'];

/** A rank, by the order of the table; a `tied` column comes with it and says whether others have the same. */
export function rankColumns(): readonly Column[] {
  return [
    { key: 'rank', heading: 'Rank', type: 'rank', align: 'right', show: 'always' },
    { key: 'tied', heading: 'Tied', type: 'flag', align: 'left', show: 'data' },
  ];
}

export function text(key: string, heading: string, options: TextOptions = {}): Column {
  const defaults = { show: 'always', absent: '', overflow: 'cut', author: 'us' } as const;
  return { key, heading, type: 'text', align: 'left', ...defaults, ...options };
}

/** A count whose rows add up to its total, unless the options give another rule. */
export function count(key: string, heading: string, options: CountOptions = {}): Column {
  const rule = { type: 'adds', parts: [] } as const;
  const defaults = { show: 'always', rule, measure: undefined, by: undefined } as const;
  return { key, heading, type: 'count', align: 'right', ...defaults, ...options };
}

/** The percentage that the column `of` is of its own total. */
export function percent(of: string, show: Show = 'always'): Column {
  return { key: 'percent', heading: 'Percent', type: 'percent', align: 'right', show, of };
}

export function time(key: string, heading: string, show: Show = 'always'): Column {
  return { key, heading, type: 'time', align: 'left', show };
}

export function duration(key: string, heading: string, show: Show = 'always'): Column {
  return { key, heading, type: 'duration', align: 'right', show };
}

/** North and east are positive. */
export function degrees(axis: 'latitude' | 'longitude', heading: string): Column {
  return { key: axis, heading, type: 'degrees', axis, align: 'right', show: 'data' };
}
