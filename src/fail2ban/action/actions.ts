/**
 * The actions of all jails of an installation, run. Commands of files that work on one thing (`iptables-multiport`,
 * `iptables-allports`) are run one at a time whatever the jail: the shipped ones change the same chains, sets and files.
 */
import type { Address, Network } from '../../base/address.ts';
import type { Log } from '../../base/log.ts';
import type { BanFacts, JailCounts, Surroundings } from './ban-facts.ts';
import type { Execute } from './command-action.ts';
import { IGNORE_TIMEOUT_MS, Ignoring } from './ignore-command.ts';
import { type ActionState, JailActions, type KnownBan } from './jail-actions.ts';
import type { ActionPlan, JailPlan } from './plan.ts';
import { Queue } from './queue.ts';
import { runCommand } from './run-command.ts';
import type { Command } from './shell-text.ts';
import type { Fate } from './takeover.ts';

export type { BanFacts } from './ban-facts.ts';
export type { KnownBan } from './jail-actions.ts';
export type { ActionPlan } from './plan.ts';

export interface ActionsOptions {
  readonly clock: () => number;
  readonly log: Log;
  /** Of this host. */
  readonly names: Surroundings['names'];
  /** The name of an address by DNS; asked only for actions that want it. */
  hostName(address: Address): Promise<string | undefined>;
  /** What a jail found by now. */
  found(jail: string): Pick<JailCounts, 'found' | 'foundTotal'>;
  /** What an action did last: the failure, for a person, or none. */
  onEnd(jail: string, action: string, failure: string | undefined): void;
}

export interface ActionStanding {
  readonly jail: string;
  readonly action: string;
  readonly fate: Fate;
  readonly why: string;
  /** Of those that are run. */
  readonly run?: ActionState;
}

/** Bans that wait for the answer of one jail's command. More at once are a flood, and take effect unasked. */
const ASKED_MAX = 1_000;

interface Running {
  readonly plan: JailPlan;
  readonly actions: JailActions;
  readonly ignoring: Ignoring | undefined;
  readonly asked: Queue;
}

export class Actions {
  readonly #options: ActionsOptions;
  readonly #jails = new Map<string, Running>();
  readonly #locks = new Map<string, Queue>();
  /** Jails that there are no more, by name, until their actions are ended; those of the same name begin after that. */
  readonly #ending = new Map<string, Promise<void>>();

  constructor(options: ActionsOptions) {
    this.#options = options;
  }

  /**
   * From now on these jails. One that is as it was goes on; the others are ended, and begun.
   * @returns the jails that began: their bans in force are to be told
   */
  use({ jails }: ActionPlan): readonly string[] {
    const plans = new Map(jails.map((plan) => [plan.jail, plan]));
    for (const [name, { plan, actions }] of this.#jails) {
      if (plans.get(name)?.stamp === plan.stamp) actions.reload();
      else this.#end(name);
    }
    const fresh = jails.filter(({ jail }) => !this.#jails.has(jail));
    for (const plan of fresh) this.#begin(plan);
    return fresh.map(({ jail }) => jail);
  }

  has(jail: string): boolean {
    return this.#jails.has(jail);
  }

  /** How the lines of a ban are told to the actions of a jail. */
  telling(jail: string): Pick<JailPlan, 'maxMatches' | 'captures'> {
    return this.#jails.get(jail)?.plan ?? { maxMatches: 0, captures: () => new Map() };
  }

  ban(jail: string, ban: KnownBan): void {
    this.#jails.get(jail)?.actions.ban(ban);
  }

  /** Ends the bans of a subject, in all jails. */
  unban(key: string): void {
    for (const { actions } of this.#jails.values()) actions.unban(key);
  }

  /** Who is banned by what the actions were told. */
  *subjects(): Generator<Network> {
    for (const { actions } of this.#jails.values()) yield* actions.subjects();
  }

  /** How many these are, of one jail. */
  banned(jail: string): number {
    return this.#jails.get(jail)?.actions.banned ?? 0;
  }

  /** Somebody who is banned attacks on. */
  seen(key: string, time: number): void {
    for (const { actions } of this.#jails.values()) actions.seen(key, time);
  }

  /** Whether a jail has a command that is asked before its bans. */
  asks(jail: string): boolean {
    return this.#jails.get(jail)?.ignoring !== undefined;
  }

  /** One after the other, however many are banned at once. */
  async isIgnored(jail: string, facts: BanFacts): Promise<boolean> {
    const { ignoring, asked } = this.#jails.get(jail) ?? {};
    if (!ignoring || !asked || asked.size >= ASKED_MAX) return false;
    let isIgnored = false;
    await asked.push(async () => {
      isIgnored = await ignoring.isIgnored(facts);
    });
    return isIgnored;
  }

  /** To be called every second or so. */
  turn(now: number): void {
    for (const { actions } of this.#jails.values()) actions.turn(now);
  }

  list(): ActionStanding[] {
    return [...this.#jails.values()].flatMap(({ plan, actions }) => {
      const states = new Map(actions.states.map((state) => [state.name, state]));
      return plan.fates.map(({ action, fate, why }): ActionStanding => {
        const run = fate === 'run' ? states.get(action.name) : undefined;
        return { jail: plan.jail, action: action.name, fate, why, ...(run ? { run } : {}) };
      });
    });
  }

  /** Resolves when all that waits now is done. */
  async settled(): Promise<void> {
    await Promise.all([...this.#ending.values(), ...[...this.#jails.values()].map(({ actions }) => actions.settled())]);
  }

  /** Ends all jails, as at the end of fail2ban: bans are undone, then the actions ended. */
  async close(): Promise<void> {
    for (const name of [...this.#jails.keys()]) this.#end(name);
    await Promise.all(this.#ending.values());
  }

  #begin(plan: JailPlan): void {
    const around = this.#aroundOf(plan);
    const files = new Map(plan.fates.map(({ action }) => [action.name, action.file]));
    const actions: JailActions = new JailActions(plan.jail, plan.actions, {
      contextOf: (action, timeoutMs) => {
        return {
          around,
          execute: this.#executorOf(plan.jail, { action, timeoutMs, file: files.get(action) ?? action }),
        };
      },
      clock: this.#options.clock,
      onFault: (action, error) => this.#fault(plan.jail, action, error),
      after: this.#ending.get(plan.jail),
    });
    const ignoring = plan.ignoreCommand && new Ignoring(plan.ignoreCommand, around, this.#askerOf(plan.jail));
    const asked = new Queue((error) => this.#fault(plan.jail, 'ignorecommand', error));
    this.#jails.set(plan.jail, { plan, actions, ignoring, asked });
    actions.start();
  }

  #end(name: string): void {
    const ended = this.#jails.get(name)?.actions.stop();
    this.#jails.delete(name);
    if (!ended) return;
    this.#ending.set(name, ended);
    void ended.finally(() => {
      if (this.#ending.get(name) === ended) this.#ending.delete(name);
    });
  }

  #aroundOf({ jail, banTime }: JailPlan): Surroundings {
    const { clock, names, hostName, found } = this.#options;
    const counts = (): JailCounts => {
      const actions = this.#jails.get(jail)?.actions;
      return { banned: actions?.banned ?? 0, bannedTotal: actions?.bannedTotal ?? 0, ...found(jail) };
    };
    return { clock, names, banTime, counts, hostName };
  }

  #executorOf(jail: string, { action, timeoutMs, file }: { action: string; timeoutMs: number; file: string }): Execute {
    const { log, onEnd } = this.#options;
    return async (command, { operation, subject }) => {
      const run = { jail, action, operation, subject, timeoutMs };
      const { failure } = await this.#alone(file, () => runCommand(command, run, log));
      onEnd(jail, action, failure);
      return failure === undefined;
    };
  }

  #askerOf(jail: string): (command: Command, subject: string) => Promise<number | null> {
    const run = { jail, action: 'ignorecommand', operation: 'ignorecommand', timeoutMs: IGNORE_TIMEOUT_MS } as const;
    return async (command, subject) => (await runCommand(command, { ...run, subject }, this.#options.log)).status;
  }

  #fault(jail: string, action: string, error: unknown): void {
    this.#options.log.error('an action could not be run', { jail, action, error: String(error) });
  }

  async #alone<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
    const [kind = file] = file.split('-');
    const queue = this.#locks.get(kind) ?? new Queue(() => undefined);
    this.#locks.set(kind, queue);
    return new Promise((resolve, reject) => {
      void queue.push(() => work().then(resolve, reject));
    });
  }
}
