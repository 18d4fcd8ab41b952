/** What the daemon does now and then, beside reading: looks after the host, the allow file, spooled releases, logs, the kernel. */
import { statSync } from 'node:fs';
import type { Network } from '../base/address.ts';
import { type Problem, ProblemError } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import { readAllowFile } from './allow-file.ts';
import { spooledSubjects, subjectsToRelease } from './bans.ts';
import type { Effects } from './effects.ts';
import type { Enforcer } from './enforcer.ts';
import { GivenUpLines, givenUpOf } from './given-up-lines.ts';
import type { Inquiries } from './inquiries.ts';
import type { Live } from './live.ts';
import type { NeverBan } from './never-ban.ts';
import type { Problems } from './problems.ts';
import { takeReleases } from './releases.ts';
import type { Parts } from './standing.ts';
import type { Held } from './target.ts';
import type { Ticker } from './ticker.ts';
import type { DaemonOptions } from './world.ts';

const PRUNE_MS = 60_000;
/** How often the host's addresses and sessions are read. */
const FACTS_MS = 10_000;
/** Where the firewall tells of changes this finds what it missed; elsewhere it is all there is. */
const CHECK_MS = 60_000;
/** Blocks that end so soon may have ended meanwhile. */
const ENDING_MS = 2_000;

/** The daemon, as far as it is looked after here. */
export interface Charge {
  readonly options: DaemonOptions;
  readonly config: Config;
  readonly neverBan: NeverBan;
  readonly enforcer: Enforcer;
  readonly effects: Pick<Effects, 'prune'>;
  readonly problems: Problems;
  readonly inquiries: Inquiries;
  readonly live: Live | undefined;
  readonly parts: Parts;
  /** Ends bans: recorded, forgotten by the jails, out of the kernel. */
  release(subjects: readonly Network[], why: string): void;
}

export class Chores {
  readonly #charge: Charge;
  /** Of the allow file as it was last read. */
  #stamp = '';
  /** The host's own addresses as they were last seen. */
  #own = '';
  readonly #givenUp: GivenUpLines;

  constructor(charge: Charge) {
    this.#charge = charge;
    this.#givenUp = new GivenUpLines({ log: charge.options.log, problems: charge.problems });
  }

  /** What costs next to nothing, every second. */
  look(): void {
    this.readAllowFile();
    this.takeReleases();
    this.#lookAtLogs();
    this.#givenUp.look(givenUpOf(this.#charge.live));
    this.#lookAtBlocklists();
  }

  /** What costs something, now and then. */
  lookFurther(ticker: Pick<Ticker, 'isTime'>): void {
    if (ticker.isTime('facts', FACTS_MS)) void this.readFacts();
    if (ticker.isTime('check', CHECK_MS)) void this.checkFirewall();
    if (!ticker.isTime('prune', PRUNE_MS)) return;
    const { enforcer, effects, options, live } = this.#charge;
    enforcer.prune(options.clock());
    effects.prune();
    this.#givenUp.tell(givenUpOf(live));
    options.log.settle();
  }

  /** The host's addresses, gateways, resolvers, sessions. */
  async readFacts(): Promise<void> {
    const { neverBan, problems, options } = this.#charge;
    try {
      const facts = await options.world.readHost();
      neverBan.see(facts);
      this.#releaseOwn(JSON.stringify(facts.own.map(({ network }) => network.text)));
      problems.replace('host:', 'warning', byPlace(facts.problems));
    } catch (error) {
      const what = `who must not be banned cannot be read: ${String(error)}`;
      problems.raise('host', 'error', { where: 'host', what, hint: 'the last known addresses stay protected' });
    }
  }

  /** This host may have been given an address, or a gateway, that is blocked. */
  #releaseOwn(own: string): void {
    if (own === this.#own) return;
    const isFirst = this.#own === '';
    this.#own = own;
    if (!isFirst) this.#charge.enforcer.reconcile('the addresses of this host changed');
  }

  /** Read again when it changed; whoever is new in it is let in at once. */
  readAllowFile(): void {
    const { config, neverBan, problems, live } = this.#charge;
    const path = config.protect.allowFile;
    const stats = statSync(path, { throwIfNoEntry: false });
    const stamp = stats ? `${path} ${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}` : `${path} none`;
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const file = readAllowFile(path);
    problems.replace('allow:', 'warning', byPlace(file.problems));
    const added = neverBan.allow(file.entries);
    if (!live) return;
    const { parts, options } = this.#charge;
    const subjects = added.flatMap((network) => subjectsToRelease(parts, network, options.clock()));
    if (subjects.length > 0) this.#charge.release(subjects, `in the allow file ${path}`);
  }

  /** Bans that were ended by a command while we did not listen. */
  takeReleases(): void {
    const { options, problems } = this.#charge;
    try {
      const taken = takeReleases(options.ledgerPath);
      if (!taken) return;
      const { parts } = this.#charge;
      const subjects = spooledSubjects(parts, taken.releases, options.clock());
      const [first] = taken.releases;
      this.#charge.release(subjects, first ? `by ${first.by}${first.why === '' ? '' : `: ${first.why}`}` : '');
      if (parts.live.pending.isEmpty) taken.done();
      problems.clear('releases');
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const [problem = { what: 'spooled releases cannot be read' }] = error.problems;
      problems.raise('releases', 'warning', problem);
    }
  }

  /** What is wrong with the logs. */
  #lookAtLogs(): void {
    const { live, problems } = this.#charge;
    const found = new Map<string, Problem>();
    for (const { state, time } of live?.intake.logs() ?? []) {
      for (const problem of state.problems) found.set(`${state.name}: ${problem.what}`, problem);
      if (time !== undefined) {
        const hint = 'is general.zone right, and the clock of whoever writes it?';
        found.set(`${state.name}: time`, { where: state.name, what: time, hint });
      }
    }
    problems.replace('log:', 'warning', found);
  }

  /** What is wrong with the blocklists. */
  #lookAtBlocklists(): void {
    const { inquiries, problems } = this.#charge;
    inquiries.look();
    problems.replace('blocklist:', 'warning', inquiries.problems());
  }

  /** Whether the kernel still has what we put there; puts it back where not. */
  async checkFirewall(): Promise<void> {
    const { enforcer, options } = this.#charge;
    if (enforcer.isBusy) return;
    const listed = await enforcer.listed();
    const blocked = new Set(listed?.map(({ subject }) => subject.text));
    const soon = options.clock() + ENDING_MS;
    const isMissing = ({ subject, until }: Held): boolean => !blocked.has(subject.text) && until > soon;
    if (listed && ![...enforcer.allHeld()].some(isMissing)) return;
    options.log.warn('blocks are missing in the firewall; they are put back');
    enforcer.reconcile('blocks were missing');
  }
}

function byPlace(problems: readonly Problem[]): ReadonlyMap<string, Problem> {
  return new Map(problems.map((problem) => [`${problem.where ?? ''} ${problem.what}`, problem]));
}
