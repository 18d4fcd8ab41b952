/** A firewall that stops no packet: for dry runs, and for tests, where it can be told to fail. */
import type { Network } from '../base/address.ts';
import type { Block } from '../model.ts';
import { type BlockOrder, type Change, type Firewall, FirewallError, type FirewallOptions } from './firewall.ts';
import { Screening, type Wanted } from './screening.ts';

/** More blocks at once are refused, as a kernel's full set does. */
const CAPACITY = 524_288;

/** The fake, with what a test can do to it. */
export interface MemoryFirewall extends Firewall {
  /** Everything throws this from now on; undefined mends it. */
  fail(error: FirewallError | undefined): void;
  /** This subject is refused from now on, with the reason; undefined mends it. */
  refuse(subject: string, why: string | undefined): void;
  /** Somebody flushes it: nothing is blocked, `list` throws until `replace`, and watchers are told who. */
  flush(who: string): void;
}

export function memoryFirewall(options: FirewallOptions, capacity: number = CAPACITY): MemoryFirewall {
  return new Memory(options, capacity);
}

class Memory implements MemoryFirewall {
  readonly name = 'memory';
  readonly #options: FirewallOptions;
  readonly #capacity: number;
  readonly #orders = new Map<string, BlockOrder>();
  readonly #refused = new Map<string, string>();
  readonly #watchers = new Set<(who: string) => void>();
  #failure: FirewallError | undefined;
  /** As a kernel's table: there once something was blocked, until it is removed or flushed. */
  #present = false;
  #flushed = false;

  constructor(options: FirewallOptions, capacity: number) {
    this.#options = options;
    this.#capacity = capacity;
  }

  async apply({ block = [], release = [] }: Change): Promise<readonly Block[]> {
    if (this.#failure) throw this.#failure;
    if (this.#flushed) throw new FirewallError('it was flushed');
    this.#present = true;
    this.#expire();
    for (const subject of release) this.#release(subject);
    return this.#block(block);
  }

  async replace(orders: readonly BlockOrder[]): Promise<readonly Block[]> {
    if (this.#failure) throw this.#failure;
    this.#flushed = false;
    this.#present = true;
    this.#orders.clear();
    return this.#block(orders);
  }

  async list(): Promise<readonly BlockOrder[]> {
    if (this.#failure) throw this.#failure;
    if (!this.#present) throw new FirewallError(this.#flushed ? 'it was flushed' : 'nothing has been blocked so far');
    this.#expire();
    return [...this.#orders.values()];
  }

  async remove(): Promise<void> {
    if (this.#failure) throw this.#failure;
    this.#orders.clear();
    this.#present = false;
  }

  async close(): Promise<void> {
    this.#watchers.clear();
  }

  watch(onChange: (who: string) => void): () => void {
    this.#watchers.add(onChange);
    return () => this.#watchers.delete(onChange);
  }

  fail(error: FirewallError | undefined): void {
    this.#failure = error;
  }

  refuse(subject: string, why: string | undefined): void {
    if (why === undefined) this.#refused.delete(subject);
    else this.#refused.set(subject, why);
  }

  flush(who: string): void {
    this.#orders.clear();
    this.#flushed = true;
    this.#present = false;
    for (const onChange of this.#watchers) onChange(who);
  }

  #block(orders: readonly BlockOrder[]): Block[] {
    const screening = new Screening(orders, this.#options);
    for (const wanted of screening.wanted) {
      const why = this.#objection(wanted);
      if (why !== undefined) screening.refuse(wanted, why);
      else this.#orders.set(keyOf(wanted), { subject: wanted.subject, until: wanted.until, group: wanted.group });
    }
    return screening.blocks(this.#options.clock());
  }

  #objection(wanted: Wanted): string | undefined {
    const why = this.#refused.get(wanted.subject.text);
    if (why !== undefined) return why;
    const full = this.#orders.size >= this.#capacity && !this.#orders.has(keyOf(wanted));
    return full ? `there is no room for more than ${this.#capacity} blocks` : undefined;
  }

  #release(subject: Network): void {
    for (const [key, order] of this.#orders) if (order.subject.text === subject.text) this.#orders.delete(key);
  }

  #expire(): void {
    const now = this.#options.clock();
    for (const [key, { until }] of this.#orders) if (until <= now) this.#orders.delete(key);
  }
}

function keyOf({ group, subject }: { readonly group: string; readonly subject: Network }): string {
  return `${group} ${subject.text}`;
}
