/**
 * Bans on their way into the kernel. They wait in a queue while the firewall cannot be told, are tried again, and are
 * never in the way of the next one; whenever kernel and ledger may differ, the kernel is made to match (`reconcile`).
 */
import type { Network } from '../base/address.ts';
import type { BlockOrder, Change, Firewall } from '../firewall/firewall.ts';
import { FirewallError } from '../firewall/firewall.ts';
import type { Block } from '../model.ts';
import { BlockEnds } from './block-ends.ts';
import type { EnforcerOptions } from './enforcer-options.ts';
import { watchSettled } from './settled-watch.ts';
import type { Held, Target } from './target.ts';

/** In one transaction: 5,000 take some 20 ms, and a single new ban must not wait behind all that came at once. */
const BATCH = 5_000;
/** Beyond it the queue is let go: the ledger has all of them, and `reconcile` brings them. */
const QUEUE_MAX = 200_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 30_000;

export class Enforcer {
  readonly #options: EnforcerOptions;
  readonly #queue = new Map<string, Target>();
  readonly #releases = new Map<string, Network>();
  readonly #held = new Map<string, Held>();
  readonly #ends = new BlockEnds();
  #firewall: Firewall | undefined;
  #unwatch: (() => void) | undefined;
  #reconcileFor: string | undefined;
  #lastReconciled: number | undefined;
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #delay = RETRY_FIRST_MS;
  #stopped = false;
  #reopens = false;

  constructor(options: EnforcerOptions) {
    this.#options = options;
  }

  get state(): {
    readonly name: string;
    readonly blocked: number;
    readonly queued: number;
    readonly last: number | undefined;
  } {
    const name = this.#options.open ? (this.#firewall?.name ?? 'not open') : 'none (dry run)';
    const queued = this.#queue.size + this.#releases.size;
    return { name, blocked: this.#held.size, queued, last: this.#lastReconciled };
  }

  /** Whether it is being told something. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Whether no firewall is told. */
  get isDry(): boolean {
    return this.#options.open === undefined;
  }

  allHeld(): Iterable<Held> {
    return this.#held.values();
  }

  /** The block of a subject, by our account. */
  held(subject: Network): Held | undefined {
    return this.#held.get(subject.text);
  }

  enforce(targets: readonly Target[]): void {
    for (const target of targets) this.#enqueue(target);
    this.#run();
  }

  release(subjects: readonly Network[]): void {
    for (const subject of subjects) {
      for (const [key, target] of this.#queue) if (target.subject.text === subject.text) this.#queue.delete(key);
      this.#held.delete(subject.text);
      this.#ends.release(subject);
      if (this.#options.open) this.#releases.set(subject.text, subject);
    }
    this.#run();
  }

  /** Makes the kernel hold what should be in it, and nothing else; soon, not at once. */
  reconcile(why: string): void {
    if (!this.#options.open) return;
    this.#reconcileFor = why;
    this.#run();
  }

  /** Opens the firewall anew, with other settings, and reconciles. */
  reopen(why: string): void {
    if (!this.#options.open) return;
    this.#reopens = true;
    this.reconcile(why);
  }

  /** Resolves when all that is queued now was tried. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Forgets what has ended; the kernel does it by itself. */
  prune(now: number): void {
    for (const [key, held] of this.#held) if (held.until <= now) this.#held.delete(key);
    this.#ends.prune(now);
  }

  /** Blocks that were in the kernel before us. */
  keep(held: readonly Held[]): void {
    for (const each of held) this.#held.set(each.subject.text, each);
  }

  /** What is on its way into the kernel. */
  awaited(): Iterable<Target> {
    return this.#queue.values();
  }

  /** What the kernel holds; undefined when it cannot be told, or our rules are not all there. */
  async listed(): Promise<readonly BlockOrder[] | undefined> {
    if (!this.#options.open) return [];
    try {
      return await (await this.#opened()).list();
    } catch (error) {
      if (error instanceof FirewallError) return undefined;
      throw error;
    }
  }

  /** The blocks stay in the kernel. */
  async close(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await this.settled();
    this.#unwatch?.();
    await this.#firewall?.close();
  }

  #enqueue(target: Target): void {
    const { open, clock } = this.#options;
    const why = open && this.#objection(target);
    if (!open) this.#options.onBlock(target, { state: 'dry-run' });
    else if (why !== undefined) this.#refuse(target, `never blocked: ${why}`);
    else if (target.until <= clock()) this.#refuse(target, 'it had ended before it was made');
    else this.#await(target);
  }

  #await(target: Target): void {
    if (this.#queue.size >= QUEUE_MAX) {
      this.#queue.clear();
      this.reconcile('too many bans waited for the firewall');
      return;
    }
    const key = `${target.subject.text} ${target.group}`;
    const waiting = this.#queue.get(key);
    if (!waiting || waiting.until <= target.until) this.#queue.set(key, target);
  }

  #objection(target: Target): string | undefined {
    const why = this.#options.forbids(target);
    if (why !== undefined) this.#options.onForbidden(target);
    return why;
  }

  #refuse(target: Target, why: string): void {
    this.#options.onBlock(target, { state: 'refused', at: this.#options.clock(), why });
  }

  #run(): void {
    if (this.#running || this.#retry || this.#stopped) return;
    if (this.#queue.size === 0 && this.#releases.size === 0 && this.#reconcileFor === undefined) return;
    this.#running = this.#work().finally(() => {
      this.#running = undefined;
      this.#run();
    });
  }

  /** One change, or one reconciliation. */
  async #work(): Promise<void> {
    try {
      const firewall = await this.#opened();
      if (this.#reconcileFor === undefined) await this.#change(firewall);
      else await this.#reconcile(firewall, this.#reconcileFor);
      this.#delay = RETRY_FIRST_MS;
      this.#options.problems.clear('firewall');
    } catch (error) {
      if (!(error instanceof FirewallError)) throw error;
      this.#failed(error);
    }
  }

  async #opened(): Promise<Firewall> {
    if (this.#reopens) await this.#letGo();
    if (this.#firewall) return this.#firewall;
    if (!this.#options.open) throw new Error('a dry run has no firewall');
    const firewall = await this.#options.open();
    this.#firewall = firewall;
    return firewall;
  }

  async #change(firewall: Firewall): Promise<void> {
    const targets = [...this.#queue.values()].slice(0, BATCH);
    const release = [...this.#releases.values()];
    const change: Change = { release, block: targets.map((target) => this.#orderOf(target)) };
    const blocks = await firewall.apply(change);
    for (const { text } of release) this.#releases.delete(text);
    for (const target of targets) {
      const key = `${target.subject.text} ${target.group}`;
      // One that was made meanwhile waits for its own turn.
      if (this.#queue.get(key) === target) this.#queue.delete(key);
    }
    this.#took(targets, blocks);
  }

  async #reconcile(firewall: Firewall, why: string): Promise<void> {
    const { clock, log } = this.#options;
    const now = clock();
    const inForce = [...this.#options.wanted()].filter(({ until }) => until > now);
    const targets = inForce.filter((target) => this.#objection(target) === undefined);
    this.#ends.clear();
    for (const target of targets) this.#ends.add(target);
    const blocks = await firewall.replace(targets.map((target) => this.#orderOf(target)));
    if (this.#reconcileFor === why) this.#reconcileFor = undefined;
    const before = new Map(this.#held);
    this.#held.clear();
    this.#took(targets, blocks, before);
    for (const { subject, group } of targets) this.#queue.delete(`${subject.text} ${group}`);
    this.#lastReconciled = clock();
    this.#unwatch ??= watchSettled(firewall, (who, isFight) => {
      this.#options.onForeignChange?.(who, isFight);
      this.reconcile(`${who} changed it`);
    });
    log.info('the firewall was made to match the ledger', { why, blocked: this.#held.size });
  }

  #took(targets: readonly Target[], blocks: readonly Block[], before?: ReadonlyMap<string, Held>): void {
    const blocked: Network[] = [];
    for (const [index, target] of targets.entries()) {
      const block = blocks[index];
      if (!block) continue;
      if (block.state === 'blocked') {
        const at = before?.get(target.subject.text)?.at ?? block.at;
        const known = this.#held.get(target.subject.text);
        if (!known || known.until <= target.until) this.#held.set(target.subject.text, { ...target, at });
        blocked.push(target.subject);
      }
      this.#options.onBlock(target, block);
    }
    if (blocked.length > 0) this.#options.onBlocked?.(blocked);
  }

  #orderOf(target: Target): BlockOrder {
    const { subject, group } = target;
    return { subject, group, until: Math.min(this.#ends.add(target), this.#options.limit()) };
  }

  /** What was to be done stays queued; the kernel may have lost everything meanwhile, so all of it is compared then. */
  #failed(error: FirewallError): void {
    const { problems } = this.#options;
    const problem = { where: 'firewall', what: `bans are not in effect: ${error.message}` };
    problems.raise('firewall', 'error', error.hint === undefined ? problem : { ...problem, hint: error.hint });
    this.#letGo().catch(() => undefined);
    this.#reconcileFor ??= 'it failed before';
    if (this.#stopped) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#run();
    }, this.#delay);
    this.#delay = Math.min(this.#delay * 2, RETRY_MAX_MS);
  }

  /** Closes it, however it is; the blocks stay. */
  async #letGo(): Promise<void> {
    this.#reopens = false;
    this.#unwatch?.();
    this.#unwatch = undefined;
    const firewall = this.#firewall;
    this.#firewall = undefined;
    await firewall?.close();
  }
}
