/**
 * The long-running process: opens everything, goes round when there is something to read, and once a second for all
 * that no event tells of; ends with everything recorded and every ban in the kernel.
 */
import type { Network } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import type { Durability, Ledger } from '../ledger/ledger.ts';
import type { LiveSource } from '../source/live.ts';
import { BanActions } from './actions.ts';
import { Adoption } from './adoption.ts';
import { Chores } from './chores.ts';
import { Effects } from './effects.ts';
import type { Enforcer } from './enforcer.ts';
import { Enrichment } from './enrichment.ts';
import { Inquiries } from './inquiries.ts';
import type { Live, Stages } from './live.ts';
import { NeverBan } from './never-ban.ts';
import { type Opening, openAll } from './opening.ts';
import { Orders } from './orders.ts';
import { Problems } from './problems.ts';
import type { Status } from './protocol.ts';
import { canWrite, unwatched, unwritten } from './record-keeping.ts';
import { type Reload, trustOf, watchedBy } from './reload.ts';
import { type Parts, statusOf } from './standing.ts';
import { Ticker } from './ticker.ts';
import type { DaemonOptions } from './world.ts';

const TICK_MS = 1_000;
const REOPEN_MS = 5_000;

export class Daemon {
  readonly options: DaemonOptions;
  readonly problems: Problems;
  readonly neverBan: NeverBan;
  readonly orders: Orders;
  readonly effects: Effects;
  readonly inquiries: Inquiries;
  readonly enrichment: Enrichment;
  readonly actions: BanActions;
  config: Config;
  /** A reload that waits for a person. */
  waiting: (Reload & { readonly since: number }) | undefined;
  stages: Stages;
  #ledger: Ledger | undefined;
  #isSubstitute = false;
  #live: Live | undefined;
  #sources: readonly LiveSource[] = [];
  #phase: Status['phase'] = 'reading';
  #scheduled: NodeJS.Immediate | undefined;
  #restarting: Promise<void> | undefined;
  readonly #since: number;
  readonly #adoption: Adoption;
  readonly #chores: Chores;
  readonly #ticker: Ticker;

  constructor(options: DaemonOptions) {
    const { config, clock, monotonic, log, world } = options;
    this.options = options;
    this.config = config;
    this.#since = clock();
    this.stages = world.stages(config);
    this.problems = new Problems({ log, clock });
    this.neverBan = new NeverBan(trustOf(config));
    this.orders = new Orders(this);
    this.effects = new Effects({
      ...{ clock, log },
      held: (subject) => this.enforcer.held(subject),
      diagnose: (held, attempts) => world.diagnose(held, attempts, this.orders.enforcement),
      onDiagnosis: (held, diagnosis) => this.orders.diagnosed(held, diagnosis),
    });
    this.inquiries = new Inquiries(this);
    this.enrichment = new Enrichment(this);
    this.actions = new BanActions(this, config);
    this.#adoption = new Adoption(this);
    this.#chores = new Chores(this);
    this.#ticker = new Ticker({ clock, monotonic, everyMs: TICK_MS, tick: () => this.tick() });
  }

  /** Opens everything, and is on watch when it returns. @throws ProblemError for what only a person can mend */
  async start(): Promise<void> {
    await this.#chores.readFacts();
    this.#chores.readAllowFile();
    await this.#open({ damage: undefined, isAgain: false });
    this.#chores.takeReleases();
    this.orders.begin();
    this.actions.begin();
    this.#ticker.start();
    this.wake();
  }

  get enforcer(): Enforcer {
    return this.orders.enforcer;
  }

  get ledger(): Ledger | undefined {
    return this.#ledger;
  }

  get isForgetful(): boolean {
    return this.#isSubstitute || this.#adoption.isOpen || this.problems.has('ledger');
  }

  get live(): Live | undefined {
    return this.#live;
  }

  get parts(): Parts {
    const { problems, neverBan, enforcer, effects, actions, options } = this;
    const [live, ledger, ipv6Prefix] = [this.#live, this.#ledger, this.config.ipv6Prefix];
    const found = { enforcer, effects, neverBan, problems, actions, host: options.host, ipv6Prefix };
    if (live && ledger) return { live, ledger, ...found };
    throw new ProblemError(EXIT.unavailable, { what: 'the daemon is only starting', hint: 'ask again in a moment' });
  }

  get mode(): Status['mode'] {
    return this.orders.mode;
  }

  status(): Status {
    const { version, ledgerPath, clock } = this.options;
    const { mode, waiting, inquiries, orders, enrichment, actions } = this;
    return statusOf(this.parts, {
      ...{ version, pid: process.pid, mode, since: this.#since, waiting, phase: this.#phase, inquiries, ledgerPath },
      ...{ now: clock(), trialUntil: orders.trialUntil, findings: enrichment.status, actions: actions.status },
    });
  }

  /** There may be something to read: goes round at the next opportunity, once however often it is called. */
  wake(): void {
    if (this.#phase === 'stopping') return;
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.turn();
    });
  }

  /** One round: read, judge, record, enforce. */
  turn(): void {
    const live = this.#live;
    if (!live) return;
    const more = live.step();
    this.settle();
    if (this.#phase === 'reading' && !more && live.intake.hasCaughtUp) {
      this.#phase = 'following';
      this.options.log.info('all logs are read to their ends, and followed');
      if (!this.#isSubstitute) this.#adoption.finish();
    }
    if (more) this.wake();
  }

  /** Writes what waits and puts bans into effect, the ledger first. */
  settle(): void {
    const live = this.#live;
    if (!live) return;
    const bans = live.takeBans();
    // No ban waits for the disk: a power failure takes it from the kernel as well, and the lines are read again.
    if (bans.length > 0 && !live.isFailing) this.commit('process');
    else if (live.isDue) this.commit();
    this.actions.effect(bans);
    this.enrichment.take(bans);
  }

  /** Writes what waits, due or not. */
  commit(outlives: Durability = 'power'): void {
    if (!this.#live) return;
    if (!this.#live.commit(outlives))
      this.problems.raise('ledger', 'error', unwritten(this.options.ledgerPath, this.#live?.failure));
    else if (!this.#isSubstitute) this.problems.clear('ledger');
  }

  /** What no event tells of. */
  tick(): void {
    const now = this.options.clock();
    for (const source of this.#sources) source.look();
    this.wake();
    this.settle();
    if (this.#restarting) return;
    this.#chores.look();
    this.release(this.orders.endTrial(now), 'the trial ended and was not confirmed');
    if (this.#ticker.jumped()) {
      this.options.log.warn('the clock was set; the kernel is told all ends of bans anew');
      this.enforcer.reconcile('the clock was set');
    }
    this.enrichment.turn();
    this.actions.turn(now);
    this.#chores.lookFurther(this.#ticker);
    if (this.#ticker.isTime('reopen', REOPEN_MS) || this.#live?.isDamaged) void this.#tryAgain();
  }

  /** Another configuration from now on. */
  async use(config: Config): Promise<void> {
    const before = this.config;
    // What is recorded can be asked about by others from now on.
    this.commit();
    this.enrichment.use(config);
    this.actions.use(config);
    this.stages = this.options.world.stages(config);
    this.config = config;
    this.waiting = undefined;
    this.neverBan.use(trustOf(config));
    this.inquiries.use(config);
    this.#live?.use(this.stages);
    this.commit();
    this.enforcer.reopen('the configuration was changed');
    if (watchedBy(before) !== watchedBy(config)) await this.restart();
  }

  /** Begins again from what is recorded: another ledger, other logs, or more than could be kept. */
  restart(): Promise<void> {
    if (this.#phase === 'stopping') return Promise.resolve();
    this.#restarting ??= this.#reopen()
      .then(
        () => this.problems.clear('restart'),
        (error: unknown) => this.problems.raise('restart', 'error', unwatched(error)),
      )
      .then(() => {
        this.#restarting = undefined;
        this.wake();
      });
    return this.#restarting;
  }

  /** Ends bans: recorded, forgotten by the jails, out of the kernel. */
  release(subjects: readonly Network[], why: string): void {
    const live = this.#live;
    if (!live || subjects.length === 0) return;
    const { host, clock, log } = this.options;
    for (const subject of subjects) {
      live.pending.release(subject, clock(), why);
      live.jails.forget(subject, host);
    }
    this.commit();
    this.enforcer.release(subjects);
    this.actions.released(subjects);
    log.notice('unban', { subject: subjects[0]?.text, count: subjects.length, why });
  }

  /** Records what is left, keeps the bans in the kernel. */
  async stop(): Promise<void> {
    this.#ticker.stop();
    this.inquiries.close();
    if (this.#scheduled) clearImmediate(this.#scheduled);
    await this.#restarting;
    this.#live?.step();
    this.settle();
    this.#phase = 'stopping';
    this.enrichment.close();
    await Promise.all([this.actions.close(), this.enforcer.close()]);
    this.commit();
    for (const source of this.#sources) await source.close();
    this.#ledger?.close();
  }

  async #open(again: Pick<Opening, 'damage' | 'isAgain'>): Promise<void> {
    const { options, config, neverBan, effects, actions, problems, inquiries } = this;
    const given = { options, config, neverBan, effects, actions, problems, inquiries, stages: this.stages };
    const parts = { ...given, onWake: () => this.wake() };
    const onLedger = (known: Ledger): void => {
      this.#ledger = known;
      this.orders.beginEarly();
    };
    const { ledger, isSubstitute, problem, isNew, live, sources } = await openAll({ ...parts, ...again, onLedger });
    this.#ledger = ledger;
    this.#isSubstitute = isSubstitute;
    this.#live = live;
    this.#sources = sources;
    this.#phase = 'reading';
    this.enrichment.resume();
    if (isSubstitute && problem) this.problems.raise('ledger', 'error', problem);
    else if (problem) this.problems.raise('ledger-moved', 'error', problem);
    if (problem || isNew) await this.#adoption.begin();
    else this.#adoption.close();
  }

  /** What is in the kernel stays there; what was not recorded is read again. */
  async #reopen(): Promise<void> {
    const [live, ledger, sources] = [this.#live, this.#ledger, this.#sources];
    if (!this.#isSubstitute && live && !live.pending.overflowed) this.commit();
    this.#live = undefined;
    this.#ledger = undefined;
    this.#sources = [];
    for (const source of sources) await source.close();
    ledger?.close();
    await this.#open({ damage: live?.isDamaged ? live.failure : undefined, isAgain: true });
    if (!this.#isSubstitute) this.problems.clear('ledger');
  }

  /** Begins again where that is of use: with what could not be recorded once it can, and where all else has failed. */
  async #tryAgain(): Promise<void> {
    const live = this.#live;
    const isWaiting = this.#isSubstitute || live?.pending.overflowed;
    const { world, ledgerPath } = this.options;
    if (isWaiting ? await canWrite(() => world.openLedger(ledgerPath)) : !live || live.isDamaged) await this.restart();
  }
}
