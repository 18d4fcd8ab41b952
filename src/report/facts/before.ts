/**
 * What happened in the period before, as far as a comparison needs it: counts, and nothing about anybody. Whether there is
 * anything to compare with is decided here alone, so that sentences and tables agree.
 */
import type { Zone } from '../../base/zone.ts';
import type { Period, Scope } from '../../model.ts';
import { previousPeriod } from '../previous-period.ts';
import type { ReportRecords } from '../records.ts';
import { Names } from './names.ts';
import { Numbering } from './numbering.ts';
import { Pairs, spreadOf } from './pairs.ts';
import { Subjects } from './subjects.ts';

export interface Before {
  readonly period: Period;
  /** `2024-09`, where it is a day, a month or a year. */
  readonly name: string | undefined;
  readonly bans: number;
  readonly addresses: number;
  readonly attempts: number;
  /** Those that had bans. */
  readonly services: readonly string[];
  readonly bansOf: (service: string) => number;
}

/** Why there is nothing to compare with. `late`: the ledger was begun within the period before. */
export type NoBefore =
  | { readonly why: 'endless' | 'unfinished' }
  | { readonly why: 'nothing'; readonly period: Period }
  | { readonly why: 'late'; readonly period: Period; readonly first: number };

export type Comparison = { readonly before: Before } | { readonly before: undefined; readonly missing: NoBefore };

const DAY = 86_400_000;

/** `now`: a month that is not over is not held against a whole one. */
export function compare(
  records: ReportRecords,
  { scope, zone, now }: { scope: Scope; zone: Zone; now: number },
): Comparison {
  const previous = previousPeriod(scope.period, zone);
  if (previous === undefined) return { before: undefined, missing: { why: 'endless' } };
  if (scope.period.until > now) return { before: undefined, missing: { why: 'unfinished' } };
  const { from, until, name } = previous;
  const period = { from, until, name: name ?? 'the same time before' };
  const { before, first } = gather(records, { ...scope, period }, name);
  // It may not have been kept yet, or not at all: nothing is no change.
  if (before.bans + before.attempts === 0) return { before: undefined, missing: { why: 'nothing', period } };
  // Begun within its first day, a ledger is as old as the period; begun later, it has only a part.
  const isWhole = first < from + DAY || isOlder(records, scope, from);
  return isWhole ? { before } : { before: undefined, missing: { why: 'late', period, first } };
}

/** Whether the ledger has anything from before a time. */
function isOlder(records: ReportRecords, scope: Scope, time: number): boolean {
  const first = records.firstBan(scope.host) ?? Number.POSITIVE_INFINITY;
  const earlier = { from: Number.NEGATIVE_INFINITY, until: time, name: '' };
  return first < time || records.attemptsIn({ ...scope, period: earlier }).count > 0;
}

/** `first`: when the first ban was made, or the first attempt of the first day with any. */
function gather(records: ReportRecords, scope: Scope, name: string | undefined): { before: Before; first: number } {
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
  const spreads = spreadOf(seen);
  const counts = new Map(services.texts().map((service, id) => [service, spreads.of(id).count]));
  const before = {
    ...{ period: scope.period, name, bans, addresses: subjects.size, attempts },
    services: services.texts(),
    bansOf: (service: string) => counts.get(service) ?? 0,
  };
  return { before, first };
}
