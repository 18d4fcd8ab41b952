/**
 * What others say of who was banned: asked once the ban is made, recorded when they answer, with the ban as it is. No ban
 * waits for it, and none is made or ended by it.
 */
import { type Network, parseNetwork } from '../base/address.ts';
import { type Problem, ProblemError } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Answer, Ban, Finding } from '../model.ts';
import { askedAddress } from '../origin/asked-address.ts';
import { type DeskFacts, Enricher } from '../origin/enricher.ts';
import type { Inquiries } from './inquiries.ts';
import type { Live } from './live.ts';
import type { RecordedBan } from './pending.ts';
import type { Problems } from './problems.ts';
import type { FindingStatus } from './protocol.ts';
import type { DaemonOptions } from './world.ts';

/** A ban, by its id: its evidence may be large, and need not wait along with the question. */
interface Asker {
  readonly id: number;
}

/** The daemon, as far as it asks others. */
export interface Owner {
  readonly options: Pick<DaemonOptions, 'clock' | 'host' | 'world'>;
  readonly config: Config;
  readonly problems: Problems;
  readonly inquiries: Pick<Inquiries, 'check'>;
  readonly ledger: Ledger | undefined;
  readonly live: Live | undefined;
}

/** What an address was when it attacked, it still is some hours later. Older bans are `rapsheet enrich`'s business. */
const RECENT_MS = 21_600_000;
/** Bans that wait for the ledger to take them, with all their evidence: some megabytes. */
const EARLY_MAX = 1_000;
const TRIES = 3;
/** How long `status` tells that bans were left out. */
const REMINDER_MS = 3_600_000;
/** A registry may want to be left alone for a day; a daemon has the time. */
const LONGEST_WAIT_MS = 86_400_000;

export class Enrichment {
  readonly #owner: Owner;
  readonly #enricher: Enricher<Asker>;
  /** The settings in use, as text. */
  #settings: string;
  /** Bans that the ledger does not have yet. */
  #early: RecordedBan[] = [];
  /** Of these, the ones that found no room. */
  #missed = 0;
  /** By question: answers that found no room before the record, because the ledger cannot be written. */
  readonly #unrecorded = new Map<Answer['about'], number>();
  /** By question: how many bans were left out by when. */
  readonly #left = new Map<Answer['about'], { readonly dropped: number; readonly at: number }>();

  /** @throws ProblemError for a file that cannot be used */
  constructor(owner: Owner) {
    const { options, config } = owner;
    this.#owner = owner;
    this.#settings = settingsOf(config);
    this.#enricher = new Enricher<Asker>(options.world.informants(config, owner.inquiries), {
      clock: options.clock,
      recall: (about, network, since) => this.#recall(about, network, since),
      onFinding: (asker, finding) => this.#onFinding(asker, finding),
      tries: TRIES,
      longestWaitMs: LONGEST_WAIT_MS,
    });
  }

  /** Another configuration. Whoever is asked already is not asked anew: they may have wished to be left alone. @throws ProblemError */
  use(config: Config): void {
    const settings = settingsOf(config);
    if (settings === this.#settings) return;
    const { options, inquiries } = this.#owner;
    this.#enricher.use(options.world.informants(config, inquiries));
    this.#settings = settings;
    this.resume();
  }

  /** Forgets what waits, and takes up the recent bans that the record has no answer for: at the start, with another ledger. */
  resume(): void {
    this.#enricher.clear();
    this.#early = [];
    const { ledger, options } = this.#owner;
    const { clock, host } = options;
    const period = { from: clock() - RECENT_MS, until: Number.POSITIVE_INFINITY, name: 'recently' };
    if (!ledger) return;
    try {
      for (const { about } of this.#enricher.room) {
        for (const { id, subject } of ledger.withoutFinding(about, { period, host })) {
          const network = parseNetwork(subject);
          if (!network) continue;
          const address = askedAddress(network, () => ledger.evidenceOf(id));
          this.#enricher.add({ id }, address, about);
        }
      }
    } catch (error) {
      // A ledger that cannot be read is a problem of its own, which others tell of.
      if (!(error instanceof ProblemError)) throw error;
    }
  }

  /** Bans that were just made. Usually they have been recorded. */
  take(bans: readonly RecordedBan[]): void {
    if (this.#enricher.facts.length === 0) return;
    const since = this.#owner.options.clock() - RECENT_MS;
    for (const recorded of bans) {
      if (recorded.ban.from < since) continue;
      if (recorded.id !== undefined) this.#add(recorded.ban, recorded.id);
      else if (this.#early.length < EARLY_MAX) this.#early.push(recorded);
      else this.#missed++;
    }
  }

  /** Asks as far as it may be asked now. */
  turn(): void {
    const early = this.#early;
    this.#early = [];
    this.take(early);
    this.#enricher.turn();
    this.#owner.problems.replace('origin:', 'warning', this.#problems());
  }

  #add({ subject, evidence }: Ban, id: number): void {
    this.#enricher.add(
      { id },
      askedAddress(subject, () => evidence),
    );
  }

  get status(): FindingStatus[] {
    return this.#enricher.facts.map((facts) => {
      const { about, waiting, answered, unanswered } = facts;
      return { about, waiting: waiting + this.#early.length, answered, unanswered, dropped: this.#dropped(facts) };
    });
  }

  close(): void {
    this.#enricher.close();
  }

  /** While the daemon begins again there is nobody to take it; the ban is asked about anew then. */
  #onFinding(asker: Asker, finding: Finding): void {
    const { live } = this.#owner;
    const { about } = finding.answer;
    if (live && !live.pending.finding(asker, finding)) this.#unrecorded.set(about, this.#unrecordedOf(about) + 1);
  }

  #unrecordedOf(about: Answer['about']): number {
    return this.#unrecorded.get(about) ?? 0;
  }

  #dropped({ about, dropped }: DeskFacts): number {
    return dropped + this.#missed + this.#unrecordedOf(about);
  }

  #problems(): ReadonlyMap<string, Problem> {
    const found = new Map<string, Problem>();
    for (const facts of this.#enricher.facts) {
      const where = facts.about === 'listings' ? facts.option : `origin.${facts.option}`;
      if (facts.trouble !== undefined) {
        const hint = 'bans are made and recorded without it; it is asked again now and then';
        found.set(facts.option, { where, what: facts.trouble, hint });
      } else if (this.#isLeavingOut(facts)) {
        const what = 'more bans than can be asked about; some are left out';
        found.set(facts.option, { where, what, hint: 'rapsheet enrich asks about them later' });
      }
    }
    return found;
  }

  /** Whether bans were left out lately. */
  #isLeavingOut(facts: DeskFacts): boolean {
    const now = this.#owner.options.clock();
    const dropped = this.#dropped(facts);
    const before = this.#left.get(facts.about) ?? { dropped: 0, at: Number.NEGATIVE_INFINITY };
    if (dropped !== before.dropped) this.#left.set(facts.about, { dropped, at: now });
    return dropped !== before.dropped ? dropped > 0 : Math.abs(now - before.at) < REMINDER_MS;
  }

  #recall(about: Answer['about'], network: Network, since: number): Finding | undefined {
    try {
      return this.#owner.ledger?.lastFinding(about, network, since);
    } catch (error) {
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  }
}

/** Who is asked. The lists themselves are exchanged elsewhere (inquiries.ts). */
function settingsOf({ origin, blocklists }: Config): string {
  return JSON.stringify([origin, blocklists.zones]);
}
