/** Who it is: what is known of the subject, a statement each. */
import type { Zone } from '../../base/zone.ts';
import { text } from '../column.ts';
import { finishTable, item } from '../finish.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';
import { findingStatements } from './findings.ts';
import type { SheetFacts } from './sheet-facts.ts';
import type { SheetSubject } from './sheet-records.ts';

interface Whose {
  readonly subject: SheetSubject;
  readonly zone: Zone;
}

export function identity(facts: SheetFacts, words: Words, { subject, zone }: Whose): Table {
  const statements: Array<readonly [topic: string, statement: string]> = [
    ['Subject', subjectText(subject)],
    ['Bans', words.counted(facts.all.bans, 'ban')],
    ['Attempts', words.counted(facts.all.attempts, 'attempt')],
    ...facts.habits.sentences(),
    ...originStatements(facts, words, subject),
    ...(subject.type === 'user' ? [] : findingStatements(facts, words, zone, subjectText(subject))),
  ];
  return finishTable({
    name: 'identity',
    title: 'Who',
    base: 'all records of the subject',
    columns: [text('topic', 'Topic'), text('statement', 'Statement', { overflow: 'fold' })],
    rows: statements.map(([topic, statement]) => item({ topic, statement })),
    total: undefined,
  });
}

/** `203.0.113.40`, `AS64496`, `user name root`. */
export function subjectText(subject: SheetSubject): string {
  if (subject.type === 'network') return subject.network.text;
  return subject.type === 'asn' ? `AS${subject.asn}` : `user name ${subject.user}`;
}

/** Where it comes from. A user name comes from everywhere: nothing is said of it. */
function originStatements(facts: SheetFacts, words: Words, subject: SheetSubject): Array<readonly [string, string]> {
  const { origin } = facts;
  if (origin === undefined || subject.type === 'user') return [];
  const { organization, organizationAsGiven: given, latitude, longitude } = origin;
  const asGiven = given === undefined || given === organization ? '' : ` (“${given}”)`;
  const known: Array<readonly [string, string | undefined]> = [
    ['Country', origin.country === undefined ? 'unknown' : words.countryName(origin.country)],
    ['Organization', organization === undefined ? (given ?? 'unknown') : `${organization}${asGiven}`],
    ['ASN', origin.asn === undefined ? 'unknown' : `AS${origin.asn}`],
    ['Network', origin.network],
    ['Scanner', origin.scanner],
    ['Type', origin.type],
    [
      'Location',
      latitude === undefined || longitude === undefined ? undefined : `${latitude}, ${longitude} (estimated)`,
    ],
    ...origin.sources.map((source) => ['Source', source] as const),
  ];
  return known.flatMap(([topic, statement]) => (statement === undefined ? [] : [[topic, statement] as const]));
}
