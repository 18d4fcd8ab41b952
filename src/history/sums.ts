/** What is about to be recorded, summed up for whoever wants to know before it is. */
import { historyForm } from '../base/reason-words.ts';
import { type JailKinds, kindFrom } from './jail-kinds.ts';
import type { Staging } from './staging.ts';

export interface JailSum {
  readonly jail: string;
  /** What its bans are recorded as. */
  readonly kind: string;
  /** Whether anybody knows what it was about. */
  readonly known: boolean;
  readonly bans: number;
}

export interface Sums {
  readonly jails: readonly JailSum[];
  readonly bans: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** Of the new bans, jails with the most bans first. */
export function sumsOf(staging: Staging, jails: JailKinds): Sums {
  const rows = staging
    .query(
      `SELECT jail, form, kind, count(*) AS bans, min(since) AS first, max(since) AS last FROM past
       WHERE prior IS NOT NULL GROUP BY jail, form, kind ORDER BY bans DESC, jail`,
    )
    .rows();
  const sums = new Map<string, JailSum>();
  for (const row of rows) {
    const [jail, form] = [row.text('jail'), historyForm(row.text('form')) ?? 'csv'];
    const found = jails.of(jail, form);
    const own = row.has('kind') ? row.text('kind') : undefined;
    const { kind, known } = own !== undefined || found === 'skip' ? kindFrom(own ?? 'other.unknown') : found;
    const before = sums.get(`${jail} ${kind}`);
    sums.set(`${jail} ${kind}`, { jail, kind, known, bans: (before?.bans ?? 0) + row.number('bans') });
  }
  const times = (column: string, pick: (...values: number[]) => number): number | undefined =>
    rows.length === 0 ? undefined : pick(...rows.map((row) => row.number(column)));
  return {
    jails: [...sums.values()],
    bans: rows.reduce((sum, row) => sum + row.number('bans'), 0),
    first: times('first', Math.min),
    last: times('last', Math.max),
  };
}
