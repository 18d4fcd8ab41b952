/** The mails that bring the report of a month, and that say that mail arrives. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { ReportNotice, TestNotice } from '../notice.ts';
import type { Letter, LetterFile, Part } from './letter.ts';
import { shown } from './letter.ts';
import { shortName, type Writing } from './writing.ts';

/** Many servers take ten megabytes, in which an attachment is a third larger than it is. */
const ATTACHED_MAX = 5 * 1_048_576;
/** Sentences of a summary: there are about ten. */
const SENTENCES_MAX = 30;

export function reportLetter(report: ReportNotice, writing: Writing): Letter {
  const { report: say } = writing.phrases;
  const month = shortName(report.month);
  const host = report.host === undefined ? undefined : shortName(report.host);
  const page = pageOf(report);
  const isMonth = /^\d{4}-\d{2}$/.test(report.month);
  const again = { command: `rapsheet report ${report.month} -o ${report.month}.html`, about: say.again };
  return {
    subject: say.subject(month, host),
    lead: say.lead(month, host),
    tone: 'calm',
    parts: [
      ...report.summary.slice(0, SENTENCES_MAX).map((text): Part => ({ type: 'text', text })),
      { type: 'text', text: pageText(page, report.path, writing) },
      ...(isMonth ? [{ type: 'commands' as const, commands: [again] }] : []),
    ],
    foot: [say.foot],
    labels: { ...(report.host === undefined ? {} : { Host: report.host }), Month: report.month },
    thread: undefined,
    picture: undefined,
    files: 'content' in page ? [page] : [],
  };
}

export function testLetter({ by, host }: TestNotice, { phrases }: Writing): Letter {
  const { subject, lead, text, foot } = phrases.test;
  return {
    ...{ subject, lead: lead(shortName(by)), tone: 'good', parts: [{ type: 'text', text }], foot: [foot] },
    ...{ labels: host === undefined ? {} : { Host: host }, thread: undefined, picture: undefined, files: [] },
  };
}

type Page = LetterFile | { readonly bytes: number | undefined };

/** The page, or how large it is; undefined: it is not there. */
function pageOf({ path, month }: ReportNotice): Page {
  try {
    // A pipe in its place must not hold us up.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) return { bytes: undefined };
      if (stat.size > ATTACHED_MAX) return { bytes: stat.size };
      const content = Buffer.alloc(stat.size);
      let length = 0;
      for (let read = -1; read !== 0 && length < content.length; length += read) {
        read = readSync(file, content, length, content.length - length, length);
      }
      const name = `rapsheet-${month.replace(/[^0-9A-Za-z-]/g, '_').slice(0, 40)}.html`;
      return { name, type: 'text/html; charset=utf-8', content: content.subarray(0, length) };
    } finally {
      closeSync(file);
    }
  } catch {
    return { bytes: undefined };
  }
}

function pageText(page: Page, path: string, { phrases }: Writing): string {
  const { attached, tooLarge, gone } = phrases.report;
  if ('content' in page) return attached(page.name);
  if (page.bytes === undefined) return gone(shown(path));
  return tooLarge(shown(path), phrases.number(Math.round((10 * page.bytes) / 1_048_576) / 10));
}
