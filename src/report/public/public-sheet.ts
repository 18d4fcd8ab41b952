/**
 * The rap sheet to publish, by the means of public-report.ts. Of a subject that must not be told there is none: its name is
 * what the sheet is about.
 */
import { EXIT, ProblemError } from '../../base/problem.ts';
import { fromLog, toLog } from '../../base/text.ts';
import { makeRapSheet, type RapSheetOptions, type RapSheetRecords, type SheetSubject } from '../rap-sheet.ts';
import type { RenderedFile } from '../renderer/renderer.ts';
import type { Report } from '../table.ts';
import { BlankMask } from './blank-mask.ts';
import { hidingOf, NOTE } from './hiding.ts';
import { leaksOf } from './leaks.ts';
import { type Mask, PublicMask } from './mask.ts';
import { maskedSheet } from './masked-sheet.ts';
import type { Privacy } from './privacy.ts';
import type { PublicReport } from './public-report.ts';

/** Throws a ProblemError (64) when the subject is one of those that must not be told. `render`: in the format to be written. */
export function makePublicSheet(
  asked: { readonly records: RapSheetRecords; readonly options: RapSheetOptions; readonly privacy: Privacy },
  render: (report: Report) => readonly RenderedFile[],
): PublicReport {
  const { records, options, privacy } = asked;
  const without = makeRapSheet(maskedSheet(records, new BlankMask(privacy)), options);
  const { secrets, unsearched } = hidingOf(privacy, { without, render });
  const mask = new PublicMask(privacy, secrets);
  if (!isOpen(options.subject, mask)) {
    const what = 'this is one of your own, or of your customers: there is no sheet of it to publish';
    throw new ProblemError(EXIT.usage, { what, hint: 'without --public there is' });
  }
  const report = makeRapSheet(maskedSheet(records, mask), { ...options, remarks: [NOTE] });
  return { report, unsearched, leaks: (made, files) => leaksOf(made, files, secrets) };
}

/** Whether a sheet may say whose it is. */
function isOpen(subject: SheetSubject, mask: Mask): boolean {
  switch (subject.type) {
    case 'network':
      return mask.subject(subject.network.text) === subject.network.text;
    case 'organization':
      return mask.words(subject.organization) === subject.organization;
    case 'user':
      return fromLog(mask.user(toLog(subject.user))) === fromLog(toLog(subject.user));
    case 'asn':
      return true;
  }
}
