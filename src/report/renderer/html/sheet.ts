/** What all parts of the page share: the report, its words, where its tables are and what they are called. */
import type { Drawing } from '../../drawing.ts';
import type { CellFormat } from '../../format.ts';
import type { Report, Table } from '../../table.ts';
import type { Words } from '../../words.ts';
import { languagesOfSentences } from '../../words.ts';
import { fileNameOf } from '../file-name.ts';

export interface Sheet {
  readonly report: Report;
  readonly title: string;
  /** The days of the period in words; undefined for all time. */
  readonly period: string | undefined;
  /** The language of computed sentences: that of the report where somebody has written them. */
  readonly sentences: string;
  readonly say: Words['say'];
  readonly phrases: Words['phrases'];
  readonly written: Words['written'];
  readonly format: CellFormat;
  readonly drawings: readonly Drawing[];
  readonly table: (name: string) => Table | undefined;
  readonly drawing: (name: string) => Drawing | undefined;
  /** The table that counts the parts of a measure, if not `from` itself. */
  readonly breakdown: (measure: string, from: Table) => Table | undefined;
}

interface Tools {
  readonly words: Words;
  readonly format: CellFormat;
  readonly drawings: readonly Drawing[];
}

/** Where a number leads when several tables count the same. */
const PREFERRED: ReadonlyMap<string, readonly string[]> = new Map([
  ['bans', ['offenders', 'kinds', 'hosts']],
  ['addresses', ['countries']],
  ['attempts', ['kinds', 'hosts']],
]);

export function sheetOf(report: Report, { words, format, drawings }: Tools): Sheet {
  const tables = new Map(report.tables.map((table) => [table.name, table]));
  const figures = new Map(drawings.map((drawing) => [drawing.figure.name, drawing]));
  const counting = new Map<string, Table[]>();
  for (const table of report.tables) {
    for (const measure of measuresOf(table)) counting.set(measure, [...(counting.get(measure) ?? []), table]);
  }
  return {
    report,
    title: titleOf(report),
    period: periodOf(report),
    sentences: languagesOfSentences.includes(new Intl.Locale(report.language).language) ? report.language : 'en',
    say: words.say,
    phrases: words.phrases,
    written: words.written,
    format,
    drawings,
    table: (name) => tables.get(name),
    drawing: (name) => figures.get(name),
    breakdown: (measure, from) => {
      const others = (counting.get(measure) ?? []).filter((table) => table !== from && table.rows.length > 0);
      const preferred = (PREFERRED.get(measure) ?? []).flatMap(
        (name) => others.find((table) => table.name === name) ?? [],
      );
      return preferred[0] ?? others[0];
    },
  };
}

/** As the target of a link, and safe in it. */
export function idOf(name: string): string {
  return `t-${fileNameOf(name)}`;
}

function measuresOf(table: Table): readonly string[] {
  if (table.total === undefined) return [];
  return table.columns.flatMap((column) => {
    return column.type === 'count' && column.measure !== undefined ? [column.measure] : [];
  });
}

/** "Bans of October 2024" for "Bans of 2024-10". */
function titleOf({ title, period, language }: Report): string {
  const [, year, month] = /^(\d{4})-(\d\d)$/.exec(period.name) ?? [];
  if (year === undefined || month === undefined) return title;
  const format = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return title.replace(period.name, format.format(Date.UTC(Number(year), Number(month) - 1)));
}

function periodOf({ period, language, zone }: Report): string | undefined {
  if (!Number.isFinite(period.from) || !Number.isFinite(period.until) || period.until <= period.from) return undefined;
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: zone });
  return format.formatRange(period.from, period.until - 1);
}
