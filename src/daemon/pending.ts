/**
 * What happened and is not on the disk yet. Judging does not wait for the disk: it writes here, and all of it goes to the
 * ledger in one transaction, positions included. When that fails nothing is lost but time: it stays here and is tried
 * again; were the process killed, the lines would be read again.
 */
import type { Network } from '../base/address.ts';
import { type AttemptText, attemptText } from '../filter/attempt-text.ts';
import type { Durability, Ledger, MemoryRow, StoredPosition } from '../ledger/ledger.ts';
import type { Attempt, Ban, Block, Finding, Origin } from '../model.ts';
import type { Recorder } from '../pipeline.ts';
import type { Bookmark } from '../source/live.ts';

/**
 * Attempts that wait at most: a minute of a heavy attack, some 50 MB. Beyond it the record is let go, attacks are blocked
 * on, and when the ledger can be written again the logs are read again from where it ends.
 */
const WAITING_MAX = 100_000;
/** Answers of others that wait at most, some 5 MB. Beyond it they are let go: they can be asked for again. */
const FINDINGS_MAX = 20_000;

/** What is kept to go on after a crash (recovery.ts). Opaque but for being JSON. */
export type RecentEvent =
  | readonly ['a', AttemptText]
  /** More was found out about an attempt: its address is on a blocklist. */
  | readonly ['l', AttemptText]
  | readonly ['b', subject: string, from: number, until: number, jail?: string]
  | readonly ['u', subject: string];

export interface RecentEntry {
  /** Up to which time waiting names were given up. */
  readonly now: number;
  readonly events: readonly RecentEvent[];
}

/** A ban on its way; it has an id once it is in the ledger. */
export interface RecordedBan {
  readonly ban: Ban;
  readonly origin: Origin;
  id: number | undefined;
}

interface Release {
  readonly subject: Network;
  readonly at: number;
  readonly why: string;
}

/** What of the reading goes with a commit. */
export interface Reading {
  readonly bookmarks: readonly Bookmark[];
  /** By name, JSON. */
  readonly states: ReadonlyMap<string, string>;
  /** Of what the jails remember for long, the rows that changed. */
  readonly memory: Iterable<MemoryRow>;
}

export class Pending implements Recorder {
  /** Bans by jail, since the start. */
  readonly madeBy = new Map<string, number>();
  /** Bans since the last `takeBans`, to be put into effect. */
  #made: RecordedBan[] = [];
  #tallies: Array<readonly [Attempt, number]> = [];
  #bans: RecordedBan[] = [];
  #blocks: Array<readonly [{ readonly id: number | undefined }, Block]> = [];
  #findings: Array<readonly [{ readonly id: number }, Finding]> = [];
  #releases: Release[] = [];
  /** As JSON: a string is less for the garbage collector than what it says. */
  #events: string[] = [];
  #newest = 0;
  /** By subject: bans that the ledger does not count yet. */
  readonly #priors = new Map<string, number>();
  readonly #ids = new WeakMap<object, number>();
  readonly #saved = new Map<string, string>();
  readonly #host: string;
  readonly #onLogin: (attempt: Attempt) => void;
  #overflowed = false;

  constructor(host: string, onLogin: (attempt: Attempt) => void) {
    this.#host = host;
    this.#onLogin = onLogin;
  }

  /** Attempts, bans, blocks, releases and answers that wait. */
  get size(): number {
    return this.#events.length + this.#blocks.length + this.#releases.length + this.#findings.length;
  }

  get isEmpty(): boolean {
    return this.size === 0 && this.#tallies.length === 0;
  }

  /** Too much waited, and was let go. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** An attempt is about to be judged. */
  judged(attempt: Attempt): void {
    if (attempt.pattern.success || attempt.pattern.isSole) return;
    this.#happened('a', attempt);
  }

  /** What was found out about an attempt is about to be judged. */
  found(attempt: Attempt): void {
    this.#happened('l', attempt);
  }

  /** A login without which the windows would not be what they are. */
  cleared(attempt: Attempt): void {
    this.#happened('a', attempt);
  }

  #happened(sort: 'a' | 'l', attempt: Attempt): void {
    if (this.#events.length >= WAITING_MAX) this.#overflow();
    this.#note([sort, attemptText(attempt)]);
    if (attempt.time > this.#newest) this.#newest = attempt.time;
  }

  tally(attempt: Attempt, count: number): void {
    this.#tallies.push([attempt, count]);
  }

  login(attempt: Attempt): void {
    this.#onLogin(attempt);
  }

  ban(ban: Ban, origin: Origin): void {
    this.madeBy.set(ban.jail, (this.madeBy.get(ban.jail) ?? 0) + 1);
    const recorded: RecordedBan = { ban, origin, id: undefined };
    this.#bans.push(recorded);
    this.#made.push(recorded);
    this.#note(['b', ban.subject.text, ban.from, ban.until, ban.jail]);
    this.#priors.set(ban.subject.text, this.uncounted(ban.subject) + 1);
  }

  /** What became of a ban; it is left out when the ban itself was never recorded. */
  block(recorded: { readonly id: number | undefined }, block: Block): void {
    this.#blocks.push([recorded, block]);
  }

  /** What others said of who was banned, by the ban's id. Whether there was room for it. */
  finding(recorded: { readonly id: number }, finding: Finding): boolean {
    if (this.#findings.length >= FINDINGS_MAX) return false;
    this.#findings.push([recorded, finding]);
    return true;
  }

  release(subject: Network, at: number, why: string): void {
    this.#releases.push({ subject, at, why });
    this.#note(['u', subject.text]);
  }

  /** How many bans of the subject the ledger does not count yet. */
  uncounted(subject: Network): number {
    return this.#priors.get(subject.text) ?? 0;
  }

  /** The bans made since the last call. */
  takeBans(): readonly RecordedBan[] {
    const made = this.#made;
    this.#made = [];
    return made;
  }

  /**
   * Writes all that waits in one transaction; `now`: as in the logs. On failure everything stays as it was.
   * @throws ProblemError of the ledger
   */
  commit(ledger: Ledger, reading: Reading, now: number, outlives: Durability = 'power'): void {
    ledger.begin(outlives);
    const ids: Array<readonly [RecordedBan, number]> = [];
    const positions: Array<readonly [object, number]> = [];
    try {
      for (const [attempt, count] of this.#tallies) ledger.tally(attempt, count);
      for (const recorded of this.#bans) {
        const id = ledger.ban(recorded.ban, recorded.origin);
        ids.push([recorded, id]);
        recorded.id = id;
      }
      for (const [{ id }, block] of this.#blocks) if (id !== undefined) ledger.block(id, block);
      for (const [{ id }, finding] of this.#findings) ledger.finding(id, finding);
      for (const { subject, at, why } of this.#releases) ledger.release(subject.text, { host: this.#host, at, why });
      for (const bookmark of reading.bookmarks) {
        if (bookmark.type === 'file') positions.push([bookmark.part, this.#savePosition(ledger, bookmark, now)]);
      }
      this.#saveStates(ledger, reading.states);
      ledger.saveMemory(reading.memory);
      if (!this.isEmpty) ledger.keepRecent(Math.max(this.#newest, now), this.#entry(now));
      ledger.commit();
    } catch (error) {
      ledger.rollback();
      for (const [recorded] of ids) recorded.id = undefined;
      throw error;
    }
    for (const [part, id] of positions) this.#ids.set(part, id);
    for (const [name, text] of reading.states) this.#saved.set(name, text);
    this.#clear();
  }

  #savePosition(ledger: Ledger, bookmark: Extract<Bookmark, { type: 'file' }>, lastTime: number): number {
    const { part, position, resumed } = bookmark;
    const id = this.#ids.get(part) ?? (isStored(resumed) ? resumed.id : undefined);
    return ledger.savePosition({ ...position, lastTime }, id);
  }

  #saveStates(ledger: Ledger, states: ReadonlyMap<string, string>): void {
    for (const [name, text] of states) if (this.#saved.get(name) !== text) ledger.saveState(name, text);
  }

  #note(event: RecentEvent): void {
    this.#events.push(JSON.stringify(event));
  }

  /** A RecentEntry as JSON. */
  #entry(now: number): string {
    return `{"now":${JSON.stringify(now)},"events":[${this.#events.join(',')}]}`;
  }

  #overflow(): void {
    this.#overflowed = true;
    this.#clear();
  }

  #clear(): void {
    this.#tallies = [];
    this.#bans = [];
    this.#blocks = [];
    this.#findings = [];
    this.#releases = [];
    this.#events = [];
    this.#priors.clear();
  }
}

function isStored(position: object | undefined): position is StoredPosition {
  return position !== undefined && 'id' in position;
}
