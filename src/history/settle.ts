/**
 * Which of the bans that were read are new. An address cannot be banned by a jail that has it banned already, so two
 * records of one program tell of the same ban when it began in the same second, or, one a log and the other a database,
 * when it was in force at one time: the database has the time of the failure, the log that of the ban.
 */
import type { Ledger } from '../ledger/ledger.ts';
import type { BanRecord, HistoryForm } from '../model.ts';
import { type Candidate, Candidates, placeOf } from './candidates.ts';
import { endingOf } from './spans.ts';
import type { StagedBan, Staging } from './staging.ts';

export interface Settled {
  /** Bans that will be recorded, by source. */
  readonly fresh: ReadonlyMap<number, number>;
  /** Bans that the ledger has, by source. */
  readonly known: ReadonlyMap<number, number>;
  /** Bans that another of the sources tells of, too, by source. */
  readonly merged: ReadonlyMap<number, number>;
  /** Bans that the ledger has, and whose early end it may not know yet. */
  readonly ends: readonly KnownEarlyEnd[];
}

export interface KnownEarlyEnd {
  readonly subject: string;
  readonly banId: number;
  readonly at: number;
}

export interface SettleRules {
  readonly host: string;
  /** How long a ban lasts of which nothing is known, in milliseconds. */
  readonly usual: number;
  advance(count: number): Promise<void> | undefined;
}

/** What a database says is more than a log says, and goes first. */
const ORDER: readonly HistoryForm[] = ['fail2ban-db', 'crowdsec-db', 'csv', 'fail2ban-log'];
/** Early ends of bans that were imported before; a log of years has some. */
const ENDS_MAX = 100_000;

export async function settle(staging: Staging, ledger: Ledger, rules: SettleRules): Promise<Settled> {
  const counts = {
    fresh: new Map<number, number>(),
    known: new Map<number, number>(),
    merged: new Map<number, number>(),
  };
  const ends: KnownEarlyEnd[] = [];
  for (const bans of staging.bySubject()) {
    const subject = bans[0]?.subject;
    if (!subject) continue;
    const recorded = [...ledger.bansExactly(subject)];
    const fresh = settleSubject(bans, recorded, { rules, counts, ends });
    const before = recorded.sort((a, b) => a.from - b.from);
    for (const [number, candidate] of fresh.entries()) {
      const { staged, from } = candidate;
      if (!staged) continue;
      const ending = endingOf({ ...staged, ended: candidate.ended }, rules.usual);
      staging.decide({ id: staged.id, ...ending, prior: placeOf(before, from) + number });
    }
    await rules.advance(bans.length);
  }
  return { ...counts, ends };
}

interface Tallying {
  readonly rules: SettleRules;
  readonly counts: Record<'fresh' | 'known' | 'merged', Map<number, number>>;
  readonly ends: KnownEarlyEnd[];
}

/** The new bans of an address, in the order of time. */
function settleSubject(
  bans: readonly StagedBan[],
  recorded: readonly BanRecord[],
  { rules, counts, ends }: Tallying,
): Candidate[] {
  const candidates = new Candidates();
  for (const record of recorded) if (record.host === rules.host) candidates.add(candidateOf(record));
  const fresh: Candidate[] = [];
  const inOrder = [...bans].sort((a, b) => ORDER.indexOf(a.form) - ORDER.indexOf(b.form) || a.from - b.from);
  for (const ban of inOrder) {
    const { until } = endingOf(ban, rules.usual);
    const same = candidates.sameAs({ ...ban, until });
    if (!same) {
      const { from, jail, form, ended } = ban;
      const candidate = {
        from,
        until,
        jail,
        form,
        told: new Set([form]),
        sources: new Set([ban.source]),
        record: undefined,
        staged: ban,
        ended,
      };
      candidates.add(candidate);
      fresh.push(candidate);
      count(counts.fresh, ban.source);
      continue;
    }
    same.told.add(ban.form);
    same.ended ??= ban.ended;
    // A database tells of its newest bans in two tables; a source is counted once for each ban.
    if (!same.sources.has(ban.source)) count(same.record ? counts.known : counts.merged, ban.source);
    same.sources.add(ban.source);
    if (same.record && ban.ended !== undefined && ends.length < ENDS_MAX) {
      const { released } = endingOf({ ...ban, until: same.until, bound: undefined }, rules.usual);
      if (released !== undefined) ends.push({ subject: ban.subject.text, banId: same.record.id, at: released });
    }
  }
  return fresh.sort((a, b) => a.from - b.from);
}

function candidateOf(record: BanRecord): Candidate {
  const { from, until, jail, importedFrom: form } = record;
  return {
    from,
    until,
    jail,
    form,
    told: new Set([form]),
    sources: new Set(),
    record,
    staged: undefined,
    ended: undefined,
  };
}

function count(counts: Map<number, number>, source: number): void {
  counts.set(source, (counts.get(source) ?? 0) + 1);
}
