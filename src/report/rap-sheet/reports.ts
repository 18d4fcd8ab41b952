/** Whom the attacker was reported to, and what came of it. */
import { dayName, dayOf, type Zone } from '../../base/zone.ts';
import type { Words } from '../words.ts';
import type { SheetReport } from './sheet-records.ts';

type Statement = readonly [topic: string, statement: string];

/** A head is read at a glance; `rapsheet abuse list` has them all. */
const TOLD_MAX = 5;

/** The newest, a statement each: `abuse@example.net: sent 2026-11-28, answered 2026-12-01 (customer was informed)`. */
export function reportStatements(reports: Iterable<SheetReport>, zone: Zone, words: Words): Statement[] {
  const all = [...reports];
  const older = all.length - TOLD_MAX;
  const told = all.slice(-TOLD_MAX).map((report): Statement => ['Reported', statementOf(report, zone, words)]);
  return older > 0 ? [...told, ['Reported', `+ ${words.written(older)}`]] : told;
}

/** That it was sent is said by its day; that it was approved before that is not. */
function statementOf({ to, steps }: SheetReport, zone: Zone, { say }: Words): string {
  const isSent = steps.some(({ state }) => state === 'sent');
  const news = steps
    .filter(({ state }) => !isSent || state !== 'approved')
    .map(({ state, at, note }) => {
      const what = `${say(WORDS[state] ?? state)} ${dayName(dayOf(zone, at))}`;
      return note === '' ? what : `${what} (${note})`;
    });
  return `${to}: ${news.join(', ')}`;
}

const WORDS: Readonly<Record<string, string>> = { failed: 'given up' };
