/** What `rapsheet abuse` says to a person. */
import { printable } from '../base/text.ts';
import { dayName, isoTime } from '../base/zone.ts';
import type { AbuseReport } from '../ledger/ledger.ts';
import { type DraftContent, type LeftOut, REASONS, type Reporter, stateOf } from '../notify/abuse/abuse.ts';
import { inColumns } from './columns.ts';

/** Services get an entry for each address; more do not fit a screen. */
const ENTRIES_SHOWN = 50;

export function reportLines(reports: readonly AbuseReport[]): string[] {
  const sorted = [...reports].sort((a, b) => a.day - b.day || b.attempts - a.attempts || a.id - b.id);
  const rows = sorted.map((report) => [
    ...[report.id, dayName(report.day), printable(report.organization ?? '-'), printable(report.contact)],
    ...[report.addresses, report.attempts, stateOf(report)],
  ]);
  return inColumns(['ID', 'DAY', 'ORGANIZATION', 'TO', 'ADDRESSES', 'ATTEMPTS', 'STATE'], rows);
}

export function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.map(({ reason, count, subjects }) => {
    const more = count > subjects.length ? ', ...' : '';
    return printable(`  ${count.toLocaleString('en').padStart(6)}  ${REASONS[reason]}: ${subjects.join(', ')}${more}`);
  });
  return ['', 'Left out:', ...lines];
}

/** As it would go out, and what became of it. */
export function draftText(report: AbuseReport, content: DraftContent, reporter: Reporter | undefined): string[] {
  const steps = report.steps.map(({ state, at, note }) => {
    return printable(
      `  ${isoTime(at)?.slice(0, 19).replace('T', ' ') ?? '?'} UTC  ${state}${note === '' ? '' : `: ${note}`}`,
    );
  });
  return [
    `Report ${report.id}, of ${dayName(report.day)}: ${stateOf(report)}`,
    ...steps,
    '',
    ...(content.way === 'mail' ? mailLines(content.letter, reporter) : entryLines(content.entries)),
  ];
}

function mailLines(
  { to, subject, text, files }: Extract<DraftContent, { way: 'mail' }>['letter'],
  reporter: Reporter | undefined,
): string[] {
  const from =
    reporter === undefined
      ? '(nobody: [abuse] of the configuration)'
      : `${reporter.organization} <${reporter.contact}>`;
  return [
    printable(`From: ${from}`),
    printable(`To: ${to}`),
    printable(`Subject: ${subject}`),
    '',
    ...text.trimEnd().split('\n').map(printable),
    '',
    ...files.map(({ name, content }) => printable(`Attached: ${name}, ${content.length.toLocaleString('en')} bytes`)),
  ];
}

function entryLines(entries: Extract<DraftContent, { way: 'service' }>['entries']): string[] {
  const shown = entries.slice(0, ENTRIES_SHOWN).flatMap(({ way, address, categories, service, comment, lines }) => {
    const about = way === 'abuseipdb' ? `categories ${categories.join(', ')}` : `service ${service}`;
    const told = way === 'abuseipdb' ? [comment] : lines.trimEnd().split('\n');
    return [`${address}, ${about}`, ...told.map((line) => `  ${line}`)].map(printable);
  });
  const rest = entries.length - ENTRIES_SHOWN;
  return rest > 0 ? [...shown, `and ${rest} more (--json has all)`] : shown;
}
