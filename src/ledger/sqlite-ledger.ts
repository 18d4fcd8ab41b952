/** The ledger's verbs over the tables: transactions, and what is in memory until they end. */
import type { Network } from '../base/address.ts';
import { ProblemError } from '../base/problem.ts';
import type { Zone } from '../base/zone.ts';
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
import { AbuseBook } from './abuse-book.ts';
import { AlertRecords } from './alert-records.ts';
import { BanBook, type Release } from './ban-book.ts';
import type { BanLists } from './ban-lists.ts';
import { BanRecords } from './ban-records.ts';
import type { Database } from './database.ts';
import { Findings } from './findings.ts';
import { Memory, type MemoryRow } from './memory.ts';
import { Outbox } from './outbox.ts';
import { Positions, type SourcePosition, type StoredPosition } from './positions.ts';
import { Recent } from './recent.ts';
import { ScopedBans } from './scoped-bans.ts';
import { SeriesTable } from './series.ts';
import { StoryRecords } from './story-records.ts';
import { type BanSearch, type FoundBans, type ReasonedBan, SubjectRecords } from './subject-records.ts';
import { TallyBook } from './tally-book.ts';
import type { TallyLists } from './tally-lists.ts';
import { TallyRecords } from './tally-records.ts';
import { type Durability, Transaction } from './transaction.ts';
import { openVocabulary, type Vocabulary } from './vocabulary.ts';

export class SqliteLedger {
  readonly zone: Zone;
  readonly #database: Database;
  readonly #mode: 'read' | 'write';
  readonly #transaction: Transaction;
  readonly #vocabulary: Vocabulary;
  readonly #series: SeriesTable;
  readonly #bans: BanBook;
  readonly #banRecords: BanRecords;
  readonly #scopedBans: ScopedBans;
  readonly #storyRecords: StoryRecords;
  readonly #subjectRecords: SubjectRecords;
  readonly #tallies: TallyBook;
  readonly #tallyRecords: TallyRecords;
  readonly #positions: Positions;
  readonly #recent: Recent;
  readonly #memory: Memory;
  readonly #findings: Findings;
  readonly outbox: Outbox;
  readonly alerts: AlertRecords;
  readonly abuse: AbuseBook;

  // Questions that are passed on as they are.
  readonly findingsOf = (banId: number): Finding[] => this.#findings.ofBan(banId);
  readonly bansOf = (network: Network): Iterable<BanRecord> => this.#banRecords.bansOf(network);
  readonly bansExactly = (network: Network): Iterable<BanRecord> => this.#banRecords.bansExactly(network);
  readonly inForce = (host: string, now: number): Iterable<BanRecord> => this.#banRecords.inForce(host, now);
  readonly unanswered = (host: string, now: number): number[] => this.#banRecords.unanswered(host, now);
  readonly priorBans = (subject: Network): number => this.#banRecords.priorBans(subject);
  readonly blocksOf = (banId: number): Block[] => this.#banRecords.blocksOf(banId);
  readonly releasesOf = (network: Network): Release[] => this.#banRecords.releasesOf(network);
  readonly reasonOf = (banId: number): Reason | undefined => this.#banRecords.reasonOf(banId);

  readonly positions = (host: string): StoredPosition[] => this.#positions.ofHost(host);
  readonly state = (name: string): string | undefined => this.#positions.state(name);
  readonly inForceExactly = (subject: Network, host: string, now: number): number[] =>
    this.#banRecords.inForceExactly(subject, host, now);
  readonly newestBan = (): number => this.#subjectRecords.newest();

  constructor(database: Database, { zone, mode }: { zone: Zone; mode: 'read' | 'write' }) {
    this.zone = zone;
    this.#database = database;
    this.#mode = mode;
    this.#transaction = new Transaction(database, mode);
    this.#vocabulary = openVocabulary(database);
    this.#series = new SeriesTable(database, this.#vocabulary);
    this.#bans = new BanBook(database, this.#vocabulary);
    this.#banRecords = new BanRecords(database, this.#vocabulary);
    this.#scopedBans = new ScopedBans(database, this.#vocabulary);
    this.#storyRecords = new StoryRecords({ database, vocabulary: this.#vocabulary, bans: this.#scopedBans });
    this.#subjectRecords = new SubjectRecords({ database, vocabulary: this.#vocabulary, bans: this.#banRecords });
    this.#tallies = new TallyBook({ database, series: this.#series, zone });
    this.#tallyRecords = new TallyRecords({ database, series: this.#series, zone });
    this.#positions = new Positions(database, this.#vocabulary);
    this.#recent = new Recent(database);
    this.#memory = new Memory(database);
    this.#findings = new Findings(database, this.#vocabulary);
    this.outbox = new Outbox(database, this.#vocabulary);
    this.alerts = new AlertRecords(database, this.#vocabulary);
    this.abuse = new AbuseBook(database, this.#vocabulary);
  }

  begin(outlives: Durability = 'power'): void {
    this.#transaction.begin(outlives);
  }

  commit(): void {
    this.#write(() => {
      this.#tallies.flush();
      this.#bans.flush();
      this.#transaction.commit();
    });
  }

  rollback(): void {
    if (!this.#transaction.isOpen) return;
    this.#tallies.drop();
    this.#bans.drop();
    this.#vocabulary.forget();
    this.#series.forget();
    this.#transaction.rollback();
  }

  ban(ban: Ban, origin: Origin): number {
    return this.#write(() => this.#bans.ban(ban, origin));
  }

  block(banId: number, block: Block): void {
    this.#write(() => this.#bans.block(banId, block));
  }

  finding(banId: number, finding: Finding): void {
    this.#write(() => this.#findings.add(banId, finding));
  }

  lastFinding(about: Answer['about'], network: Network, since: number): Finding | undefined {
    return this.#findings.newest(about, network, since);
  }

  withoutFinding(about: Answer['about'], scope: Scope): Iterable<BanRecord> {
    return this.#scopedBans.withoutFinding(about, scope);
  }

  release(subject: string, release: Omit<Release, 'subject'>): void {
    this.#write(() => this.#bans.release({ ...release, subject }));
  }

  tally(attempt: Attempt, count: number): void {
    if (!this.#transaction.isOpen) throw new Error('no transaction is open');
    if (this.#tallies.add(attempt, count)) return;
    this.#write(() => this.#tallies.flush());
    this.#tallies.add(attempt, count);
  }

  savePosition(position: SourcePosition, id?: number): number {
    return this.#write(() => this.#positions.save(position, id));
  }

  saveState(name: string, text: string): void {
    this.#write(() => this.#positions.setState(name, text));
  }

  keepRecent(last: number, text: string): void {
    this.#write(() => this.#recent.add(last, text));
  }

  recent(since: number): Iterable<string> {
    return this.#recent.since(since);
  }

  newestRecent(): number {
    return this.#recent.newest();
  }

  forgetRecent(before: number): void {
    this.#write(() => this.#recent.forget(before));
  }

  saveMemory(rows: Iterable<MemoryRow>): void {
    this.#write(() => this.#memory.save(rows));
  }

  memory(): Iterable<MemoryRow> {
    return this.#memory.all();
  }

  forgetMemory(before: number): void {
    this.#write(() => this.#memory.forget(before));
  }

  bans(scope: Scope): Iterable<ReportedBan> {
    return this.#scopedBans.bans(scope);
  }

  banPages(scope: Scope): Iterable<BanLists> {
    return this.#scopedBans.pages(scope);
  }

  firstBan(host: string | undefined): number | undefined {
    return this.#storyRecords.firstBan(host);
  }

  aimsOf(banIds: readonly number[]): Iterable<Aim> {
    this.#settle();
    return this.#storyRecords.aimsOf(banIds);
  }

  searchBans(search: BanSearch): FoundBans {
    this.#settle();
    return this.#subjectRecords.search(search);
  }

  reasonedBans(banIds: readonly number[]): Iterable<ReasonedBan> {
    return this.#subjectRecords.reasoned(banIds);
  }

  evidenceOf(banId: number): Evidence[] {
    this.#settle();
    return this.#banRecords.evidenceOf(banId);
  }

  tallies(scope: Scope): Iterable<Tally> {
    return this.#settledTallies.tallies(scope);
  }

  tallyPages(scope: Scope): Iterable<TallyLists> {
    return this.#settledTallies.tallyPages(scope);
  }

  attemptsIn(scope: Scope): { count: number; first: number } {
    return this.#settledTallies.attemptsIn(scope);
  }

  talliesOf(network: Network): Iterable<Tally> {
    return this.#settledTallies.talliesOf(network);
  }

  users(scope: Scope): Iterable<UserTally> {
    return this.#settledTallies.users(scope);
  }

  usersNamed(user: string): UserTally[] {
    return this.#settledTallies.usersNamed(user);
  }

  hosts(scope: Scope): string[] {
    return [...new Set([...this.#scopedBans.hosts(scope), ...this.#settledTallies.hosts(scope)])].sort();
  }

  close(): void {
    this.rollback();
    if (this.#mode === 'write' && this.#database.isOpen) {
      this.#pack();
      this.#database.gather();
    }
    this.#database.close();
  }

  /** What has no pages is read row by row, which takes longer and is no less true. */
  #pack(): void {
    if (!this.#tallies.isBehind) return;
    try {
      this.begin('process');
      this.#write(() => this.#tallies.pack());
      this.commit();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }

  get #settledTallies(): TallyRecords {
    this.#settle();
    return this.#tallyRecords;
  }

  /** What is read within a transaction includes what it has written so far. */
  #settle(): void {
    for (const book of [this.#tallies, this.#bans]) if (!book.isEmpty) this.#write(() => book.flush());
  }

  /** All or nothing: a write that fails takes with it everything since `begin`. */
  #write<T>(work: () => T): T {
    if (!this.#transaction.isOpen) throw new Error('no transaction is open');
    try {
      return work();
    } catch (error) {
      this.rollback();
      throw error;
    }
  }
}
