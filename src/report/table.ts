/**
 * What a question answers and a renderer draws: a Table, and the Report that is a list of them. A table says of its
 * own figures what must hold (which rows add up, what a percentage is of, what the order is), so that audit.ts can
 * recount it without knowing the question. No layout here, and no formatting.
 */
import type { Period } from '../model.ts';
import type { Figure } from './figure.ts';

/** `null`: there is nothing to say here. Text is as it was recorded: only a renderer makes it harmless. */
export type Cell = string | number | boolean | null;

export type Cells = Readonly<Record<string, Cell>>;

/** A line of a table. `rest` rows gather what is not listed ("other countries", "unknown") and have no rank. */
export interface Row {
  readonly role: 'item' | 'rest';
  readonly cells: Cells;
}

interface ColumnBase {
  readonly key: string;
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** Where there is too little room, `wide` columns go first, then `roomy` ones. `data` is for programs only. */
  readonly show: 'always' | 'roomy' | 'wide' | 'data';
}

/**
 * What a column of counts must satisfy.
 * - `adds`: the rows add up to the total; each row is the sum of its own `parts`, where there are any
 * - `overlaps`: one thing may count in several rows; `shared` names the column that says how many of a row do, and in
 *   the total how many there are: the sum of (row − shared), plus the total's shared, is the total
 * - `shared`: that column
 * - `itemized`: a row may be followed by its parts, which have a text in the column `by`; they sum to it
 * - `part`: a share of another column of the same row, which names it
 * - `label`: a number that counts nothing, such as the 3 of "third ban"
 */
export type CountRule =
  | { readonly type: 'adds'; readonly parts: readonly string[] }
  | { readonly type: 'overlaps'; readonly shared: string }
  | { readonly type: 'itemized'; readonly by: string }
  | { readonly type: 'shared' | 'part' | 'label' };

export interface CountColumn extends ColumnBase {
  readonly type: 'count';
  readonly rule: CountRule;
  /** What the total counts (`addresses`, `bans`, `addresses/mail`): the same in every table that says the same name. */
  readonly measure: string | undefined;
  /** The column whose text, put after the measure, names what a row counts: `addresses` by `service`. */
  readonly by: string | undefined;
}

export interface TextColumn extends ColumnBase {
  readonly type: 'text';
  /** What people read where there is nothing. */
  readonly absent: string;
  /** Too long for its column: cut it, fold it within the column, print it on lines below the row; or keep it `whole`. */
  readonly overflow: 'cut' | 'fold' | 'below' | 'whole';
  /** Who chose the words: we, or whoever wrote to the log, byte by byte. */
  readonly author: 'us' | 'stranger';
}

/** Times are milliseconds since 1970, durations milliseconds, percentages as printed (11.7), north and east positive. */
export type Column =
  | CountColumn
  | TextColumn
  | (ColumnBase & { readonly type: 'degrees'; readonly axis: 'latitude' | 'longitude' })
  | (ColumnBase & { readonly type: 'percent'; readonly of: string })
  | (ColumnBase & { readonly type: 'rank' | 'time' | 'duration' | 'flag' });

/** How the `item` rows are sorted: by one column, then by the text of others. A `rank` column ranks by the same. */
export interface Order {
  readonly by: string;
  readonly direction: 'falling' | 'rising';
  readonly amongEquals: readonly string[];
}

/**
 * That a figure of a sentence is the one in another table of the same report: in its total, in the sum of its listed rows,
 * or in the row with these cells. Where not everything is listed, that row need not be.
 */
export interface Claim {
  readonly value: number;
  /** As it stands in the sentence: `1,698`. */
  readonly written: string;
  readonly table: string;
  readonly row: 'total' | 'items' | Cells;
  readonly column: string;
}

/** A sentence that was computed, and what must hold of its figures. */
export interface Statement {
  readonly text: string;
  readonly claims: readonly Claim[];
}

export interface Table {
  /** Of the question, and the service where there is one for each: `countries-mail`. Unique in a report. */
  readonly name: string;
  readonly title: string;
  /** What is counted: "unique addresses banned under mail". */
  readonly base: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly total: Cells | undefined;
  readonly notes: readonly string[];
  readonly order: Order | undefined;
  /** The most ranks that are listed; undefined for all. */
  readonly top: number | undefined;
  /** The count that is drawn as a bar beside its number. */
  readonly bar: string | undefined;
  /** What the cells of its column `sentence` say, row by row; none where it has no such column. */
  readonly statements: readonly Statement[];
}

export interface Report {
  readonly title: string;
  readonly period: Period;
  /** The only one that it is of; undefined for all. */
  readonly host: string | undefined;
  /** The whole in a few sentences, the most telling first. */
  readonly summary: readonly Statement[];
  /** What must be known beside it; one line each, under the title. */
  readonly preface: readonly string[];
  readonly base: string;
  /** Of names of countries and the form of numbers: `en`. */
  readonly language: string;
  /** Of times that people read. */
  readonly zone: string;
  readonly tables: readonly Table[];
  /** Charts and maps, for the formats that draw. */
  readonly figures: readonly Figure[];
  /** Tables that only figures show, longer than people read: a map's three hundred places. */
  readonly drawn: readonly Table[];
}

/**
 * A percentage to one decimal, rounded half up, from whole numbers: 104 of 887 is 11.7. Whole-number arithmetic, because
 * a quotient of floats can fall on the wrong side of a half. `null` of nothing.
 */
export function percentOf(count: number, base: number): number | null {
  if (base === 0) return null;
  const dividend = count * 2000 + base;
  const divisor = base * 2;
  return (dividend - (dividend % divisor)) / divisor / 10;
}

/** The number in a cell; 0 where there is none. */
export function numberIn(cells: Cells, key: string): number {
  const cell = cells[key];
  return typeof cell === 'number' ? cell : 0;
}

/** The text in a cell; empty where there is none. */
export function textIn(cells: Cells, key: string): string {
  const cell = cells[key];
  return typeof cell === 'string' ? cell : '';
}
