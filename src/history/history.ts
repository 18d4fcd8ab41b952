/**
 * The history of other programs (fail2ban, CrowdSec, a table) as bans of the ledger, so that the first report covers the
 * past. Everything is read before anything is written: a source that cannot be read to its end changes nothing. What
 * another program decided stays its decision: the reason says so, and no rule of ours is claimed for it.
 */
import { setImmediate } from 'node:timers/promises';
import type { Address } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Zone } from '../base/zone.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { HistoryForm, Origin } from '../model.ts';
import { settleAttempts } from './attempts.ts';
import type { JailKinds } from './jail-kinds.ts';
import { stageSpans } from './log-spans.ts';
import { Leavings } from './past-ban.ts';
import { type Recorded, Recording } from './record.ts';
import { settle } from './settle.ts';
import type { HistorySource, ReadingRules } from './source.ts';
import { Staging } from './staging.ts';
import { type JailSum, sumsOf } from './sums.ts';

export { JailKinds } from './jail-kinds.ts';
export { type OpenHistory, openHistory } from './open.ts';
export { LEFT_OUT } from './past-ban.ts';
export { foundHere, recognize } from './recognize.ts';
export type { HistorySource } from './source.ts';
export type { JailSum } from './sums.ts';

export interface HistoryRequest {
  readonly sources: readonly HistorySource[];
  /** Where days begin. */
  readonly ledgerZone: Zone;
  /** Called when everything is read: what cannot be read makes no ledger. */
  openLedger(): Promise<Ledger>;
  /** Tells this run from any other. */
  readonly token: string;
  readonly origins: { lookup(address: Address): Origin };
  readonly host: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Of times that do not say theirs. */
  readonly zone: Zone;
  readonly jails: JailKinds;
  readonly span: ReadingRules['span'];
  /** CrowdSec's decisions of these origins. */
  readonly decisionOrigins: ReadonlySet<string>;
  /** How long a ban lasts of which nothing is known, in milliseconds. */
  readonly usual: number;
  /** Whether a daemon is to enforce the bans that are still in force. */
  readonly enforce: boolean;
  /** Record nothing: only what would be. */
  readonly dryRun: boolean;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** How far it is. */
export interface Step {
  readonly what: 'reading' | 'comparing' | 'recording';
  readonly done: number;
  readonly total: number;
  /** The source that is being read. */
  readonly path: string | undefined;
}

export interface SourceOutcome {
  readonly path: string;
  readonly form: HistoryForm;
  /** Bans in it, told once each. */
  readonly bans: number;
  readonly fresh: number;
  /** Those that the ledger has already. */
  readonly known: number;
  /** Those that an earlier source tells of, too. */
  readonly merged: number;
  readonly leftOut: ReturnType<Leavings['list']>;
}

export interface HistoryOutcome {
  readonly sources: readonly SourceOutcome[];
  /** What is new, by jail. */
  readonly jails: readonly JailSum[];
  /** Bans that began before the log that tells of them. */
  readonly restored: number;
  /** Attempts that logs count and the ledger did not. */
  readonly attempts: number;
  /** The first and the last of the new bans; undefined when there is none. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Undefined when nothing was to be recorded. */
  readonly recorded: Recorded | undefined;
}

/** @throws ProblemError when a source cannot be read to its end, or the ledger cannot be written */
export async function importHistory(request: HistoryRequest): Promise<HistoryOutcome> {
  const { sources, host, now, jails, usual, dryRun } = request;
  const staging = new Staging();
  try {
    const leavings = await readAll(request, staging);
    const restored = stageSpans(staging);
    staging.index();
    const ledger = await request.openLedger();
    if (!dryRun) claim(ledger, request.token);
    const comparing = new Pace(request, 'comparing', staging.count('past') + staging.count('attempts'));
    const settled = await settle(staging, ledger, { host, usual, advance: (count) => comparing.advance(count) });
    const attempts = await settleAttempts(staging, ledger, { host, advance: (count) => comparing.advance(count) });
    const sums = sumsOf(staging, jails);
    let recorded: Recorded | undefined;
    if (!dryRun) {
      const recording = new Pace(request, 'recording', sums.bans);
      const book = new Recording(ledger, staging, {
        ...{ host, now, jails, sources, enforce: request.enforce },
        lookup: ({ base }) => request.origins.lookup(base),
        check: () => expectClaim(ledger, request.token),
        advance: (count) => recording.advance(count),
      });
      await book.run(settled.ends);
      recorded = book.counts;
    }
    return {
      sources: sources.map((source, number) => {
        const of = (counts: ReadonlyMap<number, number>): number => counts.get(number) ?? 0;
        const [fresh, known, merged] = [of(settled.fresh), of(settled.known), of(settled.merged)];
        const leftOut = leavings[number]?.list() ?? [];
        return { path: source.path, form: source.form, bans: fresh + known + merged, fresh, known, merged, leftOut };
      }),
      ...{ jails: sums.jails, restored, attempts, first: sums.first, last: sums.last, recorded },
    };
  } finally {
    staging.close();
  }
}

/** The name under which a ledger keeps which import writes to it. */
const CLAIM = 'import';

/**
 * Two imports at a time would each find the other's bans missing. The later one takes over, before it compares: then it
 * sees all that the earlier one wrote, which ends at its next transaction.
 */
function claim(ledger: Ledger, token: string): void {
  ledger.begin();
  ledger.saveState(CLAIM, token);
  ledger.commit();
}

function expectClaim(ledger: Ledger, token: string): void {
  if (ledger.state(CLAIM) === token) return;
  const hint = 'what this one recorded stays; run it again when the other has ended';
  throw new ProblemError(EXIT.unavailable, { what: 'another import was started on this ledger', hint });
}

/** What was left out, by source. */
async function readAll(request: HistoryRequest, staging: Staging): Promise<readonly Leavings[]> {
  const { sources, ledgerZone, now, zone, jails, span, decisionOrigins: origins } = request;
  const total = sources.reduce((sum, { size }) => sum + size, 0);
  const pace = new Pace(request, 'reading', total);
  const leavings: Leavings[] = [];
  for (const [number, source] of sources.entries()) {
    const left = new Leavings();
    leavings.push(left);
    await source.read({
      ...{ now, zone, ledgerZone, jails, span, origins, staging, leavings: left, source: number },
      advance: (count) => pace.advance(count, source.path),
    });
  }
  return leavings;
}

/** Signals and timers wait no longer for their turn than it takes to read so much. */
const BREATHE_EVERY = 2_000;

class Pace {
  readonly #request: HistoryRequest;
  readonly #what: Step['what'];
  readonly #total: number;
  #done = 0;
  #breath = 0;

  constructor(request: HistoryRequest, what: Step['what'], total: number) {
    this.#request = request;
    this.#what = what;
    this.#total = total;
  }

  advance(count: number, path?: string): Promise<void> | undefined {
    this.#done += count;
    this.#breath += Math.max(1, count);
    if (this.#breath < BREATHE_EVERY) return undefined;
    this.#breath = 0;
    this.#request.onStep?.({ what: this.#what, done: this.#done, total: this.#total, path });
    return setImmediate();
  }
}
