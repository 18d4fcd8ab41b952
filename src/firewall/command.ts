/**
 * A program of the user's as the firewall: one run for each block and each release, by argument list. It is asked what it
 * blocks only when there is a `list` command; else what this process ordered is remembered, and blocks whose command takes
 * no `{seconds}` are released when they end.
 */
import { type Network, parseNetwork } from '../base/address.ts';
import type { ProgramResult } from '../base/program.ts';
import { ellipsis, printable } from '../base/text.ts';
import type { Block } from '../model.ts';
import {
  ALL_PORTS,
  type BlockOrder,
  type Change,
  type Firewall,
  FirewallError,
  type FirewallOptions,
} from './firewall.ts';
import { type Runner, SYSTEM } from './runner.ts';
import { familyOf, Screening, type Wanted } from './screening.ts';
import { Turns } from './turns.ts';

/** As many as one set of the other firewalls takes. */
const REMEMBERED_MAX = 524_288;
/** A run for each subject: whoever takes longer than this for one is stuck. */
const PATIENCE_MS = 10_000;
/** Then it is the program that fails, and not the subjects. */
const FAILURES_MAX = 20;
/** Enough for a sentence. */
const SHOWN_MAX = 200;
/** The longest that a timer of Node's waits. */
const TIMER_MAX_MS = 2_147_483_647;
/** Ends that lie close together are made by one timer. */
const END_MIN_MS = 20;
/** What `{seconds}` says for a block without an end. */
const FOR_GOOD_SECONDS = 0;

/** Argument lists, the program first, with `{address}`, `{family}`, `{seconds}` and `{group}` inside of arguments. */
export interface CommandLines {
  readonly block: readonly string[];
  readonly release: readonly string[];
  /** Prints what is blocked, a subject at the start of each line. */
  readonly list?: readonly string[] | undefined;
}

export interface CommandOptions extends FirewallOptions {
  readonly command: CommandLines;
  readonly runner?: Runner;
}

export function commandFirewall(options: CommandOptions): Firewall {
  return new Command(options);
}

class Command implements Firewall {
  readonly name = 'command';
  readonly #options: CommandOptions;
  readonly #runner: Runner;
  readonly #turns = new Turns();
  /** What was blocked and has not ended, by subject, and by group when the command tells groups apart. */
  readonly #orders = new Map<string, BlockOrder>();
  /** Whether blocks must be ended by us. */
  readonly #endless: boolean;
  readonly #byGroup: boolean;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CommandOptions) {
    const { block } = options.command;
    this.#options = options;
    this.#runner = options.runner ?? SYSTEM;
    this.#endless = !block.some((argument) => argument.includes('{seconds}'));
    this.#byGroup = block.some((argument) => argument.includes('{group}'));
  }

  apply({ block = [], release = [] }: Change): Promise<readonly Block[]> {
    return this.#turns.take(async () => {
      const screening = new Screening(block, this.#options);
      this.#expire();
      for (const subject of release) await this.#release(this.#ordersOf(subject));
      await this.#block(screening);
      this.#schedule();
      return screening.blocks(this.#options.clock());
    });
  }

  replace(orders: readonly BlockOrder[]): Promise<readonly Block[]> {
    return this.#turns.take(async () => {
      const screening = new Screening(orders, this.#options);
      const wanted = new Set(screening.wanted.map((one) => this.#keyOf(one)));
      await this.#release((await this.#present()).filter((order) => !wanted.has(this.#keyOf(order))));
      // Said again though it was said before: the program may have been restarted since.
      this.#orders.clear();
      await this.#block(screening);
      this.#schedule();
      return screening.blocks(this.#options.clock());
    });
  }

  list(): Promise<readonly BlockOrder[]> {
    return this.#turns.take(() => this.#present());
  }

  remove(): Promise<void> {
    return this.#turns.take(async () => {
      await this.#release(await this.#present());
      clearTimeout(this.#timer);
    });
  }

  async close(): Promise<void> {
    await this.#turns.take(async () => clearTimeout(this.#timer));
  }

  async #block(screening: Screening): Promise<void> {
    let failures = 0;
    for (const wanted of screening.wanted) {
      const key = this.#keyOf(wanted);
      const known = this.#orders.get(key);
      if (!known && this.#orders.size >= REMEMBERED_MAX) {
        screening.refuse(wanted, `there is no room for more than ${REMEMBERED_MAX} blocks`);
        continue;
      }
      const why = known && this.#endless ? undefined : await this.#run(this.#options.command.block, wanted);
      if (why === undefined) this.#orders.set(key, orderOf(wanted));
      else if (++failures > FAILURES_MAX) throw new FirewallError(`the command of the firewall fails: ${why}`);
      else screening.refuse(wanted, why);
    }
  }

  async #release(orders: readonly BlockOrder[]): Promise<void> {
    for (const order of orders) {
      const why = await this.#run(this.#options.command.release, { ...order, seconds: undefined });
      this.#orders.delete(this.#keyOf(order));
      if (why !== undefined) throw new FirewallError(`the command of the firewall does not release: ${why}`);
    }
  }

  /** The orders for a subject. One that is not remembered may be an earlier run's, and is released for all ports. */
  #ordersOf(subject: Network): BlockOrder[] {
    const known = [...this.#orders.values()].filter((order) => order.subject.text === subject.text);
    return known.length > 0 ? known : [{ subject, group: ALL_PORTS, until: Number.POSITIVE_INFINITY }];
  }

  /** What the program says, or what is remembered. */
  async #present(): Promise<BlockOrder[]> {
    this.#expire();
    const { list } = this.#options.command;
    if (!list) return [...this.#orders.values()];
    const [program = '', ...args] = list;
    const { status, out, err } = await this.#start(program, args);
    if (status !== 0)
      throw new FirewallError(`the command that lists blocks fails: ${shown(err || `status ${status}`)}`);
    return out.split('\n').flatMap((line) => {
      const subject = parseNetwork(line.trim().split(/\s+/)[0] ?? '');
      return subject ? this.#ordersOf(subject) : [];
    });
  }

  /** Why it failed; undefined when it did not. */
  async #run(
    line: readonly string[],
    wanted: Pick<Wanted, 'subject' | 'group' | 'seconds'>,
  ): Promise<string | undefined> {
    const values: Readonly<Record<string, string>> = {
      '{address}': wanted.subject.text,
      '{family}': `${familyOf(wanted.subject)}`,
      '{seconds}': `${wanted.seconds ?? FOR_GOOD_SECONDS}`,
      '{group}': wanted.group,
    };
    const fill = (argument: string): string => argument.replace(/\{\w+\}/g, (name) => values[name] ?? name);
    const [program = '', ...args] = line;
    const { status, err } = await this.#start(program, args.map(fill));
    return status === 0 ? undefined : shown(err || `${program} ended with status ${status}`);
  }

  async #start(program: string, args: readonly string[]): Promise<ProgramResult> {
    try {
      return await this.#runner.run(program, args, { timeoutMs: PATIENCE_MS });
    } catch (error) {
      throw new FirewallError(error instanceof Error ? error.message : String(error), {
        hint: 'see [firewall.command] in the configuration',
        cause: error,
      });
    }
  }

  /** Where the command takes `{seconds}`, blocks end by themselves, and are forgotten when they have. */
  #expire(): void {
    if (this.#endless) return;
    const now = this.#options.clock();
    for (const [key, { until }] of this.#orders) if (until <= now) this.#orders.delete(key);
  }

  /** Wakes at the next end. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#endless || this.#orders.size === 0) return;
    let next = Number.POSITIVE_INFINITY;
    for (const { until } of this.#orders.values()) next = Math.min(next, until);
    const wait = Math.min(Math.max(next - this.#options.clock(), END_MIN_MS), TIMER_MAX_MS);
    this.#timer = setTimeout(() => void this.#turns.take(() => this.#end()), wait).unref();
  }

  async #end(): Promise<void> {
    const now = this.#options.clock();
    try {
      await this.#release([...this.#orders.values()].filter(({ until }) => until <= now));
    } catch {
      // The order is forgotten all the same; `list` and the next comparison show what is still blocked.
    }
    this.#schedule();
  }

  #keyOf({ subject, group }: Pick<BlockOrder, 'subject' | 'group'>): string {
    return this.#byGroup ? `${group} ${subject.text}` : subject.text;
  }
}

function orderOf({ subject, until, group }: Wanted): BlockOrder {
  return { subject, until, group };
}

function shown(text: string): string {
  return ellipsis(printable(text.trim().split('\n')[0] ?? ''), SHOWN_MAX);
}
