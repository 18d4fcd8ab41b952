/** Who it is: what is known of the subject, a statement each. */
import { isListedKind } from '../../base/kind.ts';
import { fromLog } from '../../base/text.ts';
import type { Zone } from '../../base/zone.ts';
import { isoTime } from '../../base/zone.ts';
import { text } from '../column.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import { sourceText } from '../question/method.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';
import { findingStatements } from './findings.ts';
import { reportStatements } from './reports.ts';
import type { SheetFacts } from './sheet-facts.ts';
import type { SheetReport, SheetSubject } from './sheet-records.ts';

interface Whose {
  readonly subject: SheetSubject;
  readonly zone: Zone;
  readonly reports: Iterable<SheetReport>;
}

type Statement = readonly [topic: string, statement: string];

export function identity(facts: SheetFacts, words: Words, { subject, zone, reports }: Whose): Table {
  const { first, last, bans, attempts } = facts.all;
  const { notes } = words.phrases;
  const statements: Statement[] = [
    ['Subject', subjectText(subject, words)],
    ['First seen', seen(first, zone, words)],
    ['Last seen', seen(last, zone, words)],
    ['Bans', notes.things(bans, 'bans')],
    ['Attempts', notes.things(attempts, 'attempts')],
    ...facts.habits.sentences(words),
    ...originStatements(facts, words, subject),
    ...listedStatements(facts),
    ...(subject.type === 'user' ? [] : findingStatements(facts, words, zone, subjectText(subject, words))),
    ...reportStatements(reports, zone, words),
  ];
  const draft: Draft = {
    name: 'identity',
    title: 'Who',
    base: 'all records of the subject',
    columns: [text('topic', 'Topic'), text('statement', 'Statement', { overflow: 'fold' })],
    rows: statements.map(([topic, statement]) => item({ topic: words.say(topic), statement })),
    total: undefined,
  };
  return finishTable(draft, words);
}

/** `203.0.113.40`, `AS64496`, `Emanual Hosting`, `user name root`. */
export function subjectText(subject: SheetSubject, { phrases }: Words): string {
  switch (subject.type) {
    case 'network':
      return subject.network.text;
    case 'asn':
      return `AS${subject.asn}`;
    case 'organization':
      return subject.organization;
    case 'user':
      return phrases.sheet.user(subject.user);
  }
}

function seen(time: number, zone: Zone, { say }: Words): string {
  const local = Number.isFinite(time) ? isoTime(time + zone.offsetAt(time)) : null;
  return local === null ? say('never') : `${local.slice(0, 19).replace('T', ' ')} (${zone.name})`;
}

/** Where it comes from. A user name comes from everywhere: nothing is said of it. */
function originStatements(facts: SheetFacts, words: Words, subject: SheetSubject): Statement[] {
  const { origin, origins } = facts;
  if (origin === undefined || subject.type === 'user') return [];
  const { organization, organizationAsGiven: given, latitude, longitude } = origin;
  const asGiven = given === undefined || given === organization ? '' : ` (${words.phrases.quoted(given)})`;
  const named = (value: string): string => (value === organization ? `${value}${asGiven}` : value);
  const unknown = words.say('unknown');
  const isPlace = subject.type === 'network' && latitude !== undefined && longitude !== undefined;
  const known: Array<readonly [string, string | undefined]> = [
    ['Country', origins.told('country', words, words.countryName) ?? unknown],
    ['Organization', origins.told('organization', words, named) ?? unknown],
    ['ASN', origins.told('asn', words, (asn) => `AS${asn}`) ?? unknown],
    ['Network', origins.told('network', words, (network) => network)],
    ['Scanner', origins.told('scanner', words, (scanner) => scanner)],
    ['Type', origins.told('type', words, (type) => words.say(type))],
    ['Location', isPlace ? words.phrases.sheet.estimated(`${latitude}, ${longitude}`) : undefined],
    ...origin.sources.map((source) => ['Source', sourceText(source, words)] as const),
  ];
  return known.flatMap(([topic, statement]) => (statement === undefined ? [] : [[topic, statement] as const]));
}

/** Listings that are told: as many as anybody asks lists. */
const LISTINGS = 5;

/** What blocklists said while it tried; of the listed evidence. */
function listedStatements(facts: SheetFacts): Statement[] {
  const listed = facts.evidence.items().filter(({ kind, target }) => isListedKind(kind) && target !== undefined);
  const told = new Set(listed.map(({ target = '' }) => fromLog(target)));
  return [...told].slice(0, LISTINGS).map((listing) => ['Blocklist', listing] as const);
}
