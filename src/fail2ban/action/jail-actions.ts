/**
 * The actions of one jail: told of bans in the order in which the jail names them, each with a queue of its own. An action
 * is told of a ban when those before it in the jail were, and of the next one when it is done with this one; so a mail that
 * takes its time holds up no rule of a firewall.
 */
import type { Network } from '../../base/address.ts';
import type { ActionCommands } from './action-commands.ts';
import type { BanFacts } from './ban-facts.ts';
import { type ActionContext, CommandAction, type Epochs } from './command-action.ts';
import { Queue } from './queue.ts';

/** A ban that the actions know of. */
export interface KnownBan {
  /** What it is about, as text: one for each ban of a jail. */
  readonly key: string;
  /** Epoch milliseconds; infinite for good. */
  readonly until: number;
  readonly facts: BanFacts;
}

export interface ActionState {
  readonly name: string;
  readonly state: 'idle' | 'started';
  readonly waiting: number;
  /** Bans that it is to be told of when there is room. */
  readonly missed: number;
  readonly failures: number;
}

export type ActionContextOf = (action: string, timeoutMs: number) => Omit<ActionContext, 'epochs'>;

export interface JailActionsOptions {
  readonly contextOf: ActionContextOf;
  readonly clock: () => number;
  /** Told of mistakes of ours. */
  readonly onFault: (action: string, error: unknown) => void;
  /** What everything waits for: the end of the actions before these. */
  readonly after?: Promise<void> | undefined;
}

interface Entry {
  readonly action: CommandAction;
  readonly queue: Queue;
  /** Bans that there was no room for. */
  readonly untold: Set<string>;
  missed: number;
  failures: number;
}

interface Known {
  ban: KnownBan;
  epoch: number;
}

/** Repeated failures of one who is banned: within so long of the ban they are late lines, and a check is not made more often. */
const CONSISTENCY_MS = 3_000;

export class JailActions {
  readonly jail: string;
  readonly #entries: readonly Entry[];
  readonly #epochs: Epochs = { current: 0 };
  readonly #known = new Map<string, Known>();
  readonly #clock: () => number;
  #total = 0;
  #nextEnd = Number.POSITIVE_INFINITY;
  #lastCheck = Number.NEGATIVE_INFINITY;

  constructor(
    jail: string,
    actions: readonly ActionCommands[],
    { contextOf, clock, onFault, after }: JailActionsOptions,
  ) {
    this.jail = jail;
    this.#clock = clock;
    this.#entries = actions.map((commands) => {
      const context = { ...contextOf(commands.name, commands.timeoutMs), epochs: this.#epochs };
      const action = new CommandAction(commands, context);
      const queue = new Queue((error) => onFault(commands.name, error), after);
      return { action, queue, untold: new Set(), missed: 0, failures: 0 };
    });
  }

  get banned(): number {
    return this.#known.size;
  }

  /** Since the beginning. */
  get bannedTotal(): number {
    return this.#total;
  }

  get states(): readonly ActionState[] {
    return this.#entries.map(({ action, queue, missed, failures }) => {
      return { name: action.commands.name, state: action.state, waiting: queue.size, missed, failures };
    });
  }

  *subjects(): Generator<Network> {
    for (const { ban } of this.#known.values()) yield ban.facts.subject;
  }

  knows(key: string): boolean {
    return this.#known.has(key);
  }

  start(): void {
    this.#inOrder(this.#entries, (action) => action.start());
  }

  reload(): void {
    this.#inOrder(this.#entries, (action) => action.reload());
  }

  /** A ban that was made; one that is known already may have been prolonged. */
  ban(ban: KnownBan): void {
    const known = this.#known.get(ban.key);
    if (known) {
      this.#prolong(known, ban);
      return;
    }
    this.#total++;
    this.#nextEnd = Math.min(this.#nextEnd, ban.until);
    const made: Known = { ban, epoch: this.#epochs.current };
    this.#known.set(ban.key, made);
    const told = this.#entries.filter((entry) => this.#mayBeTold(entry, ban));
    this.#inOrder(told, (action) => action.ban(ban.facts)).then(() => {
      made.epoch = this.#epochs.current;
    });
  }

  unban(key: string): void {
    const known = this.#known.get(key);
    if (!known) return;
    this.#known.delete(key);
    const told = this.#entries.filter((entry) => !this.#forgetMissed(entry, known.ban));
    this.#inOrder(told, (action) => action.unban(known.ban.facts));
  }

  /** Bans that are over are undone; those that there was no room for are told of, when there is. */
  turn(now: number): void {
    if (now > this.#nextEnd) this.#endOver(now);
    for (const entry of this.#entries) if (entry.missed > 0 && entry.queue.size === 0) this.#catchUp(entry);
  }

  /** Somebody who is banned attacks on: is all as it should be? */
  seen(key: string, time: number): void {
    const known = this.#known.get(key);
    if (!known) return;
    const isLost = known.epoch !== this.#epochs.current;
    const now = this.#clock();
    const isLate = time - known.ban.facts.time > CONSISTENCY_MS;
    const isDue = isLate && Math.abs(now - this.#lastCheck) > CONSISTENCY_MS;
    if (!isLost && !isDue) return;
    if (!isLost) this.#lastCheck = now;
    const checked = isLost ? undefined : this.#inOrder(this.#entries, (action) => action.checkConsistency());
    const told = this.#entries.filter((entry) => !entry.untold.has(key) && !entry.queue.isFull);
    let isDone = true;
    this.#inOrder(
      told,
      async (action) => {
        if (!isDone || action.epoch <= known.epoch) return true;
        isDone = await action.reban(known.ban.facts);
        return isDone;
      },
      checked,
    ).then(() => {
      if (isDone) known.epoch = this.#epochs.current;
    });
  }

  /** Ends all bans and then the actions; resolves when all is done. */
  async stop(): Promise<void> {
    const bans = [...this.#known.values()].map(({ ban }) => ban);
    this.#known.clear();
    const singly: Entry[] = [];
    await this.#inOrder(this.#entries, async (action, entry) => {
      const isDone = await action.flush();
      if (!isDone) singly.push(entry);
      return true;
    });
    for (const ban of bans) {
      const told = singly.filter(({ untold }) => !untold.has(ban.key));
      await this.#inOrder(told, (action) => action.unban(ban.facts));
    }
    await this.#inOrder([...this.#entries].reverse(), (action) => action.stop());
  }

  /** Resolves when all that waits now is done. */
  async settled(): Promise<void> {
    await this.#inOrder(this.#entries, async () => true);
  }

  /** One action after the other, the first when `after` is done. */
  async #inOrder(
    entries: readonly Entry[],
    work: (action: CommandAction, entry: Entry) => Promise<boolean>,
    after: Promise<void> = Promise.resolve(),
  ): Promise<void> {
    let before = after;
    for (const entry of entries) {
      before = entry.queue.push(async () => {
        if (!(await work(entry.action, entry))) entry.failures++;
      }, before);
    }
    await before;
  }

  #prolong(known: Known, ban: KnownBan): void {
    if (ban.until <= known.ban.until) return;
    known.ban = ban;
    const told = this.#entries.filter(
      ({ action, untold }) => !untold.has(ban.key) && action.commands.has('actionprolong'),
    );
    this.#inOrder(told, (action) => action.prolong(ban.facts));
  }

  #mayBeTold(entry: Entry, ban: KnownBan): boolean {
    if (ban.facts.isRestored && entry.action.commands.skipsRestored) return false;
    if (!entry.queue.isFull) return true;
    entry.untold.add(ban.key);
    entry.missed++;
    return false;
  }

  #forgetMissed(entry: Entry, ban: KnownBan): boolean {
    if (!entry.untold.delete(ban.key)) return false;
    entry.missed--;
    return true;
  }

  #endOver(now: number): void {
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const [key, { ban }] of this.#known) {
      if (ban.until < now) this.unban(key);
      else this.#nextEnd = Math.min(this.#nextEnd, ban.until);
    }
  }

  #catchUp(entry: Entry): void {
    for (const key of [...entry.untold]) {
      if (entry.queue.isFull) return;
      const known = this.#known.get(key);
      entry.untold.delete(key);
      entry.missed--;
      if (known) this.#inOrder([entry], (action) => action.ban(known.ban.facts));
    }
  }
}
