/**
 * Writes what is new into the ledger, in the order of time, some thousand rows a transaction: a daemon that writes into the
 * same ledger waits a fraction of a second, and a run that was killed goes on where its last transaction ended, because
 * what is recorded is known when the sources are read again.
 */
import { type Network, parseNetwork } from '../base/address.ts';
import { dayOf } from '../base/zone.ts';
import type { Durability, Ledger } from '../ledger/ledger.ts';
import type { Ban, Evidence, Origin } from '../model.ts';
import { AttemptBook, countedBy, freshAttempts } from './attempts.ts';
import { type JailKind, type JailKinds, kindFrom } from './jail-kinds.ts';
import type { KnownEarlyEnd } from './settle.ts';
import type { HistorySource, Recollection } from './source.ts';
import type { Decision, StagedBan, Staging } from './staging.ts';

/**
 * Bans of one transaction. With more, their pages in the indexes are written fewer times and memory grows; at 4,000 a
 * million bans take half the time that they take at 1,000, and a daemon waits for half a second.
 */
const BATCH = 4_000;
/** Bans come in the order of time, so those of one moment are near to each other. */
const MOMENTS_MAX = 10_000;
/** Ends before their time are told of so. */
const RELEASED = 'ended early there (imported)';
const NOT_ENFORCED = 'imported for the record, not to be enforced';
const PROGRAMS = {
  'fail2ban-db': 'fail2ban',
  'fail2ban-log': 'fail2ban',
  'crowdsec-db': 'crowdsec',
  csv: 'csv',
} as const;

export interface RecordRules {
  readonly host: string;
  readonly now: number;
  readonly jails: JailKinds;
  /** Whether bans that are still in force are to be enforced by a daemon. */
  readonly enforce: boolean;
  readonly sources: readonly HistorySource[];
  lookup(subject: StagedBan['subject']): Origin;
  /** Called within each transaction. @throws ProblemError when it must not be made */
  check(): void;
  advance(count: number): Promise<void> | undefined;
}

export interface Recorded {
  bans: number;
  evidence: number;
  attempts: number;
  releases: number;
  /** Bans in force that a daemon will enforce, and those that were recorded only. */
  enforced: number;
  notEnforced: number;
  /** Early ends that could not be recorded without ending other bans of the address. */
  endsLost: number;
}

type Fresh = StagedBan & Decision;

export class Recording {
  readonly counts: Recorded = {
    ...{ bans: 0, evidence: 0, attempts: 0, releases: 0, enforced: 0, notEnforced: 0, endsLost: 0 },
  };
  readonly #ledger: Ledger;
  readonly #staging: Staging;
  readonly #rules: RecordRules;
  readonly #book: AttemptBook;
  readonly #isCounted: ReturnType<typeof countedBy>;
  readonly #moments = new Set<string>();

  constructor(ledger: Ledger, staging: Staging, rules: RecordRules) {
    this.#ledger = ledger;
    this.#staging = staging;
    this.#rules = rules;
    this.#book = new AttemptBook(ledger, rules.host);
    this.#isCounted = countedBy(staging);
  }

  async run(ends: readonly KnownEarlyEnd[]): Promise<void> {
    for (const bans of this.#staging.inOrder(BATCH)) {
      // The sources are asked before the lock is taken.
      const recalled = bans.map((ban) => this.#rules.sources[ban.source]?.recall(ban));
      this.#transaction(() => {
        for (const [number, ban] of bans.entries()) this.#ban(ban, recalled[number] ?? NOTHING);
      });
      await this.#rules.advance(bans.length);
    }
    for (const attempts of freshAttempts(this.#staging, BATCH)) {
      this.#transaction(() => {
        for (const each of attempts) {
          this.#book.add(each);
          this.counts.attempts += each.count;
        }
      });
      await this.#rules.advance(attempts.length);
    }
    this.#transaction(() => {
      for (const end of ends) this.#lateEnd(end);
    }, 'power');
  }

  /** What a power failure takes away is imported again; the last one makes sure of all before it. */
  #transaction(work: () => void, outlives: Durability = 'process'): void {
    this.#ledger.begin(outlives);
    try {
      this.#rules.check();
      work();
      this.#ledger.commit();
    } catch (error) {
      this.#ledger.rollback();
      throw error;
    }
  }

  #ban(staged: Fresh, recalled: Recollection): void {
    const { host, jails, now, enforce } = this.#rules;
    const { subject, jail, from, prior, form } = staged;
    const found = jails.of(jail, form);
    const kind = staged.kind !== undefined || found === 'skip' ? kindFrom(staged.kind ?? 'other.unknown') : found;
    const isInForce = staged.until > now && staged.released === undefined;
    const released = staged.released ?? (isInForce && !enforce ? now : undefined);
    // A release ends all bans of the address that are recorded by then; those in force must not be among them.
    const isAlone = released === undefined || !this.#isBanned(subject);
    const until = isAlone ? staged.until : Math.min(staged.until, released ?? staged.until);
    const failures = Math.max(recalled.failures, staged.failures);
    const evidence = this.#evidenceOf(staged, { recalled, kind });
    const ban: Ban = {
      ...{ subject, host, jail, service: kind.service, kind: kind.kind, from, until, prior, evidence },
      reason: { rule: 'imported', from: form, text: recalled.text },
    };
    this.#ledger.ban(ban, this.#rules.lookup(subject));
    if (released !== undefined && isAlone) {
      const why = staged.released === undefined ? NOT_ENFORCED : RELEASED;
      this.#ledger.release(subject.text, { host, at: released, why });
      this.counts.releases++;
    }
    this.counts.bans++;
    this.counts.evidence += evidence.length;
    if (isInForce) this.counts[enforce ? 'enforced' : 'notEnforced']++;
    if (kind.attempts && form !== 'fail2ban-log') this.#attempts(staged, { failures, kind, recalled });
  }

  /** Of an address, and where no log counts them. */
  #attempts(
    { subject, from }: Fresh,
    { failures, kind, recalled }: { failures: number; kind: JailKind; recalled: Recollection },
  ): void {
    const of = { subject: subject.text, kind: kind.kind };
    if (failures === 0 || subject.bits !== 128) return;
    if (this.#isCounted({ ...of, day: dayOf(this.#ledger.zone, from) })) return;
    // Two scenarios see the same events: their bans of one moment are counted once.
    const moment = `${of.subject} ${of.kind} ${Math.floor(from / 1_000)}`;
    if (this.#moments.has(moment)) return;
    if (this.#moments.size >= MOMENTS_MAX) this.#moments.clear();
    this.#moments.add(moment);
    const users = recalled.lines.flatMap(({ user }) => user ?? []);
    this.#book.add({ ...of, count: failures, first: from, last: from }, users);
    this.counts.attempts += failures;
  }

  #evidenceOf(staged: Fresh, { recalled, kind }: { recalled: Recollection; kind: JailKind }): Evidence[] {
    const { subject, from, form, source } = staged;
    const path = this.#rules.sources[source]?.path ?? '';
    const [address, filter, target] = [subject.base, PROGRAMS[form], undefined];
    return recalled.lines.map(({ time = from, line, place: offset, user, count }) => {
      return { time, address, kind: kind.kind, filter, pattern: 0, user, target, path, offset, count, line };
    });
  }

  /** Whether a ban of exactly this subject is in force here, but for one. */
  #isBanned(subject: Network, butFor?: number): boolean {
    const { host, now } = this.#rules;
    return this.#ledger.inForceExactly(subject, host, now).some((id) => id !== butFor);
  }

  /** The end of a ban that was imported before its end was known. */
  #lateEnd({ subject, banId, at }: KnownEarlyEnd): void {
    const network = parseNetwork(subject);
    const { host } = this.#rules;
    if (!network) return;
    const isKnown = this.#ledger
      .releasesOf(network)
      .some((release) => release.subject === subject && release.host === host && release.at === at);
    if (isKnown) return;
    if (this.#isBanned(network, banId)) {
      this.counts.endsLost++;
      return;
    }
    this.#ledger.release(subject, { host, at, why: RELEASED });
    this.counts.releases++;
  }
}

const NOTHING: Recollection = { failures: 0, text: '', lines: [] };
