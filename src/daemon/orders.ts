/** What the firewall is to hold at the moment, and what became of it: bans in force, less the protected, within a trial. */
import type { Network } from '../base/address.ts';
import { LEFT_TO_ACTIONS } from '../base/left-to-actions.ts';
import { ProblemError } from '../base/problem.ts';
import { isoTime } from '../base/zone.ts';
import type { Config } from '../config/config.ts';
import type { Diagnosis } from '../firewall/diagnosis.ts';
import { ALL_PORTS } from '../firewall/firewall.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Block } from '../model.ts';
import type { BanActions } from './actions.ts';
import { targetOf, wantedTargets } from './bans.ts';
import { Enforcer } from './enforcer.ts';
import type { Live } from './live.ts';
import type { NeverBan } from './never-ban.ts';
import type { RecordedBan } from './pending.ts';
import type { Problems } from './problems.ts';
import type { Status } from './protocol.ts';
import { peekReleases } from './releases.ts';
import type { Held, Target } from './target.ts';
import type { DaemonOptions, Enforcement } from './world.ts';

/** The daemon, as far as its orders come from it. */
export interface Command {
  readonly options: DaemonOptions;
  readonly config: Config;
  readonly problems: Problems;
  readonly neverBan: NeverBan;
  readonly live: Live | undefined;
  readonly ledger: Ledger | undefined;
  readonly actions: Pick<BanActions, 'isOurs' | 'subjects'>;
  /** The ledger is in memory only, or cannot be written. */
  readonly isForgetful: boolean;
}

/** Connections are cut together after so long. */
const CUT_MS = 200;
/** More at once are a flood, or the start, and end by themselves. */
const UNCUT_MAX = 1_000;

export class Orders {
  readonly enforcer: Enforcer;
  readonly #command: Command;
  readonly #since: number;
  #trialUntil: number | undefined;
  #changedBy: string | undefined;
  #uncut: Network[] = [];
  #untold: Array<() => void> = [];
  #cutting: NodeJS.Timeout | undefined;
  /** A trial ended and nobody had confirmed. */
  #isOff = false;

  constructor(command: Command) {
    const { clock, log, dryRun, trialMs, world } = command.options;
    this.#command = command;
    this.#since = clock();
    this.#trialUntil = trialMs === undefined ? undefined : this.#since + trialMs;
    this.enforcer = new Enforcer({
      open: dryRun ? undefined : () => world.openFirewall(command.config),
      ...{ clock, log, problems: command.problems },
      forbids: (target) => this.#forbids(target),
      onBlock: (target, block) => this.#onBlock(target, block),
      onForbidden: (target) => this.#onForbidden(target),
      wanted: () => this.#wanted(),
      limit: () => this.#trialUntil ?? Number.POSITIVE_INFINITY,
      onBlocked: (subjects) => this.#cutSoon(subjects),
      onForeignChange: (who, isFight) => this.#onForeignChange(who, isFight),
    });
  }

  get enforcement(): Enforcement {
    return { config: this.#command.config, firewall: this.enforcer.state.name, changedBy: this.#changedBy };
  }

  /** A hundred thousand bans take the kernel a second, which need not wait for what we do in it. */
  beginEarly(): void {
    // Who was released meanwhile must not be blocked even for that second.
    if (peekReleases(this.#command.options.ledgerPath).length === 0) this.enforcer.reconcile('start');
  }

  /** Makes the kernel hold the bans in force, where that has not begun already. The path is open by now. */
  begin(): void {
    for (const tell of this.#untold) tell();
    this.#untold = [];
    if (this.enforcer.state.last === undefined && !this.enforcer.isBusy) this.enforcer.reconcile('start');
  }

  /** When the blocks end unless somebody confirms. */
  get trialUntil(): number | undefined {
    return this.#trialUntil;
  }

  get mode(): Status['mode'] {
    if (!this.isEnforcing) return 'dry-run';
    return this.#trialUntil === undefined ? 'enforcing' : 'trial';
  }

  /** Whether bans have blocks. */
  get isEnforcing(): boolean {
    return !this.#command.options.dryRun && !this.#isOff;
  }

  enforce(bans: readonly RecordedBan[]): void {
    const { log, clock } = this.#command.options;
    for (const { ban } of bans) {
      const { subject, jail, kind, prior, until } = ban;
      const fields = { subject: subject.text, jail, kind, prior, until: isoTime(until) };
      // Old logs tell of many that are long over.
      if (until > clock()) log.notice('ban', fields);
      else log.debug('a ban that is over', fields);
    }
    const ours = bans.filter(({ ban }) => this.#command.actions.isOurs(ban.jail, ban.subject));
    if (ours.length > 0) this.enforcer.enforce(ours.map((each) => targetOf(each, (jail) => this.#groupOf(jail))));
    if (ours.length < bans.length) this.#leave(bans);
  }

  /** Why they have no block is a fact about them as any other. */
  #leave(bans: readonly RecordedBan[]): void {
    const { actions, live, options } = this.#command;
    for (const recorded of bans) {
      if (actions.isOurs(recorded.ban.jail, recorded.ban.subject)) continue;
      live?.pending.block(recorded, { state: 'refused', at: options.clock(), why: LEFT_TO_ACTIONS });
    }
  }

  /** Ends a trial for good. Whether there was one. */
  confirm(): boolean {
    if (this.#trialUntil === undefined || this.#isOff) return false;
    this.#trialUntil = undefined;
    this.enforcer.reconcile('the trial was confirmed');
    return true;
  }

  /** Takes the blocks away when the trial is over; those whose bans are to be released. */
  endTrial(now: number): readonly Network[] {
    if (this.#trialUntil === undefined || this.#isOff || now < this.#trialUntil) return [];
    this.#isOff = true;
    this.#command.options.log.warn('the trial ended and was not confirmed: all blocks are removed, bans go on without');
    const subjects = [
      ...[...this.enforcer.allHeld()].map(({ subject }) => subject),
      ...this.#command.actions.subjects(),
    ];
    this.enforcer.reconcile('the trial ended');
    return [...new Map(subjects.map((subject) => [subject.text, subject])).values()];
  }

  /** A ban without effect is a fact about the ban, and is kept with it. */
  diagnosed(held: Held, { cause, what, remedy }: Diagnosis): void {
    const { options, live } = this.#command;
    const { log, clock } = options;
    if (cause === 'late-lines') {
      log.info('lines of a blocked address are late; nothing gets through', { subject: held.subject.text, what });
      return;
    }
    log.warn('a ban has no effect', { subject: held.subject.text, cause, what, remedy });
    live?.pending.block(held.row, { state: 'ineffective', at: clock(), why: `${cause}: ${what}` });
    if (cause === 'flushed') this.enforcer.reconcile('the block was gone');
  }

  /** Their packets are dropped already; ending their connections takes programs, which the next ban does not wait for. */
  #cutSoon(subjects: readonly Network[]): void {
    const { config, options } = this.#command;
    if (!config.firewall.cut) return;
    this.#uncut.push(...subjects.slice(0, UNCUT_MAX - this.#uncut.length));
    this.#cutting ??= setTimeout(() => {
      const waiting = this.#uncut;
      this.#uncut = [];
      this.#cutting = undefined;
      void options.world.cut(waiting);
    }, CUT_MS);
  }

  #onForeignChange(who: string, isFight: boolean): void {
    const { options, problems } = this.#command;
    this.#changedBy = who;
    options.log.warn('somebody else changed the firewall; it is mended', { who });
    if (!isFight) {
      problems.clear('fight');
      return;
    }
    const what = `${who} changes our part of it again and again: it is mended every few seconds only`;
    const hint = 'is another rapsheet running on this host, or a script that flushes the ruleset?';
    problems.raise('fight', 'error', { where: 'firewall', what, hint });
  }

  #forbids(target: Target): string | undefined {
    if (this.#isOff) return 'the trial ended and was not confirmed';
    return this.#command.neverBan.forbids(target.subject, { ...target, now: this.#command.options.clock() });
  }

  /** A ban without a block covers nobody: who is in it is counted, or all of a network could attack for one who must get in. */
  #onForbidden({ subject }: Target): void {
    if (this.#isOff) return;
    this.#tell((live) => live.jails.forget(subject, this.#command.options.host));
  }

  /** While nothing can be recorded or read, the ledger does not know all bans; the kernel keeps what it has. */
  #wanted(): Iterable<Target> {
    if (this.#isOff) return [];
    const recorded = this.#recorded();
    if (recorded && !this.#command.isForgetful) return recorded;
    return [...this.enforcer.allHeld(), ...(recorded ?? [])];
  }

  /** Undefined when there is no ledger that can be read. */
  #recorded(): readonly Target[] | undefined {
    const { options, ledger } = this.#command;
    if (!ledger) return undefined;
    const around = { now: options.clock(), startedAt: this.#since, groupOf: (jail: string) => this.#groupOf(jail) };
    try {
      const targets = [...wantedTargets({ ledger, host: options.host }, around)];
      return targets.filter(({ jail, subject }) => this.#command.actions.isOurs(jail, subject));
    } catch (error) {
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  }

  #onBlock(target: Target, block: Block): void {
    if (!target.isAnswered) this.#tell((live) => live.pending.block(target.row, block));
    if (block.state !== 'refused' || target.until <= this.#command.options.clock()) return;
    this.#command.options.log.warn('a ban has no block', { subject: target.subject.text, why: block.why });
  }

  /** At the start the kernel may answer before there is anybody to hear it. */
  #tell(tell: (live: Live) => void): void {
    const { live } = this.#command;
    if (live) tell(live);
    else this.#untold.push(() => this.#command.live && tell(this.#command.live));
  }

  #groupOf(jail: string): string {
    return this.#command.config.groupOf.get(jail) ?? ALL_PORTS;
  }
}
