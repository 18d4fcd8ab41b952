/**
 * What is drawn: a Chart, a BubbleMap or a Timeline. A figure says how a table is to be seen and holds no number of its own, so a
 * picture cannot say anything else than its table, which is also what reads whoever cannot see the picture.
 */
import type { Region } from './geography/regions.ts';

interface FigureBase {
  /** Unique among the figures of a report, and safe as part of a file name. */
  readonly name: string;
  readonly title: string;
  /** The name of a table of the report. */
  readonly table: string;
  /** What it counts, where that is less than its table does. */
  readonly base?: string;
}

export interface Chart extends FigureBase {
  /**
   * - `bars`: a bar for each row, lying; several series are stacked in it
   * - `columns`: a column for each row, standing, as time goes on
   * - `heat`: a field for each row and series, the darker the more
   */
  readonly type: 'bars' | 'columns' | 'heat';
  /** The text column that names the rows. */
  readonly label: string;
  /** The counts that are drawn, in this order; their headings name them. */
  readonly series: readonly string[];
}

/** A bubble for each row; its area is the count `size`, its place the columns `latitude` and `longitude`. */
export interface BubbleMap extends FigureBase {
  readonly type: 'map';
  readonly frame: Region | 'world';
  /** The table of the map that has the greatest bubble of all: one scale for all maps, so that they can be compared. */
  readonly scale: string;
  readonly label: string;
  readonly size: string;
}

/** A line of time for each place, a row of its table for each step on which something happened there. */
export interface Timeline extends FigureBase {
  readonly type: 'timeline';
  /** The text column with the first day of a step, `2024-10-01`. */
  readonly label: string;
  /** How many days a step has. */
  readonly step: number;
  /** The text columns that name a line; rows with the same texts are on one. */
  readonly lanes: readonly [string, string];
  /** The counts that are drawn as bars, and as marks. */
  readonly series: readonly [bars: string, marks: string];
}

export type Figure = Chart | BubbleMap | Timeline;
