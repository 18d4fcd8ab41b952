/** Jails of ours and of fail2ban side by side: a failure that one of fail2ban's filters found is its jail's, all else is ours. */
import type { Address, Network } from '../base/address.ts';
import type { Attempt, Ban } from '../model.ts';
import type { JailSet, MemoryRow } from './jail-set.ts';
import type { OpenWindow } from './open-window.ts';
import type { JailActivity, JailCounts, OverLimit, Standing } from './options.ts';

export class JoinedJails implements JailSet {
  readonly #ours: JailSet;
  readonly #theirs: JailSet;
  readonly #names: ReadonlySet<string>;

  /** `names`: of the jails of fail2ban. */
  constructor(ours: JailSet, theirs: JailSet, names: ReadonlySet<string>) {
    this.#ours = ours;
    this.#theirs = theirs;
    this.#names = names;
  }

  get counts(): JailCounts {
    const [ours, theirs] = [this.#ours.counts, this.#theirs.counts];
    return {
      allowed: ours.allowed + theirs.allowed,
      whileBanned: ours.whileBanned + theirs.whileBanned,
      uncounted: ours.uncounted + theirs.uncounted,
      dropped: ours.dropped + theirs.dropped,
    };
  }

  get spared(): number {
    return this.#ours.spared + this.#theirs.spared;
  }

  get isPast(): boolean {
    return this.#ours.isPast;
  }

  set isPast(value: boolean) {
    this.#ours.isPast = value;
    this.#theirs.isPast = value;
  }

  judge(attempt: Attempt, count: number): Ban | undefined {
    return this.#of(attempt).judge(attempt, count);
  }

  isBanned(attempt: Attempt): boolean {
    return this.#of(attempt).isBanned(attempt);
  }

  solePeer(attempt: Attempt): void {
    this.#ours.solePeer(attempt);
  }

  takeFurther(): readonly Ban[] {
    return [...this.#ours.takeFurther(), ...this.#theirs.takeFurther()];
  }

  cleared(attempt: Attempt): boolean {
    return this.#ours.cleared(attempt);
  }

  resume(subject: Network, host: string, span: Parameters<JailSet['resume']>[2]): void {
    for (const jails of this.#named(span.jail)) jails.resume(subject, host, span);
  }

  forget(subject: Network, host: string, jail?: string): void {
    for (const jails of this.#named(jail)) jails.forget(subject, host, jail);
  }

  clearSpans(): void {
    this.#ours.clearSpans();
    this.#theirs.clearSpans();
  }

  standing(address: Address, host: string, now: number): Standing[] {
    return [...this.#ours.standing(address, host, now), ...this.#theirs.standing(address, host, now)];
  }

  watched(now: number): JailActivity[] {
    return [...this.#ours.watched(now), ...this.#theirs.watched(now)];
  }

  overLimit(now: number): OverLimit[] {
    return [...this.#ours.overLimit(now), ...this.#theirs.overLimit(now)];
  }

  save(now: number): OpenWindow[] {
    return [...this.#ours.save(now), ...this.#theirs.save(now)].sort((a, b) => a.evidence.time - b.evidence.time);
  }

  /** Each takes the windows of its own jails. */
  restore(saved: readonly OpenWindow[]): void {
    this.#ours.restore(saved.filter(({ jail }) => !this.#names.has(jail)));
    this.#theirs.restore(saved.filter(({ jail }) => this.#names.has(jail)));
  }

  takeMemory(): MemoryRow[] {
    return this.#ours.takeMemory();
  }

  memory(now: number): MemoryRow[] {
    return this.#ours.memory(now);
  }

  recall(rows: Iterable<MemoryRow>): void {
    this.#ours.recall(rows);
  }

  #of({ pattern }: Attempt): JailSet {
    return pattern.jail !== undefined && this.#names.has(pattern.jail) ? this.#theirs : this.#ours;
  }

  /** A ban of no jail of either, such as one by hand, is one of all. */
  #named(jail: string | undefined): readonly JailSet[] {
    if (jail === undefined) return [this.#ours, this.#theirs];
    return this.#names.has(jail) ? [this.#theirs] : [this.#ours];
  }
}
