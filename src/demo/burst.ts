/** A burst: what one address does to one service of one host in one go. The plan is a list of them. */
import { LIMIT, MANNERS, type Manner, type MannerName } from './manners.ts';
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

/** Between attempts that were on their way already when the ban came; the firewall lets no later ones pass. */
const IN_FLIGHT_MS = [20, 220] as const;

/** When each attempt of a burst comes, in milliseconds from its first. */
export function offsetsOf(name: MannerName, random: Random): number[] {
  const { attempts, pauseMs, weight }: Manner = MANNERS[name];
  const count = random.whole(...attempts);
  const enough = Math.ceil(LIMIT / weight);
  const offsets = offsetsFor(Math.min(count, enough), pauseMs, random);
  while (offsets.length < count) offsets.push((offsets.at(-1) ?? 0) + random.whole(...IN_FLIGHT_MS));
  return offsets;
}

/** So many offsets with pauses between these bounds. */
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
