/**
 * The actions of an existing fail2ban, told of bans when they are made and when they end. Nothing waits for them: a ban is
 * recorded and blocked first, and what an action does or fails to do changes nothing about it. Who was told is not
 * recorded: at a start all bans in force are told again, as restored, which is what actions expect.
 */
import type { Network } from '../base/address.ts';
import { parseNetwork } from '../base/address.ts';
import { ProblemError } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import { type ActionPlan, Actions } from '../fail2ban/action/actions.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BanRecord } from '../model.ts';
import { type FactSource, factsOfBan, factsOfRecord } from './action-facts.ts';
import type { Live } from './live.ts';
import type { NeverBan } from './never-ban.ts';
import type { RecordedBan } from './pending.ts';
import type { Problems } from './problems.ts';
import type { ActionStatus } from './protocol.ts';
import type { DaemonOptions } from './world.ts';

/** The daemon, as far as its actions come from it. */
export interface Principal {
  readonly options: DaemonOptions;
  readonly problems: Problems;
  readonly neverBan: NeverBan;
  readonly live: Live | undefined;
  readonly ledger: Ledger | undefined;
  /** Of our own firewall; `isEnforcing`: a dry run, or a trial that is over, has no effects. */
  readonly orders: { readonly isEnforcing: boolean; enforce(bans: readonly RecordedBan[]): void };
  /** Ends bans: recorded, forgotten by the jails, out of the kernel. */
  release(subjects: readonly Network[], why: string): void;
}

/** systemd gives us 30 seconds, and what is to be recorded comes after this. */
const CLOSE_MS = 20_000;
/** In `status`. */
const LISTED_MAX = 500;

export class BanActions {
  readonly #principal: Principal;
  readonly #actions: Actions;
  #plan: ActionPlan | undefined;
  /** Bans that wait for the answer of a command, by jail and subject. */
  readonly #held = new Set<string>();
  #isBegun = false;

  /** @throws ProblemError when the installation cannot be read */
  constructor(principal: Principal, config: Config) {
    const { clock, log, world, dryRun } = principal.options;
    this.#principal = principal;
    this.#plan = dryRun ? undefined : world.actions?.(config);
    this.#actions = new Actions({
      ...{ clock, log, names: world.hostNames?.() ?? { full: principal.options.host, short: principal.options.host } },
      hostName: async (address) => world.hostName?.(address),
      found: (jail) => this.#found(jail),
      onEnd: (jail, action, failure) => this.#onEnd(`${jail}/${action}`, failure),
    });
  }

  /** Tells all bans in force, made before or not. The path is open by now. */
  begin(): void {
    this.#isBegun = true;
    this.#start();
  }

  /** @throws ProblemError when the installation cannot be read; then all is as before */
  use(config: Config): void {
    const { dryRun, world } = this.#principal.options;
    this.#plan = dryRun ? undefined : world.actions?.(config);
    if (this.#isBegun) this.#start();
  }

  /** Whether our firewall is to block for a jail, and for this ban by now. */
  isOurs(jail: string, subject: Network): boolean {
    return !this.#blockThemselves(jail) && !this.#held.has(keyOf(jail, subject));
  }

  /** Whether the bans of a jail are left to what its actions do. */
  isLeft(jail: string): boolean {
    const plan = this.#plan?.jails.find((each) => each.jail === jail);
    return plan !== undefined && plan.blocks === undefined && plan.actions.length > 0;
  }

  /** By jail, how many bans in force are. */
  get left(): ReadonlyMap<string, number> {
    const jails = (this.#plan?.jails ?? []).map(({ jail }) => jail).filter((jail) => this.isLeft(jail));
    return new Map(jails.map((jail) => [jail, this.#actions.banned(jail)]));
  }

  /** Puts recorded bans into effect. Those of a jail with an `ignorecommand` wait for its answer. */
  effect(bans: readonly RecordedBan[]): void {
    const now = this.#principal.options.clock();
    const isAsked = ({ ban }: RecordedBan): boolean => ban.until > now && this.#actions.asks(ban.jail);
    for (const recorded of bans) if (isAsked(recorded)) void this.#ask(recorded);
    this.#enforce(bans.filter((recorded) => !isAsked(recorded)));
  }

  #enforce(bans: readonly RecordedBan[]): void {
    this.#principal.orders.enforce(bans);
    this.#tell(bans);
  }

  #tell(bans: readonly RecordedBan[]): void {
    const { options, orders } = this.#principal;
    if (!orders.isEnforcing) return;
    const { clock } = options;
    for (const recorded of bans) {
      const { subject, jail, from, until } = recorded.ban;
      if (until <= clock() || !this.#actions.has(jail) || this.#isForbidden(subject, from, false)) continue;
      const facts = factsOfBan(recorded, this.#sourceOf(jail));
      this.#actions.ban(jail, { key: subject.text, until, facts });
    }
  }

  /** Who is banned by what actions were told. */
  subjects(): readonly Network[] {
    return [...this.#actions.subjects()];
  }

  released(subjects: readonly Network[]): void {
    for (const { text } of subjects) {
      this.#actions.unban(text);
      for (const key of this.#held) if (key.startsWith(`${text} `)) this.#held.delete(key);
    }
  }

  /** An attempt of somebody who is banned. */
  seen(subject: Network, time: number): void {
    this.#actions.seen(subject.text, time);
  }

  turn(now: number): void {
    this.#actions.turn(now);
    for (const { jail, action, run } of this.#actions.list()) {
      const name = `action-late:${jail}/${action}`;
      const { problems } = this.#principal;
      if (!run || run.missed === 0) {
        if (problems.has(name)) problems.clear(name);
        continue;
      }
      const what = `${run.missed} bans wait outside its queue: its commands take longer than bans come`;
      problems.raise(name, 'warning', { where: `${jail}/${action}`, what });
    }
  }

  get status(): ActionStatus[] {
    return this.#actions
      .list()
      .slice(0, LISTED_MAX)
      .map(({ jail, action, fate, why, run }) => {
        const { state, waiting = 0, missed = 0, failures = 0 } = run ?? {};
        return { jail, action, fate, why, state: state ?? null, waiting: waiting + missed, failures };
      });
  }

  settled(): Promise<void> {
    return this.#actions.settled();
  }

  /** Undoes the bans and ends the actions, as fail2ban does when it ends; the next start tells them anew. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), CLOSE_MS);
    });
    const end = await Promise.race([this.#actions.close(), late]);
    clearTimeout(timer);
    if (end !== 'late') return;
    this.#principal.options.log.warn(
      'the actions of fail2ban take too long to undo their bans, and are left as they are',
    );
  }

  #start(): void {
    const { problems } = this.#principal;
    const found = this.#plan?.problems ?? [];
    problems.replace('actions:', 'warning', new Map(found.map((each) => [`${each.where ?? ''} ${each.what}`, each])));
    const begun = new Set(this.#actions.use(this.#plan ?? { jails: [], problems: [] }));
    if (begun.size === 0) return;
    for (const record of this.#inForce()) if (begun.has(record.jail)) this.#restore(record);
  }

  #restore(record: BanRecord): void {
    const subject = parseNetwork(record.subject);
    if (!subject || this.#isForbidden(subject, record.from, true)) return;
    const facts = factsOfRecord(record, { ...this.#sourceOf(record.jail), subject });
    this.#actions.ban(record.jail, { key: subject.text, until: record.until, facts });
  }

  #sourceOf(jail: string): FactSource {
    return { ...this.#actions.telling(jail), ledger: () => this.#principal.ledger };
  }

  #inForce(): readonly BanRecord[] {
    const { ledger, options } = this.#principal;
    try {
      return ledger ? [...ledger.inForce(options.host, options.clock())] : [];
    } catch (error) {
      if (error instanceof ProblemError) return [];
      throw error;
    }
  }

  async #ask(recorded: RecordedBan): Promise<void> {
    const { ban } = recorded;
    const key = keyOf(ban.jail, ban.subject);
    this.#held.add(key);
    const facts = factsOfBan(recorded, this.#sourceOf(ban.jail));
    const isIgnored = await this.#actions.isIgnored(ban.jail, facts);
    // Somebody may have released it meanwhile.
    if (!this.#held.delete(key)) return;
    if (!isIgnored) this.#enforce([recorded]);
    else if (this.#isBannedTwice(ban.subject)) this.#leave(recorded);
    else this.#principal.release([ban.subject], ignoredWords(ban.jail));
  }

  /** A release would end the ban of another jail as well. */
  #leave(recorded: RecordedBan): void {
    const { live, options } = this.#principal;
    const { subject, jail, host } = recorded.ban;
    live?.jails.forget(subject, host, jail);
    live?.pending.block(recorded, { state: 'refused', at: options.clock(), why: ignoredWords(jail) });
  }

  #isBannedTwice(subject: Network): boolean {
    const { host, clock } = this.#principal.options;
    try {
      return (this.#principal.ledger?.inForceExactly(subject, host, clock()).length ?? 0) > 1;
    } catch (error) {
      if (error instanceof ProblemError) return false;
      throw error;
    }
  }

  #blockThemselves(jail: string): boolean {
    const plan = this.#plan?.jails.find((each) => each.jail === jail);
    return plan !== undefined && plan.blocks === undefined;
  }

  #isForbidden(subject: Network, from: number, isOld: boolean): boolean {
    const { neverBan, options } = this.#principal;
    return neverBan.forbids(subject, { from, now: options.clock(), isOld }) !== undefined;
  }

  #found(jail: string): { found: number; foundTotal: number } {
    const { live, options } = this.#principal;
    const row = live?.jails.watched(options.clock()).find(({ name }) => name === jail);
    return { found: row?.watched ?? 0, foundTotal: row?.attempts ?? 0 };
  }

  #onEnd(name: string, failure: string | undefined): void {
    const { problems } = this.#principal;
    const problem = `action:${name}`;
    if (failure === undefined) {
      if (problems.has(problem)) problems.clear(problem);
      return;
    }
    const hint = 'the ban is recorded all the same; the log has the command that failed';
    problems.raise(problem, 'warning', { where: name, what: `an action of fail2ban failed: ${failure}`, hint });
  }
}

function ignoredWords(jail: string): string {
  return `ignorecommand of ${jail} says so`;
}

function keyOf(jail: string, { text }: Network): string {
  return `${text} ${jail}`;
}
