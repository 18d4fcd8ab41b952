/**
 * The rap sheet: all that the ledger knows of one address, network, ASN, organization or user name, as the tables of a report, so that
 * the same renderers draw it. Asked through an interface of its own; the ledger implements it.
 */
import type { Zone } from '../base/zone.ts';
import { dayName, dayOf } from '../base/zone.ts';
import type { Period } from '../model.ts';
import { dayTable } from './question/days.ts';
import { userTable } from './question/users.ts';
import { addresses, hosts, kinds } from './rap-sheet/deeds.ts';
import { findings } from './rap-sheet/findings.ts';
import { identity, subjectText } from './rap-sheet/identity.ts';
import { bans, evidence } from './rap-sheet/lists.ts';
import { neighbors } from './rap-sheet/neighborhood.ts';
import type { SheetFacts } from './rap-sheet/sheet-facts.ts';
import { gatherSheet } from './rap-sheet/sheet-facts.ts';
import type { Omission, RapSheetRecords, SheetSubject } from './rap-sheet/sheet-records.ts';
import { timeline } from './rap-sheet/timeline.ts';
import type { Report } from './table.ts';
import { translated } from './translation.ts';
import { type Words, wordsOf } from './words.ts';

export type {
  Effects,
  Neighborhood,
  Omission,
  RapSheetRecords,
  SheetBan,
  SheetEvidence,
  SheetFinding,
  SheetReport,
  SheetSubject,
} from './rap-sheet/sheet-records.ts';

export interface RapSheetOptions {
  readonly subject: SheetSubject;
  /** How many ranks a table lists. */
  readonly top: number | 'all';
  /** How many bans and lines of evidence are listed, the newest ones. */
  readonly lines: number | 'all';
  readonly kinds: ReadonlyMap<string, { readonly sentence: string }>;
  readonly language: string;
  readonly zone: Zone;
  /** How often a user name was tried in all; undefined for what is none. */
  readonly tries?: number | undefined;
  /** What else the reader must know. */
  readonly remarks?: readonly string[];
}

/** Without any ban or attempt, a report without tables. */
export function makeRapSheet(records: RapSheetRecords, options: RapSheetOptions): Report {
  const { subject, zone, top } = options;
  const words = wordsOf(options.language);
  const facts = gatherSheet(records, { subject, zone, limit: options.lines });
  const course = timeline(facts.course, words);
  const tables = [
    identity(facts, words, { subject, zone, reports: records.reportsOf(subject) }),
    ...(course === undefined ? [] : [course.table]),
    ...(facts.bySubject.size > 1 ? [addresses(facts, words, top)] : []),
    hosts(facts, words),
    kinds(facts, words, options.kinds),
    dayTable(facts.byDay, 'days with entries', { words, zone }),
    ...(facts.users.total > 0 ? [userTable(facts.users, words, top)] : []),
    bans(facts, words, (ban) => records.effectsOf(ban)),
    ...(facts.findings.count > 0 ? [findings(facts, words)] : []),
    ...neighbors(facts.neighborhoods, words, top),
    evidence(facts, words),
  ];
  const known = facts.all.bans + facts.all.attempts > 0;
  const sheet: Report = {
    title: `${words.say('Rap sheet of')} ${subjectText(subject, words)}`,
    period: periodOf(facts, zone, words),
    host: undefined,
    summary: [],
    preface: [
      ...(options.remarks ?? []),
      ...prefaceOf({ known, tries: options.tries, omissions: records.omissions() }, words),
    ],
    base: 'Everything that the ledger has recorded, from the first time to the last.',
    language: words.language,
    zone: zone.name,
    tables: known ? tables : [],
    figures: course === undefined ? [] : [course.figure],
    drawn: [],
  };
  return translated(sheet, words.say);
}

interface Known {
  readonly known: boolean;
  readonly tries: number | undefined;
  readonly omissions: readonly Omission[];
}

/** What must be known before: how often a name was tried, beside the attempts that led to bans, and what was left out. */
function prefaceOf({ known, tries, omissions }: Known, { phrases: { sheet } }: Words): string[] {
  const omitted = omissions.map((omission) => sheet.omitted(omission));
  if (tries === undefined) return known ? omitted : ['The ledger knows nothing of it.', ...omitted];
  const tried = sheet.tried({ times: tries, led: known });
  return known ? [tried, ...omitted] : [tried, 'No ban that was looked at has it in its evidence.'];
}

function periodOf(facts: SheetFacts, zone: Zone, { say, phrases }: Words): Period {
  const { first, last } = facts.all;
  if (first > last) return { from: 0, until: 0, name: say('never') };
  const day = (time: number): string => dayName(dayOf(zone, time));
  return { from: first, until: last + 1, name: phrases.drawing.span({ from: day(first), until: day(last) }) };
}
