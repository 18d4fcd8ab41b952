/**
 * The face of `report/`: questions asked of the ledger, answered as tables, drawn in any format. Pure: whoever calls it
 * reads the ledger, writes the files and knows the time. `audit` must find nothing before a report is shown to anyone.
 */
import { type Counts, gatherFacts } from './facts.ts';
import { illustrations } from './figure/index.ts';
import type { Privacy } from './public/privacy.ts';
import { makePublic, type PublicReport } from './public/public-report.ts';
import { makePublicSheet as publicSheet } from './public/public-sheet.ts';
import { questions } from './question/index.ts';
import type { ReportOptions } from './question/question.ts';
import type { RapSheetOptions, RapSheetRecords } from './rap-sheet.ts';
import type { ReportRecords } from './records.ts';
import type { Format } from './renderer/index.ts';
import { renderers } from './renderer/index.ts';
import type { RenderedFile, Terminal } from './renderer/renderer.ts';
import { summaryOf } from './summary.ts';
import type { Report } from './table.ts';
import { translated } from './translation.ts';
import { wordsOf } from './words.ts';

export { audit } from './audit.ts';
export { drawingsOf } from './drawing.ts';
export type { Figure } from './figure.ts';
export { type FileFamily, reportFamily, sheetFamily } from './file-family.ts';
export type { Privacy, Sort } from './public/privacy.ts';
export { networksOf } from './public/privacy.ts';
export { type PublicReport, publicMask } from './public/public-report.ts';
export type { ReportOptions } from './question/question.ts';
export type {
  Effects,
  Neighborhood,
  Omission,
  RapSheetOptions,
  RapSheetRecords,
  SheetBan,
  SheetEvidence,
  SheetFinding,
  SheetReport,
  SheetSubject,
} from './rap-sheet.ts';
export { makeRapSheet } from './rap-sheet.ts';
export type { ReportRecords } from './records.ts';
export type { Format } from './renderer/index.ts';
export type { RenderedFile, Terminal } from './renderer/renderer.ts';
export type { Rules } from './rule.ts';
export type { Cell, Cells, Column, Report, Row, Table } from './table.ts';
export { languagesOfSentences, wordsOf } from './words.ts';

/** Answers all questions about the scope. Throws a ProblemError when the language is none. `counts`: as `gatherFacts`. */
export function makeReport(records: ReportRecords, options: ReportOptions, counts?: Counts): Report {
  const words = wordsOf(options.language);
  const inquiry = { ...words, facts: gatherFacts(records, options, counts), records, options };
  const { period, host } = options.scope;
  const tables = questions.flatMap((question) => question(inquiry));
  const illustrated = illustrations.map((illustrate) => illustrate(inquiry, tables));
  const report = {
    title: `${words.say('Bans of')} ${words.periodName(period.name)}${host === undefined ? '' : ` ${words.say('on')} ${host}`}`,
    period,
    host,
    summary: summaryOf(inquiry),
    preface: options.remarks,
    base: BASE,
    language: words.language,
    zone: options.zone.name,
    tables,
    figures: illustrated.flatMap(({ figures }) => figures),
    drawn: illustrated.flatMap(({ drawn }) => drawn),
  };
  return translated(report, words.say);
}

/** The report that may be published. Its files may be written when `leaks` finds nothing in them. */
export function makePublicReport(
  asked: { readonly records: ReportRecords; readonly options: ReportOptions; readonly privacy: Privacy },
  { format, terminal }: { readonly format: Format; readonly terminal: Terminal },
): PublicReport {
  return makePublic(asked, { make: makeReport, render: (report) => renderReport(report, format, terminal) });
}

/** The rap sheet that may be published, as `makePublicReport` makes a report. Throws a ProblemError (64) of a subject that must not be told. */
export function makePublicSheet(
  asked: { readonly records: RapSheetRecords; readonly options: RapSheetOptions; readonly privacy: Privacy },
  { format, terminal }: { readonly format: Format; readonly terminal: Terminal },
): PublicReport {
  return publicSheet(asked, (report) => renderReport(report, format, terminal));
}

/** Draws a report; CSV is a file for each table, the other formats are one file. */
export function renderReport(report: Report, format: Format, terminal: Terminal): readonly RenderedFile[] {
  return renderers[format](report, terminal);
}

const BASE =
  'Each table says what it counts. An address counts once, however often it was banned; so does an IPv6 /64, or a network that was banned as a whole.';
