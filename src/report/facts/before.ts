/** What happened in the period before, as far as a comparison needs it: counts, and nothing about anybody. */
import type { Period, Records, Scope } from '../../model.ts';
import { Names } from './names.ts';
import { Pairs, spreadOf } from './pairs.ts';
import { Subjects } from './subjects.ts';

export interface Before {
  readonly period: Period;
  readonly bans: number;
  readonly addresses: number;
  readonly attempts: number;
  /** When the first ban was made, or the first attempt of the first day with any. */
  readonly first: number;
  /** Bans and unique addresses of a service. */
  readonly of: (service: string) => { readonly bans: number; readonly addresses: number };
}

/** Undefined when the ledger has nothing of that time: it may not have been kept yet, and nothing is no change. */
export function gatherBefore(records: Records, scope: Scope): Before | undefined {
  const subjects = new Subjects();
  const services = new Names();
  const seen = new Pairs();
  let [bans, attempts, first] = [0, 0, Number.POSITIVE_INFINITY];
  for (const ban of records.bans(scope)) {
    if (seen.full) break;
    bans++;
    first = Math.min(first, ban.from);
    seen.add(subjects.id(ban.subject), services.id(ban.service), 1);
  }
  for (const tally of records.tallies(scope)) {
    attempts += tally.count;
    first = Math.min(first, tally.first);
  }
  if (bans + attempts === 0) return undefined;
  const spreads = spreadOf(seen);
  const known = new Set(services.texts());
  return {
    period: scope.period,
    bans,
    addresses: subjects.size,
    attempts,
    first,
    of: (service) => {
      const { count = 0, things = 0 } = known.has(service) ? spreads.of(services.id(service)) : {};
      return { bans: count, addresses: things };
    },
  };
}
