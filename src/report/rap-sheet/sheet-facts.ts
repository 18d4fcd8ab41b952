/** What a rap sheet is made of, folded from one pass over the bans, the tallies and the evidence of its subject. */
import { serviceOf } from '../../base/kind.ts';
import type { Zone } from '../../base/zone.ts';
import { dayOf } from '../../base/zone.ts';
import type { Answer, Origin, Tally } from '../../model.ts';
import { Newest } from '../facts/newest.ts';
import { UserFacts } from '../facts/user-facts.ts';
import { Habits } from './habits.ts';
import { findNeighbors, type Neighborhoods } from './neighborhood.ts';
import { OriginCounts } from './origin-counts.ts';
import type { RapSheetRecords, SheetBan, SheetEvidence, SheetFinding, SheetSubject } from './sheet-records.ts';
import { BannedNetworks } from './subjects.ts';
import { Course } from './timeline.ts';

/** Bans and attempts that fall under one label, with the time that they span. */
export interface Deeds {
  bans: number;
  attempts: number;
  first: number;
  last: number;
}

export interface SheetFacts {
  readonly bans: Newest<SheetBan>;
  readonly evidence: Newest<SheetEvidence>;
  readonly findings: Newest<SheetFinding>;
  /** The last answer to each question. */
  readonly newestFindings: ReadonlyMap<Answer['about'], SheetFinding>;
  readonly users: UserFacts;
  readonly habits: Habits;
  /** All of it. */
  readonly all: Deeds;
  readonly bySubject: ReadonlyMap<string, Deeds>;
  /** Keyed by `[host, service]` and `[kind, service]` in JSON: a host's name may hold any separator. */
  readonly byPlace: ReadonlyMap<string, Deeds>;
  readonly byKind: ReadonlyMap<string, Deeds>;
  readonly byDay: ReadonlyMap<number, Deeds>;
  readonly course: Course;
  /** Of the newest ban, and of all of them. */
  readonly origin: Origin | undefined;
  readonly origins: OriginCounts;
  readonly neighborhoods: Neighborhoods;
}

interface Asked {
  readonly subject: SheetSubject;
  readonly zone: Zone;
  readonly limit: number | 'all';
}

export function gatherSheet(records: RapSheetRecords, asked: Asked): SheetFacts {
  const facts = {
    bans: new Newest<SheetBan>(asked.limit),
    evidence: new Newest<SheetEvidence>(asked.limit),
    findings: new Newest<SheetFinding>(asked.limit),
    newestFindings: new Map<Answer['about'], SheetFinding>(),
    users: new UserFacts(),
    habits: new Habits(),
    all: none(),
    bySubject: new Map<string, Deeds>(),
    byPlace: new Map<string, Deeds>(),
    byKind: new Map<string, Deeds>(),
    byDay: new Map<number, Deeds>(),
    course: new Course(),
    origins: new OriginCounts(),
  };
  const networks = new BannedNetworks(SUBJECTS);
  let origin: Origin | undefined;
  for (const ban of records.bansOf(asked.subject)) {
    origin = ban.origin;
    facts.origins.add(ban.origin);
    networks.add(ban.subject);
    const day = dayOf(asked.zone, ban.from);
    facts.course.add(ban, day, 'bans');
    facts.bans.add(ban);
    facts.habits.addBan(ban);
    const labels = labelsOf(facts, ban, ban.subject);
    for (const deeds of [...labels, entry(facts.byDay, day)]) addBan(deeds, ban);
  }
  for (const tally of records.talliesOf(asked.subject)) {
    facts.course.add(tally, tally.day, 'attempts', tally.count);
    const subject = networks.holding(tally.address);
    facts.habits.addTally({ ...tally, address: subject });
    const labels = labelsOf(facts, tally, subject);
    for (const deeds of [...labels, entry(facts.byDay, tally.day)]) addTally(deeds, tally);
  }
  for (const line of records.evidenceOf(asked.subject)) addEvidence(facts, line);
  for (const finding of records.findingsOf(asked.subject)) {
    facts.findings.add(finding);
    facts.newestFindings.set(finding.answer.about, finding);
  }
  return { ...facts, origin, neighborhoods: findNeighbors(records, asked.subject, origin) };
}

/** The most addresses that are told apart. Enough for any network; everyone tries the name `root`. */
const SUBJECTS = 100_000;

/** What is left of them; no address is spelled so. */
export const FURTHER = 'further addresses';

interface Labeled {
  readonly all: Deeds;
  readonly bySubject: Map<string, Deeds>;
  readonly byPlace: Map<string, Deeds>;
  readonly byKind: Map<string, Deeds>;
}

/** The labels that a ban or a tally falls under, but the day, which each of them knows in its own way. */
function labelsOf(facts: Labeled, by: { host: string; service: string; kind: string }, subject: string): Deeds[] {
  return [
    facts.all,
    entry(facts.bySubject, facts.bySubject.has(subject) || facts.bySubject.size < SUBJECTS ? subject : FURTHER),
    entry(facts.byPlace, JSON.stringify([by.host, by.service])),
    entry(facts.byKind, JSON.stringify([by.kind, by.service])),
  ];
}

function entry<Key>(map: Map<Key, Deeds>, key: Key): Deeds {
  const known = map.get(key) ?? none();
  map.set(key, known);
  return known;
}

function none(): Deeds {
  return { bans: 0, attempts: 0, first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
}

function addBan(deeds: Deeds, ban: SheetBan): void {
  deeds.bans++;
  deeds.first = Math.min(deeds.first, ban.from);
  deeds.last = Math.max(deeds.last, ban.from);
}

function addTally(deeds: Deeds, tally: Tally): void {
  deeds.attempts += tally.count;
  deeds.first = Math.min(deeds.first, tally.first);
  deeds.last = Math.max(deeds.last, tally.last);
}

function addEvidence(
  facts: { evidence: Newest<SheetEvidence>; users: UserFacts; habits: Habits },
  line: SheetEvidence,
): void {
  facts.evidence.add(line);
  facts.habits.addEvidence(line);
  if (line.user === undefined) return;
  const service = serviceOf(line.kind);
  facts.users.add({ day: 0, host: line.host, service, user: line.user, count: line.count });
}
