/** What an import says at its end: what each file told, what is new, what was left out and why. */
import type { Problem } from '../base/problem.ts';
import { FORM_WORDS } from '../base/reason-words.ts';
import { printable } from '../base/text.ts';
import { dayName, dayOf, isoTime, type Zone } from '../base/zone.ts';
import { type HistoryOutcome, LEFT_OUT, type SourceOutcome } from '../history/history.ts';

/** Jails that are listed; a table may name thousands. */
const JAILS = 20;

/** The summary as data. */
export function importedJson(outcome: HistoryOutcome, problems: readonly Problem[]): object {
  const { first, last, recorded } = outcome;
  return {
    ...outcome,
    first: first === undefined ? null : isoTime(first),
    last: last === undefined ? null : isoTime(last),
    recorded: recorded ?? null,
    problems,
  };
}

interface Said {
  readonly host: string;
  readonly seconds: number;
  readonly ledger: string | undefined;
  readonly zone: Zone;
}

/** The summary for people; what is zero is not said. */
export function importedSentences(outcome: HistoryOutcome, said: Said): string[] {
  const fresh = outcome.jails.reduce((sum, { bans }) => sum + bans, 0);
  return [
    ...outcome.sources.flatMap(sourceSentences),
    ...mainSentences(outcome, fresh, said),
    ...jailSentences(outcome),
    ...forceSentences(outcome),
    ...nextSentences(outcome, fresh, said),
  ].map(printable);
}

function sourceSentences({ path, form, bans, fresh, known, merged, leftOut }: SourceOutcome): string[] {
  const is = (value: number): string => (value === 1 ? 'is' : 'are');
  return [
    `${path} (${FORM_WORDS[form]}): ${counted(bans, 'ban')}${fresh === bans || bans === 0 ? '' : `, ${number(fresh)} new`}.`,
    ...(known > 0 ? [`  ${number(known)} ${is(known)} in the ledger already.`] : []),
    ...(merged > 0 ? [`  ${number(merged)} ${is(merged)} told by another file, too.`] : []),
    ...leftOut.map(({ why, count, examples }) => {
      return `  ${number(count)} left out, ${LEFT_OUT[why]}: ${examples.join('; ')}${count > examples.length ? '; …' : ''}`;
    }),
  ];
}

function mainSentences(
  { first, last, recorded, attempts, restored }: HistoryOutcome,
  fresh: number,
  said: Said,
): string[] {
  const { host, seconds, zone } = said;
  const day = (time: number): string => dayName(dayOf(zone, time));
  const span = first === undefined || last === undefined ? '' : ` of ${day(first)} to ${day(last)}`;
  const verb = recorded ? 'Recorded' : 'Would record';
  const lines = recorded && recorded.evidence > 0 ? ` with ${counted(recorded.evidence, 'line')} of evidence` : '';
  // Of a database they are known when its bans are recorded.
  const tried = recorded ? counted(recorded.attempts, 'attempt') : `${counted(attempts, 'attempt')} of logs`;
  return [
    `${verb} ${counted(fresh, 'ban')}${span}${lines}, and ${tried}, on ${host}, in ${seconds.toFixed(1)} s.`,
    ...(restored > 0
      ? [`  ${counted(restored, 'ban')} began before the log does: from when fail2ban restored them.`]
      : []),
  ];
}

function jailSentences({ jails }: HistoryOutcome): string[] {
  const listed = jails.slice(0, JAILS).map(({ jail, kind, known, bans }) => {
    const hint = known ? '' : `  (--map ${jail}=KIND says what it was about)`;
    return `  ${jail} → ${kind}: ${counted(bans, 'ban')}${hint}`;
  });
  return jails.length > JAILS
    ? [...listed, `  and ${number(jails.length - JAILS)} more jails (--json lists all)`]
    : listed;
}

function forceSentences({ recorded }: HistoryOutcome): string[] {
  if (!recorded) return [];
  const { enforced, notEnforced, endsLost } = recorded;
  return [
    ...(enforced > 0
      ? [`  ${counted(enforced, 'ban')} still in force: the daemon blocks them from its next start on.`]
      : []),
    ...(notEnforced > 0
      ? [`  ${counted(notEnforced, 'ban')} still in force there: recorded, and not enforced (--enforce).`]
      : []),
    ...(endsLost > 0
      ? [`  ${counted(endsLost, 'early end was', 'early ends were')} not recorded: the address is banned again.`]
      : []),
  ];
}

function nextSentences({ recorded }: HistoryOutcome, fresh: number, { ledger }: Said): string[] {
  if (!recorded || fresh === 0) return [];
  return [`Next: rapsheet report${ledger === undefined ? '' : ` --ledger ${ledger}`}`];
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function counted(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
