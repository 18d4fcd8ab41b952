/**
 * The record: bans with their evidence and origin, blocks, releases, tallies of attempts, and how far each log was read.
 * Facts are added and never changed. One SQLite file; this is its face.
 */
import type { Network } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { type Zone, zoneOf } from '../base/zone.ts';
import type {
  Aim,
  Answer,
  Attempt,
  Ban,
  BanRecord,
  Block,
  Evidence,
  Finding,
  Origin,
  Reason,
  ReportedBan,
  Scope,
  Tally,
  UserTally,
} from '../model.ts';
import type { AbuseBook } from './abuse-book.ts';
import type { AlertRecords } from './alert-records.ts';
import type { Release } from './ban-book.ts';
import type { BanLists } from './ban-lists.ts';
import type { MemoryRow } from './memory.ts';
import { openPlace } from './opening.ts';
import type { Outbox } from './outbox.ts';
import type { SourcePosition, StoredPosition } from './positions.ts';
import { SqliteLedger } from './sqlite-ledger.ts';
import type { BanSearch, FoundBans, ReasonedBan } from './subject-records.ts';
import type { TallyLists } from './tally-lists.ts';
import type { Durability } from './transaction.ts';

export type { AbuseReport, AbuseState, AbuseStep, NewAbuseReport } from './abuse-book.ts';
export type { Release } from './ban-book.ts';
export { type DaemonLock, lockForDaemon, lockForNotifier } from './daemon-lock.ts';
export type { MemoryRow } from './memory.ts';
export type { Backlog, MessageState, NewMessage, Outbox, OutboxMessage, Outcome } from './outbox.ts';
export type { SourcePosition, StoredPosition } from './positions.ts';
export type { BanSearch, FoundBans, ReasonedBan } from './subject-records.ts';
export type { Durability } from './transaction.ts';
export { NAME_BYTES, NAMES_A_DAY } from './user-book.ts';

export interface LedgerOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly mode: 'read' | 'write';
  readonly clock: Clock;
  /**
   * The time zone that the days of tallies are cut in, an IANA name or `local`; fixed when the ledger is made, and
   * ignored afterwards. UTC when not given.
   */
  readonly zone?: string;
  /**
   * How long a write waits for another writer, in milliseconds, 5,000 when not given. The process stands still
   * meanwhile, which a daemon must not for long.
   */
  readonly patienceMs?: number;
}

/**
 * Everything that writes needs an open transaction, and one that fails undoes all of it: nothing since `begin` is
 * recorded, and the next `begin` starts afresh. Operating errors (a full disk, a damaged file) are ProblemErrors.
 */
export interface Ledger {
  readonly zone: Zone;
  /** Messages to people. Its changes need an open transaction, as all others. */
  readonly outbox: Outbox;
  /** What was there before a ban, for whoever tells people of it. */
  readonly alerts: AlertRecords;
  /** Reports to whom attackers' networks belong. Its changes need an open transaction. */
  readonly abuse: AbuseBook;

  /**
   * Begins a transaction: positions together with what was derived. On `read`: all questions see one state. What is
   * committed outlives the process in any case, and with `power`, the default, a power failure: then `commit` waits for
   * the disk. With `process` it does not, and after a power failure the ledger may end before it, whole as ever.
   */
  begin(outlives?: Durability): void;
  commit(): void;
  /** Also when there is none. */
  rollback(): void;

  /** Records a ban with its evidence; its id. */
  ban(ban: Ban, origin: Origin): number;
  /** Records what became of a ban. */
  block(banId: number, block: Block): void;
  /** Records what others said of a banned address. Where the ban has an answer to the question already, that one stays. */
  finding(banId: number, finding: Finding): void;
  /** Ends all bans of exactly this subject (address or network) on a host that were recorded so far. */
  release(subject: string, release: Omit<Release, 'subject'>): void;
  /** Counts an attempt, and the user name that it tried, `count` times. */
  tally(attempt: Attempt, count: number): void;

  /** How often exactly this subject was banned, on all hosts and by all jails. Releases do not lower it. */
  priorBans(subject: Network): number;
  /** Bans that began in a scope, in the order in which they were made. */
  bans(scope: Scope): Iterable<ReportedBan>;
  /** The same, column by column; the lists of a page are filled again with the next. */
  banPages(scope: Scope): Iterable<BanLists>;
  /** Tallies of the days that a scope touches, by day. */
  tallies(scope: Scope): Iterable<Tally>;
  /** The same, column by column, likewise. */
  tallyPages(scope: Scope): Iterable<TallyLists>;
  /** The sum of `tallies`, and when the first attempt was; infinite when there is none. */
  attemptsIn(scope: Scope): { readonly count: number; readonly first: number };
  /** User names of these days, by day. */
  users(scope: Scope): Iterable<UserTally>;
  /** The hosts that have bans or attempts in scope, sorted. */
  hosts(scope: Scope): readonly string[];
  /** The number of the ban that was recorded last, 0 for none. They are numbered one by one. */
  newestBan(): number;
  /** When the first ban began, on a host or on all; undefined when there is none. */
  firstBan(host: string | undefined): number | undefined;
  /** Bans of a network, of what lies in it, and of larger ones that hold it, in the order in which they were made. */
  bansOf(network: Network): Iterable<BanRecord>;
  /** Bans of exactly this address or network, on all hosts, in the order in which they were made. */
  bansExactly(network: Network): Iterable<BanRecord>;
  /**
   * The numbers of the bans of a network (as `bansOf`), of an autonomous system or organization as it was at the time of
   * the ban, in any case of its letters, or whose evidence names a user; of the newest `NAMED_WITHIN` bans for a user.
   */
  searchBans(search: BanSearch): FoundBans;
  /** The bans with these numbers, in the order in which they were made. */
  reasonedBans(banIds: readonly number[]): Iterable<ReasonedBan>;
  /** Bans of a host that have neither ended nor been released at `now`. */
  inForce(host: string, now: number): Iterable<BanRecord>;
  /** Of these, the ids of those of exactly this address or network. */
  inForceExactly(subject: Network, host: string, now: number): readonly number[];
  /** Of all of them, the ids of those that the ledger knows no block of: neither made nor refused. */
  unanswered(host: string, now: number): readonly number[];
  evidenceOf(banId: number): readonly Evidence[];
  /** What the lines of evidence of some bans were aimed at, where they say so; cut to 512 bytes. */
  aimsOf(banIds: readonly number[]): Iterable<Aim>;
  reasonOf(banId: number): Reason | undefined;
  blocksOf(banId: number): readonly Block[];
  /** What others said of the banned address, an answer for each question that was answered. */
  findingsOf(banId: number): readonly Finding[];
  /** What was last said of an address of the network, not before `since`. */
  lastFinding(about: Answer['about'], network: Network, since: number): Finding | undefined;
  /** Bans that a question has no answer for, in the order in which they were made. */
  withoutFinding(about: Answer['about'], scope: Scope): Iterable<BanRecord>;
  /** Releases of a network and of what lies in it. */
  releasesOf(network: Network): readonly Release[];
  /** All tallies of a network's addresses, by address. */
  talliesOf(network: Network): Iterable<Tally>;
  /** When and where a user name (latin1, cut to `NAME_BYTES`) was tried, by day. */
  usersNamed(user: string): readonly UserTally[];

  /** How far the logs of a host were read, in the order in which they were first seen. */
  positions(host: string): readonly StoredPosition[];
  /** Moves the position `id`, or adds one when not given; its id. */
  savePosition(position: SourcePosition, id?: number): number;
  /** What was last saved under a name. */
  state(name: string): string | undefined;
  /** Saves text of the caller's own making, in place of what was saved under the name before. */
  saveState(name: string, text: string): void;

  /** Keeps text of the caller's own making, about what happened until `last`, for `recent`. */
  keepRecent(last: number, text: string): void;
  /** What was kept, from the first that reaches the time on, in the order of keeping. */
  recent(since: number): Iterable<string>;
  /** The latest time of what was kept, 0 for none. */
  newestRecent(): number;
  /** Forgets what ended before a time. */
  forgetRecent(before: number): void;

  /** Keeps rows of the caller's own making for `memory`, each in place of the one with its key; without content it goes. */
  saveMemory(rows: Iterable<MemoryRow>): void;
  /** All rows. */
  memory(): Iterable<MemoryRow>;
  /** Forgets the rows that mattered until before a time. */
  forgetMemory(before: number): void;

  close(): void;
}

/**
 * Opens a ledger; makes it when it is missing and may be written, with its folder.
 * @throws ProblemError: 65 not a ledger, damaged, or of another version; 66 missing; 69 in use, or the disk is full;
 * 77 not permitted.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { path, mode, clock } = options;
  const zone = zoneOf(options.zone ?? 'UTC');
  if (!zone) throw new ProblemError(EXIT.usage, { what: `there is no time zone ${options.zone}` });
  const { database, zone: ledgerZone } = openPlace({ path, mode, clock, zone, patienceMs: options.patienceMs });
  try {
    return new SqliteLedger(database, { zone: ledgerZone, mode });
  } catch (error) {
    database.close();
    throw error;
  }
}
