/** What happened in the period before, as far as a comparison needs it: counts, and nothing about anybody. */
import type { Period, Scope } from '../../model.ts';
import type { ReportRecords } from '../records.ts';
import { Names } from './names.ts';
import { Numbering } from './numbering.ts';
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
export function gatherBefore(records: ReportRecords, scope: Scope): Before | undefined {
  const subjects = new Subjects();
  const services = new Names();
  const seen = new Pairs();
  const known = new Numbering(services);
  const { count: attempts, first: firstAttempt } = records.attemptsIn(scope);
  let [bans, first] = [0, firstAttempt];
  for (const page of records.banPages(scope)) {
    for (let row = 0; row < page.size && !seen.full; row++) {
      bans++;
      first = Math.min(first, page.from[row] ?? first);
      seen.add(subjects.idIn(page, row), known.id(page.service[row] ?? 0, page.nameOf), 1);
    }
  }
  if (bans + attempts === 0) return undefined;
  const spreads = spreadOf(seen);
  const texts = new Set(services.texts());
  return {
    period: scope.period,
    bans,
    addresses: subjects.size,
    attempts,
    first,
    of: (service) => {
      const { count = 0, things = 0 } = texts.has(service) ? spreads.of(services.id(service)) : {};
      return { bans: count, addresses: things };
    },
  };
}
