/** A burst: what one address does to one service of one host in one go. The plan is a list of them. */
import { MANNERS, type Manner, type MannerName } from './manners.ts';
import type { Host } from './month.ts';
import { itemAt, type Random } from './random.ts';

export interface PlannedAttempt {
  readonly time: number;
  readonly kind: string;
}

export interface Burst {
  readonly address: string;
  readonly host: Host;
  readonly manner: MannerName;
  /** In the order of time. */
  readonly attempts: readonly PlannedAttempt[];
  /** Whether it is meant to end in a ban. */
  readonly bans: boolean;
}

/** When each attempt of a burst comes, in milliseconds from its first. */
export function offsetsOf(name: MannerName, random: Random): number[] {
  const { attempts, pauseMs }: Manner = MANNERS[name];
  return offsetsFor(random.whole(...attempts), pauseMs, random);
}

/** The same for a number of attempts and a pause of one's own. */
export function offsetsFor(count: number, pauseMs: readonly [number, number], random: Random): number[] {
  const offsets = [0];
  while (offsets.length < count) offsets.push((offsets.at(-1) ?? 0) + random.whole(...pauseMs));
  return offsets;
}

/** The attempts of a manner at these offsets from a start. */
export function attemptsAt(start: number, name: MannerName, offsets: readonly number[]): PlannedAttempt[] {
  const kinds: readonly string[] = MANNERS[name].kinds;
  return offsets.map((offset, index) => ({ time: start + offset, kind: itemAt(kinds, index % kinds.length) }));
}
