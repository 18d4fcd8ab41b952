/**
 * Until when subjects are blocked. Several jails may have banned one, each for a time of its own, and the kernel holds one end
 * for each group of ports: the latest.
 */
import type { Network } from '../base/address.ts';
import type { Target } from './target.ts';

export class BlockEnds {
  /** By subject, then by group. */
  readonly #ends = new Map<string, Map<string, number>>();

  /** Adds what is to be blocked; the end of all that was added for its subject and group. */
  add({ subject, group, until }: Pick<Target, 'subject' | 'group' | 'until'>): number {
    const ends = this.#ends.get(subject.text) ?? new Map<string, number>();
    const end = Math.max(until, ends.get(group) ?? until);
    ends.set(group, end);
    this.#ends.set(subject.text, ends);
    return end;
  }

  release(subject: Network): void {
    this.#ends.delete(subject.text);
  }

  prune(now: number): void {
    for (const [subject, ends] of this.#ends) {
      if ([...ends.values()].every((end) => end <= now)) this.#ends.delete(subject);
    }
  }

  clear(): void {
    this.#ends.clear();
  }
}
