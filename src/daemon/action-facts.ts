/** What actions are told of a ban: from what was just decided, and from the ledger once it is there. */
import type { Network } from '../base/address.ts';
import { ProblemError } from '../base/problem.ts';
import { fromLog } from '../base/text.ts';
import type { BanFacts } from '../fail2ban/action/actions.ts';
import { type Captures, matchText } from '../fail2ban/action/captures.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BanRecord, Evidence, Reason } from '../model.ts';
import type { RecordedBan } from './pending.ts';

export interface FactSource {
  readonly ledger: () => Ledger | undefined;
  /** Lines that are told. */
  readonly maxMatches: number;
  readonly captures: Captures;
}

/** What fail2ban remembers of one subject when nothing else is said: of a day (dbpurgeage), so many lines (dbmaxmatches). */
const REMEMBERED_MS = 86_400_000;
const REMEMBERED_LINES = 10;

interface Story {
  readonly reason: Reason | undefined;
  readonly evidence: readonly Evidence[];
}

type Decision = Pick<BanRecord, 'jail' | 'host' | 'from' | 'until' | 'prior'> & { readonly subject: Network };

/** A ban that was just made. Its lines are let go here once the ledger has them. */
export function factsOfBan(recorded: RecordedBan, source: FactSource): BanFacts {
  let made: RecordedBan | undefined = recorded;
  let id: number | undefined;
  const story = (): Story => {
    id ??= made?.id;
    if (id === undefined) return made?.ban ?? { reason: undefined, evidence: [] };
    made = undefined;
    return storyOf(source.ledger(), id);
  };
  return factsOf(recorded.ban, { ...source, story, isRestored: false });
}

/** A ban that the ledger has, of before this process began. */
export function factsOfRecord(record: BanRecord, source: FactSource & { readonly subject: Network }): BanFacts {
  const { id, jail, host, from, until, prior } = record;
  const decision = { jail, host, from, until, prior, subject: source.subject };
  return factsOf(decision, { ...source, story: () => storyOf(source.ledger(), id), isRestored: true });
}

function factsOf(
  { subject, jail, host, from, until, prior }: Decision,
  {
    ledger,
    maxMatches,
    captures,
    story,
    isRestored,
  }: FactSource & { readonly story: () => Story; readonly isRestored: boolean },
): BanFacts {
  return {
    ...{ subject, isRestored, time: from, banCount: prior + 1 },
    banTime: Number.isFinite(until) ? Math.round((until - from) / 1_000) : -1,
    failures: () => failuresOf(story()),
    matches: () => linesOf(story()).slice(-Math.max(1, maxMatches)),
    fields: () => fieldsOf(story(), (lines) => captures(lines, from)),
    merged: (extent) => {
      const stories = earlier(ledger(), { subject, host, from, jail: extent === 'jail' ? jail : undefined });
      const all = [...stories, story()];
      return {
        failures: all.reduce((sum, each) => sum + failuresOf(each), 0),
        matches: all.flatMap(linesOf).slice(-REMEMBERED_LINES),
      };
    },
  };
}

function failuresOf({ reason, evidence }: Story): number {
  if (reason?.rule === 'threshold' || reason?.rule === 'slow') return Math.round(reason.score);
  return evidence.reduce((sum, { count }) => sum + count, 0);
}

function linesOf({ evidence }: Story): string[] {
  return evidence.map(({ line }) => matchText(line));
}

/** Of the first failure, with the lines that it needs; as there, no other's are put in. */
function fieldsOf(
  { evidence }: Story,
  captures: (lines: readonly string[]) => ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const first = evidence.findIndex(({ count }) => count > 0);
  const failure = evidence[first];
  if (!failure) return new Map();
  const fields = new Map(captures(evidence.slice(0, first + 1).map(({ line }) => line)));
  fields.set('ip', failure.address.text);
  if (failure.user !== undefined) fields.set('user', fromLog(failure.user));
  return fields;
}

function storyOf(ledger: Ledger | undefined, id: number): Story {
  try {
    return { reason: ledger?.reasonOf(id), evidence: ledger?.evidenceOf(id) ?? [] };
  } catch (error) {
    if (error instanceof ProblemError) return { reason: undefined, evidence: [] };
    throw error;
  }
}

/** The bans of the subject before this one. */
function earlier(
  ledger: Ledger | undefined,
  { subject, host, from, jail }: Pick<Decision, 'subject' | 'host' | 'from'> & { readonly jail: string | undefined },
): Story[] {
  if (!ledger) return [];
  try {
    return [...ledger.bansExactly(subject)]
      .filter((ban) => ban.host === host && ban.from < from && ban.from >= from - REMEMBERED_MS)
      .filter((ban) => jail === undefined || ban.jail === jail)
      .map(({ id }) => storyOf(ledger, id));
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}
