/** Whom the attacker was reported to, and what came of it. */
import { dayName, dayOf, type Zone } from '../../base/zone.ts';
import type { SheetReport } from './sheet-records.ts';

type Statement = readonly [topic: string, statement: string];

/** A head is read at a glance; `rapsheet abuse list` has them all. */
const TOLD_MAX = 5;

/** The newest, a statement each: `to abuse@example.net on 2026-11-28, answered 2026-12-01 (customer was informed)`. */
export function reportStatements(reports: Iterable<SheetReport>, zone: Zone): Statement[] {
  const all = [...reports];
  const older = all.length - TOLD_MAX;
  const told = all.slice(-TOLD_MAX).map((report): Statement => ['Reported', statementOf(report, zone)]);
  return older > 0 ? [...told, ['Reported', `and ${older} times before`]] : told;
}

/** That it was sent is said by its day; anything else is said. */
function statementOf({ to, steps }: SheetReport, zone: Zone): string {
  const day = (at: number): string => dayName(dayOf(zone, at));
  const sent = steps.find(({ state }) => state === 'sent');
  const [first] = steps;
  const head = sent ? `to ${to} on ${day(sent.at)}` : `to ${to}, approved ${first ? day(first.at) : ''}`;
  const news = steps
    .filter(({ state }) => state !== 'approved' && state !== 'sent')
    .map(({ state, at, note }) => `, ${WORDS[state] ?? state} ${day(at)}${note === '' ? '' : ` (${note})`}`);
  return [head, ...news].join('');
}

const WORDS: Readonly<Record<string, string>> = { failed: 'given up' };
