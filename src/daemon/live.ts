/**
 * The live path: what the logs say by now, judged, recorded, with its bans handed on. Between two steps everything is
 * either in the ledger or in `pending`, so that it can be left at any moment.
 */
import type { Network } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { JailFacts } from '../fail2ban/client/facts.ts';
import type { FilterSet } from '../filter/filter.ts';
import type { JailSet, JailsOptions, MemoryRow } from '../jail/jail.ts';
import type { Durability, Ledger } from '../ledger/ledger.ts';
import type { Attempt, Ban, Pattern } from '../model.ts';
import type { Origins } from '../origin/origin.ts';
import { type Observer, Path } from '../pipeline.ts';
import type { Bookmark, LiveSource } from '../source/live.ts';
import { Intake, type SavedLog } from './intake.ts';
import { pastBansOf, spansOf } from './past-bans.ts';
import { Pending, type RecordedBan } from './pending.ts';
import { horizonOf, recover, replayedLogs, Switch } from './recovery.ts';

/** The parts of the path that a configuration makes. */
export interface Stages {
  readonly filter: FilterSet;
  readonly patterns: readonly Pattern[];
  readonly kinds: readonly string[];
  jails(hooks: JailHooks): JailSet;
  /** Of the jails, in milliseconds. */
  readonly longestWindowMs: number;
  readonly origins: Pick<Origins, 'lookup'>;
  /** What an adopted jail of fail2ban is like, for its clients. */
  facts?(jail: string): JailFacts | undefined;
  /** The options of its server, likewise. */
  readonly server?: ReadonlyMap<string, string>;
}

export type JailHooks = Pick<
  JailsOptions,
  'priorBans' | 'pastBans' | 'prolongs' | 'protection' | 'onSpared' | 'onWhileBanned'
>;

export interface LiveOptions {
  readonly ledger: Ledger;
  readonly host: string;
  readonly clock: () => number;
  readonly stages: Stages;
  readonly sources: readonly LiveSource[];
  readonly hooks: Omit<JailHooks, 'priorBans' | 'pastBans'>;
  onLogin(attempt: Attempt): void;
  /** Who is told of attempts and finds out more about them (inquiries.ts). */
  readonly inquiries: Inquirer;
  /** Other things to be saved with a commit, by name, where they changed. */
  states(): ReadonlyMap<string, string>;
}

export interface Inquirer {
  /** An attempt that was counted. */
  see(attempt: Attempt, count: number): void;
  /** One about which more was found out before. */
  known(attempt: Attempt): void;
  /** What was found out since the last call. */
  take(): readonly Attempt[];
}

const LOGS_STATE = 'live-logs';
const JOURNAL_STATE = 'live-journal';
/** What only moved on in the logs is written after so long, attempts after a second: each commit is a wait for the disk. */
const ATTEMPTS_MS = 1_000;
const POSITIONS_MS = 10_000;
/** Or after so many: old logs give more than `pending` holds within a second, and one entry of megabytes costs memory. */
const ATTEMPTS_MAX = 10_000;
/** How often what is too old to matter is removed. */
const FORGET_MS = 60_000;
/** Or after so many attempts, some 20 MB: old logs are read at millions of lines a minute. */
const FORGET_EVENTS = 50_000;
const RETRY_MS = 1_000;

export class Live {
  readonly pending: Pending;
  readonly intake: Intake;
  #stages: Stages;
  #jails: JailSet;
  #path: Path;
  readonly #options: LiveOptions;
  readonly #switch: Switch;
  /** Bans that were in force at the start, by jail. */
  readonly restored: ReadonlyMap<string, number>;
  #lastCommit: number;
  #lastForget: number;
  #written = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #failure: ProblemError | undefined;
  /** What was to be saved with a commit that failed. */
  #unsaved: ReadonlyMap<string, string> = new Map();
  readonly #unsavedMemory = new Map<string, MemoryRow>();
  /** Of paths before a reload. */
  readonly #before = { attempts: 0, bans: 0 };

  constructor(options: LiveOptions) {
    const { ledger, host, stages, sources, clock } = options;
    this.#options = options;
    this.#stages = stages;
    this.pending = new Pending(host, (attempt) => options.onLogin(attempt));
    this.#switch = new Switch(this.pending);
    this.#jails = this.#makeJails(stages);
    this.#path = this.#makePath(stages);
    const now = clock();
    const { patterns, longestWindowMs: longestMs } = stages;
    this.restored = recover({ ledger, host, path: this.#path, jails: this.#jails, patterns, longestMs, now });
    this.#switch.isOn = true;
    this.#before.attempts = -this.#path.attempts;
    this.#before.bans = -this.#path.bans;
    const text = ledger.state(LOGS_STATE);
    const saved: readonly SavedLog[] = text === undefined ? replayedLogs(ledger) : JSON.parse(text);
    this.intake = new Intake({ filter: stages.filter, sources, saved, clock });
    this.#lastCommit = now;
    this.#lastForget = now;
  }

  get jails(): JailSet {
    return this.#jails;
  }

  /** Since the start. */
  get attempts(): number {
    return this.#before.attempts + this.#path.attempts;
  }

  get bans(): number {
    return this.#before.bans + this.#path.bans;
  }

  get lastCommit(): number {
    return this.#lastCommit;
  }

  /** Why nothing is recorded at the moment. */
  get failure(): ProblemError | undefined {
    return this.#failure;
  }

  /** Reads and judges for a while; whether there is more at once. */
  step(): boolean {
    const more = this.intake.step((attempt) => {
      this.pending.judged(attempt);
      this.#path.take(attempt);
    });
    for (const attempt of this.#options.inquiries.take()) {
      this.pending.found(attempt);
      this.#path.found(attempt);
    }
    return more;
  }

  /** A ban that nothing in the logs led to. */
  ban(ban: Ban): void {
    this.#jails.resume(ban.subject, ban.host, ban);
    this.pending.ban(ban, this.#stages.origins.lookup(ban.subject.base));
  }

  /** What was banned since the last call. The caller commits first. */
  takeBans(): readonly RecordedBan[] {
    return this.pending.takeBans();
  }

  /** Whether it cannot be written because it is no ledger any more. */
  get isDamaged(): boolean {
    return this.#failure?.status === EXIT.badData;
  }

  /** Whether writing failed a moment ago: it is not tried again at every ban. */
  get isFailing(): boolean {
    return Math.abs(this.#options.clock() - this.#failedAt) < RETRY_MS;
  }

  /** Whether it is time to write what waits. */
  get isDue(): boolean {
    const now = this.#options.clock();
    if (this.isFailing) return false;
    if (this.pending.size >= ATTEMPTS_MAX) return true;
    const since = Math.abs(now - this.#lastCommit);
    return since >= (this.pending.isEmpty ? POSITIONS_MS : ATTEMPTS_MS);
  }

  /** Writes all that waits. False when the ledger cannot be written; then everything goes on waiting. */
  commit(outlives: Durability = 'power'): boolean {
    const { clock, ledger } = this.#options;
    const now = clock();
    // What was let go must be read again, so nothing of what came after it may be recorded.
    if (this.pending.overflowed) return false;
    // Old logs are still at their own time; what is remembered and forgotten goes by theirs.
    const logTime = this.intake.hasCaughtUp ? Math.max(this.#path.last, now) : this.#path.last;
    this.#path.expire(logTime);
    const bookmarks = this.intake.takeBookmarks();
    this.#lastCommit = now;
    if (this.pending.isEmpty && bookmarks.length === 0) return true;
    try {
      this.#written += this.pending.size;
      const reading = { bookmarks, states: this.#states(bookmarks), memory: this.#memory() };
      this.pending.commit(ledger, reading, logTime, outlives);
      this.#forget(now, logTime);
      this.#failure = undefined;
      this.#unsaved = new Map();
      this.#unsavedMemory.clear();
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.intake.keep(bookmarks);
      this.#failedAt = now;
      this.#failure = error;
      return false;
    }
  }

  /** Other rules from now on; what was counted stays counted. */
  use(stages: Stages): void {
    this.#path.flush();
    const state = this.#path.save();
    const memory = this.#jails.memory(state.last);
    this.#memory();
    this.#before.attempts += this.#path.attempts;
    this.#before.bans += this.#path.bans;
    const { ledger, host, clock } = this.#options;
    this.#stages = stages;
    this.#jails = this.#makeJails(stages);
    this.#path = this.#makePath(stages);
    this.#path.restore(state);
    this.#jails.recall(memory);
    for (const span of spansOf(ledger, host, clock())) this.#jails.resume(span.subject, host, span);
    this.intake.use(stages.filter);
  }

  /** Jails with the rules of `stages` and what is counted now, to see what they would do. */
  tryOut(stages: Stages): JailSet {
    const jails = stages.jails({ priorBans: () => 0 });
    jails.restore(this.#path.save().windows);
    return jails;
  }

  #makeJails(stages: Stages): JailSet {
    const { ledger, hooks } = this.#options;
    return stages.jails({
      ...hooks,
      priorBans: (subject) => this.#priorBans(ledger, subject),
      pastBans: (subject) => pastBansOf(ledger, subject),
    });
  }

  #makePath({ kinds, origins }: Stages): Path {
    const { inquiries } = this.#options;
    const observer: Observer = {
      onAttempt: (attempt, count) => inquiries.see(attempt, count),
      onFound: (attempt) => inquiries.known(attempt),
    };
    return new Path({ kinds, origins, jails: this.#jails, record: this.#switch }, { copies: 'look', observer });
  }

  /** A ledger that cannot be read does not keep anybody from being banned; the ban is as long as a first one then. */
  #priorBans(ledger: Ledger, subject: Network): number {
    const waiting = this.pending.uncounted(subject);
    try {
      return ledger.priorBans(subject) + waiting;
    } catch (error) {
      if (error instanceof ProblemError) return waiting;
      throw error;
    }
  }

  /** What the jails remember for long and is not in the ledger yet. */
  #memory(): Iterable<MemoryRow> {
    for (const row of this.#jails.takeMemory()) this.#unsavedMemory.set(row.key, row);
    return this.#unsavedMemory.values();
  }

  #states(bookmarks: readonly Bookmark[]): ReadonlyMap<string, string> {
    this.#unsaved = new Map([...this.#unsaved, ...this.#options.states()]);
    const states = new Map(this.#unsaved);
    states.set(LOGS_STATE, JSON.stringify(this.intake.save()));
    for (const bookmark of bookmarks) if (bookmark.type === 'journal') states.set(JOURNAL_STATE, bookmark.cursor);
    return states;
  }

  #forget(now: number, logTime: number): void {
    if (Math.abs(now - this.#lastForget) < FORGET_MS && this.#written < FORGET_EVENTS) return;
    this.#lastForget = now;
    this.#written = 0;
    const { ledger } = this.#options;
    ledger.begin();
    ledger.forgetRecent(logTime - horizonOf(this.#stages.longestWindowMs));
    ledger.forgetMemory(logTime);
    ledger.commit();
  }
}

/** Where the journal was left. */
export function journalCursor(ledger: Pick<Ledger, 'state'>): string | undefined {
  return ledger.state(JOURNAL_STATE);
}
