/**
 * Two programs that ban, side by side: which bans both made, which only one did, which last differently. A ban waits for its
 * counterpart for a while, in either order, and is a difference when it stayed alone. Pure.
 */
import { LonelyBans } from './lonely.ts';

export { Heard } from './heard.ts';

/** A ban as it is compared. */
export interface SeenBan {
  readonly jail: string;
  /** Canonical text. */
  readonly subject: string;
  /** Of the last failure, or when it was decided, epoch milliseconds. */
  readonly at: number;
}

/** A ban of ours. What is left to chance of its length lies between the two, in milliseconds; infinite for good. */
export interface OwnBan extends SeenBan {
  readonly shortest: number;
  readonly longest: number;
}

export type Difference<Theirs extends SeenBan, Ours extends OwnBan> =
  | { readonly what: 'only theirs'; readonly theirs: Theirs }
  | { readonly what: 'only ours'; readonly ours: Ours }
  /** `length`: of theirs, in milliseconds. */
  | { readonly what: 'length'; readonly theirs: Theirs; readonly ours: Ours; readonly length: number };

export interface Tally {
  same: number;
  onlyTheirs: number;
  onlyOurs: number;
  /** Bans of both, of different lengths. */
  lengthDiffers: number;
}

export interface ComparisonOptions<Theirs extends SeenBan, Ours extends OwnBan> {
  /** How long a ban waits for its counterpart, in milliseconds. */
  readonly waitMs: number;
  /** How long a ban of theirs lasts, in milliseconds, once it is known; asked again for a while. */
  measure(theirs: Theirs, ours: Ours): number | undefined;
  onDifference(difference: Difference<Theirs, Ours>): void;
}

/**
 * So near to each other two bans are one, at once: a server that tells no times of failures logs a ban seconds after them.
 * What is further apart may belong to another, and is paired with the nearest when it has waited.
 */
const NEAR_MS = 5_000;
/** Bans of a pair whose length is asked for; the same limit as for those that wait (lonely.ts). */
const PAIRS_MAX = 10_000;
/** A server decides how long a ban lasts after it has logged it: by then it has. */
const MEASURED_MS = 10_000;
/** One rounds to seconds, the other cuts. */
const ROUNDING_MS = 2_000;
/** More jails than a server has; those beyond are one. */
const JAILS_MAX = 10_000;
const OTHERS = 'others';

interface Pair<Theirs, Ours> {
  readonly theirs: Theirs;
  readonly ours: Ours;
  readonly since: number;
}

export class Comparison<Theirs extends SeenBan, Ours extends OwnBan> {
  /** Bans that stayed alone and are no difference: decided at the start, or of somebody who was banned before. */
  doubtful = 0;
  /** Bans of both whose length nobody said. */
  unmeasured = 0;
  readonly tallies = new Map<string, Tally>();
  readonly #options: ComparisonOptions<Theirs, Ours>;
  readonly #theirs = new LonelyBans<Theirs>();
  readonly #ours = new LonelyBans<Ours>();
  #pairs: Pair<Theirs, Ours>[] = [];

  constructor(options: ComparisonOptions<Theirs, Ours>) {
    this.#options = options;
  }

  /** Bans that wait for a counterpart. */
  get waiting(): number {
    return this.#theirs.size + this.#ours.size;
  }

  /** Bans for which there was no room to wait: nobody knows about them. */
  get dropped(): number {
    return this.#theirs.dropped + this.#ours.dropped;
  }

  /** `isDoubtful`: it may be of what happened before the start; alone it is no difference. */
  theirs(ban: Theirs, now: number, isDoubtful = false): void {
    const ours = this.#ours.takeNearest(ban, NEAR_MS);
    if (ours) this.#pair(ban, ours, now);
    else this.#theirs.add(ban, { since: now, isDoubtful });
  }

  ours(ban: Ours, now: number, isDoubtful = false): void {
    const theirs = this.#theirs.takeNearest(ban, NEAR_MS);
    if (theirs) this.#pair(theirs, ban, now);
    else this.#ours.add(ban, { since: now, isDoubtful });
  }

  /** The other has banned it before, or bans it anew after a restart: a ban of ours is no difference. */
  known(ban: Pick<SeenBan, 'jail' | 'subject'>): void {
    this.doubtful += this.#ours.takeAll(ban).length;
  }

  /** What is certain by now. */
  settle(now: number): void {
    this.#pairFar(now - this.#options.waitMs, now);
    this.#measure(now - MEASURED_MS);
  }

  /** No more will come: lengths are asked for a last time, and who still waits for a counterpart is not decided. */
  finish(now: number): void {
    this.settle(now);
    this.#measure(Number.POSITIVE_INFINITY);
  }

  /** Those that waited long enough: decided at another time, for other failures, or by one alone. */
  #pairFar(before: number, now: number): void {
    const { waitMs } = this.#options;
    for (const [theirs, isDoubtful] of this.#theirs.takeOlder(before)) {
      const ours = this.#ours.takeNearest(theirs, waitMs);
      if (ours) this.#pair(theirs, ours, now);
      else this.#alone({ what: 'only theirs', theirs }, isDoubtful);
    }
    for (const [ours, isDoubtful] of this.#ours.takeOlder(before)) {
      const theirs = this.#theirs.takeNearest(ours, waitMs);
      if (theirs) this.#pair(theirs, ours, now);
      else this.#alone({ what: 'only ours', ours }, isDoubtful);
    }
  }

  #alone(difference: Difference<Theirs, Ours>, isDoubtful: boolean): void {
    if (isDoubtful) {
      this.doubtful++;
      return;
    }
    if (difference.what === 'only theirs') this.#tally(difference.theirs.jail).onlyTheirs++;
    if (difference.what === 'only ours') this.#tally(difference.ours.jail).onlyOurs++;
    this.#options.onDifference(difference);
  }

  #pair(theirs: Theirs, ours: Ours, since: number): void {
    const pair = { theirs, ours, since };
    if (this.#pairs.length < PAIRS_MAX) this.#pairs.push(pair);
    else this.#decide(pair, this.#options.measure(theirs, ours));
  }

  /** Pairs whose length is known, and those that are older: of them it will not be. */
  #measure(before: number): void {
    this.#pairs = this.#pairs.filter((pair) => {
      const length = this.#options.measure(pair.theirs, pair.ours);
      if (length === undefined && pair.since > before) return true;
      this.#decide(pair, length);
      return false;
    });
  }

  #decide({ theirs, ours }: Pair<Theirs, Ours>, length: number | undefined): void {
    const tally = this.#tally(ours.jail);
    if (length === undefined) this.unmeasured++;
    const isSame =
      length === undefined || (length >= ours.shortest - ROUNDING_MS && length <= ours.longest + ROUNDING_MS);
    if (isSame) {
      tally.same++;
      return;
    }
    tally.lengthDiffers++;
    this.#options.onDifference({ what: 'length', theirs, ours, length });
  }

  #tally(name: string): Tally {
    const jail = this.tallies.has(name) || this.tallies.size < JAILS_MAX ? name : OTHERS;
    const tally = this.tallies.get(jail) ?? { same: 0, onlyTheirs: 0, onlyOurs: 0, lengthDiffers: 0 };
    this.tallies.set(jail, tally);
    return tally;
  }
}
