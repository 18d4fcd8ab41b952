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
import type { RapSheetRecords, SheetSubject } from './rap-sheet/sheet-records.ts';
import { timeline } from './rap-sheet/timeline.ts';
import type { Report } from './table.ts';
import { translated } from './translation.ts';
import { wordsOf } from './words.ts';

export type {
  Effects,
  Neighborhood,
  RapSheetRecords,
  SheetBan,
  SheetEvidence,
  SheetFinding,
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
}

/** Without any ban or attempt, a report without tables. */
export function makeRapSheet(records: RapSheetRecords, options: RapSheetOptions): Report {
  const { subject, zone, top } = options;
  const words = wordsOf(options.language);
  const facts = gatherSheet(records, { subject, zone, limit: options.lines });
  const course = timeline(facts.course, words);
  const tables = [
    identity(facts, words, { subject, zone }),
    ...(course === undefined ? [] : [course.table]),
    ...(facts.bySubject.size > 1 ? [addresses(facts, words, top)] : []),
    hosts(facts, words),
    kinds(facts, words, options.kinds),
    dayTable(facts.byDay, zone, 'days with entries'),
    ...(facts.users.total > 0 ? [userTable(facts.users, words, top)] : []),
    bans(facts, words, (ban) => records.effectsOf(ban)),
    ...(facts.findings.count > 0 ? [findings(facts, words)] : []),
    ...neighbors(facts.neighborhoods, words, top),
    evidence(facts, words),
  ];
  const known = facts.all.bans + facts.all.attempts > 0;
  const sheet: Report = {
    title: `${words.say('Rap sheet of')} ${subjectText(subject)}`,
    period: periodOf(facts, zone),
    summary: [],
    preface: [...(known ? [] : ['The ledger knows nothing of it.']), ...records.omissions()],
    base: 'Everything that the ledger has recorded, from the first time to the last.',
    language: words.language,
    zone: zone.name,
    tables: known ? tables : [],
    figures: course === undefined ? [] : [course.figure],
    drawn: [],
  };
  return translated(sheet, words.say);
}

function periodOf(facts: SheetFacts, zone: Zone): Period {
  const { first, last } = facts.all;
  if (first > last) return { from: 0, until: 0, name: 'never' };
  return { from: first, until: last + 1, name: `${dayName(dayOf(zone, first))} to ${dayName(dayOf(zone, last))}` };
}
