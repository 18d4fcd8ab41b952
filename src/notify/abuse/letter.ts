/** A report as somebody at an abuse desk reads it: who, when in UTC, what, the lines, and how to reach us. */
import { createHash } from 'node:crypto';
import { ellipsis, printable, printableJson } from '../../base/text.ts';
import { dayName, isoTime } from '../../base/zone.ts';
import type { AbuseKind, Deed, Desk } from './deed.ts';
import type { AbuseFile, AbuseMail } from './told.ts';
import { type Reporter, XARF_VERSION, type Xarf, xarfOf } from './xarf.ts';

/** What a mail holds. */
export type AbuseLetter = Omit<AbuseMail, 'way' | 'made'>;

export interface LetterRequest {
  readonly desk: Desk;
  readonly day: number;
  readonly deeds: readonly Deed[];
  readonly reporter: Reporter;
  readonly kinds: ReadonlyMap<string, AbuseKind>;
}

/** A header that long is cut by whoever shows it. */
const SUBJECT_MAX = 200;
/** Attachments that a mail system takes without a second look: some hundred kilobytes in all. */
const FILES_MAX = 100;
/** Source ports that help to find somebody. */
const PORTS_MAX = 10;
const KINDS_MAX = 10;

/** Most attempts first: the text is read from its top, and seldom to its end. */
export function letterOf(request: LetterRequest): AbuseLetter {
  const { desk, day, reporter, kinds } = request;
  const deeds = [...request.deeds].sort((a, b) => b.attempts - a.attempts || (a.address < b.address ? -1 : 1));
  const reference = referenceOf(desk.contact, day);
  const xarf = deeds.map((deed) => ({ deed, made: xarfOf(deed, { reporter, kinds, reference }) }));
  const files = xarf.flatMap(({ deed, made }) => made.flatMap((each) => fileOf(deed, each))).slice(0, FILES_MAX);
  return {
    to: desk.contact,
    subject: subjectOf(deeds, { day, kinds }),
    text: textOf({ ...request, deeds }, { reference, files: files.length, missing: missingIn(xarf) }),
    files,
  };
}

/** What a report is known by: `20261127-3fa9c1d2`. */
export function referenceOf(contact: string, day: number): string {
  const hash = createHash('sha256').update(`${contact} ${day}`).digest('hex').slice(0, 8);
  return `${dayName(day).replaceAll('-', '')}-${hash}`;
}

/** `Abuse from 203.0.113.7: login attack, 886 attempts on 2026-11-27`. */
function subjectOf(deeds: readonly Deed[], { day, kinds }: Pick<LetterRequest, 'day' | 'kinds'>): string {
  const [first] = deeds;
  const others = deeds.length > 1 ? ` and ${counted(deeds.length - 1, 'other address', 'other addresses')}` : '';
  const counts = new Map<string, number>();
  for (const { kind, count } of deeds.flatMap((deed) => deed.kinds)) {
    const sort = sortOf(kinds.get(kind)?.xarf);
    counts.set(sort, (counts.get(sort) ?? 0) + count);
  }
  const sorts = [...counts].sort((a, b) => b[1] - a[1]).map(([sort]) => sort);
  const attempts = counted(sum(deeds), 'attempt', 'attempts');
  const subject = `Abuse from ${first?.address ?? ''}${others}: ${sorts.slice(0, 3).join(', ')}; ${attempts}, ${dayName(day)}`;
  return ellipsis(subject, SUBJECT_MAX);
}

/** `connection/login_attack` in the words of people. */
function sortOf(xarf: string | undefined): string {
  return xarf === undefined ? 'abuse' : xarf.slice(xarf.indexOf('/') + 1).replaceAll('_', ' ');
}

interface Attached {
  readonly reference: string;
  readonly files: number;
  /** What XARF would want to know, and nobody does. */
  readonly missing: readonly string[];
}

function textOf({ desk, deeds, reporter }: LetterRequest, attached: Attached): string {
  const first = Math.min(...deeds.map((deed) => deed.first));
  const last = Math.max(...deeds.map((deed) => deed.last));
  const who =
    deeds.length === 1 ? `${deeds[0]?.address ?? ''} attacks` : `${deeds.length} addresses of your network attack`;
  const organization = printable(ellipsis(reporter.organization, 200));
  const lines = [
    `To the abuse desk${desk.organization === undefined ? '' : ` of ${desk.organization}`}:`,
    '',
    `${who} servers of ${organization}: ${counted(sum(deeds), 'attempt', 'attempts')} ${spanOf(first, last)}.`,
    'Please have it stopped, or tell whoever uses the address at that time that the machine may be',
    'taken over. All times are UTC.',
    ...deeds.flatMap(deedLines),
    '',
    `An answer to this mail reaches a person at ${organization} (${reporter.contact}).`,
    'Names of hosts and users and mail addresses are hidden in the lines. If this address is not',
    'responsible for the network, it is the one that its registry names for complaints (RDAP).',
    '',
    `Report ${attached.reference}. ${xarfSentence(attached)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function xarfSentence({ files, missing }: Attached): string {
  const made =
    files === 0 ? '' : `Attached: ${counted(files, 'XARF document', 'XARF documents')}, version ${XARF_VERSION}.`;
  const none = missing.map((what) => `XARF has no document for some of it, as it wants ${what}.`);
  return [made, ...none].filter((part) => part !== '').join('\n');
}

function deedLines({ address, first, last, attempts, kinds, lines }: Deed): string[] {
  const ports = [...new Set(lines.flatMap(({ port }) => port ?? []))];
  const told = kinds.slice(0, KINDS_MAX).map(({ sentence, count }) => `${sentence}: ${count.toLocaleString('en')}`);
  const rest = kinds.length - told.length;
  return [
    '',
    address,
    `  When   ${spanOf(first, last)}, ${counted(attempts, 'attempt', 'attempts')}`,
    ...told.map((what, i) => `  ${i === 0 ? 'What ' : '     '}  ${what}`),
    ...(rest > 0 ? [`         and ${counted(rest, 'more sort', 'more sorts')} of attempts`] : []),
    ...(ports.length > 0
      ? [`  From   source ${ports.length === 1 ? 'port' : 'ports'} ${ports.slice(-PORTS_MAX).join(', ')}`]
      : []),
    ...(lines.length > 0 ? ['  Lines'] : []),
    ...lines.map(({ time, line }) => `    ${stamp(time)}  ${line}`),
  ];
}

function fileOf({ address }: Deed, xarf: Xarf): AbuseFile[] {
  if ('missing' in xarf) return [];
  const name = `xarf-${address.replaceAll(':', '-')}-${xarf.type.slice(xarf.type.indexOf('/') + 1)}.json`;
  return [{ name, content: printableJson(xarf.document) }];
}

function missingIn(all: ReadonlyArray<{ readonly made: readonly Xarf[] }>): string[] {
  return [...new Set(all.flatMap(({ made }) => made.flatMap((each) => ('missing' in each ? each.missing : []))))];
}

/** `on 2026-11-27 from 03:12:44 to 11:02:10`, over midnight with both days. */
function spanOf(first: number, last: number): string {
  const [from, to] = [stamp(first), stamp(last)];
  if (from === to) return `on ${from.slice(0, 10)} at ${from.slice(11)}`;
  if (from.slice(0, 10) === to.slice(0, 10)) return `on ${from.slice(0, 10)} from ${from.slice(11)} to ${to.slice(11)}`;
  return `from ${from} to ${to}`;
}

function stamp(time: number): string {
  return isoTime(time)?.slice(0, 19).replace('T', ' ') ?? 'an unknown time';
}

function sum(deeds: readonly Deed[]): number {
  return deeds.reduce((all, { attempts }) => all + attempts, 0);
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
