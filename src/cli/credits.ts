/**
 * What the licenses of origin data want said. Kept in the ledger from the first use of the data on: a report of last year
 * gives credit to what it was made of, also when that is no longer installed.
 */
import { ProblemError } from '../base/problem.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SourceFacts } from '../origin/origin.ts';

/** The name under which they are kept, as JSON: from the name of the source to its credit. */
const CREDITS = 'credits';

export type Sources = readonly Pick<SourceFacts, 'name' | 'credit'>[];

/** Keeps the credits of sources that the ledger has none of. Within a transaction. */
export function keepCredits(ledger: Pick<Ledger, 'state' | 'saveState'>, sources: Sources): void {
  const kept = keptCredits(ledger);
  const fresh = given(sources).filter(([name]) => !kept.has(name));
  if (fresh.length === 0) return;
  ledger.saveState(CREDITS, JSON.stringify(Object.fromEntries([...kept, ...fresh])));
}

/** Likewise, in a transaction of its own. One that fails is made up for by the next start. */
export function keepCreditsAtOnce(ledger: Ledger, sources: Sources): void {
  try {
    ledger.begin();
    keepCredits(ledger, sources);
    ledger.commit();
  } catch (error) {
    ledger.rollback();
    if (!(error instanceof ProblemError)) throw error;
  }
}

/**
 * By the name of the source, for those that were used (`country, asn: NAME DATE`). What was kept goes before what the
 * sources of today say, which are asked where nothing was kept of one: to open them may take longer than the report.
 */
export function creditsFor(
  used: readonly string[],
  ledger: Pick<Ledger, 'state'>,
  sources: () => Sources,
): ReadonlyMap<string, string> {
  const isUsed = ([name]: readonly [string, string]): boolean => used.some((source) => names(source, name));
  const kept = [...keptCredits(ledger)];
  const isKnown = used.every((source) => kept.some(([name]) => names(source, name)));
  return new Map([...(isKnown ? [] : given(sources())), ...kept].filter(isUsed));
}

function names(source: string, name: string): boolean {
  return source.includes(`: ${name} `);
}

function given(sources: Sources): Array<[name: string, credit: string]> {
  return sources.flatMap(({ name, credit }): Array<[string, string]> => (credit === undefined ? [] : [[name, credit]]));
}

/** Written by this program in a transaction, so it is what it was. */
function keptCredits(ledger: Pick<Ledger, 'state'>): Map<string, string> {
  const text = ledger.state(CREDITS);
  const kept: Record<string, string> = text === undefined ? {} : JSON.parse(text);
  return new Map(Object.entries(kept));
}
