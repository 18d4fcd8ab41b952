/**
 * Which thing was seen with which label, and how often: (address, service), (address, kind), (user, service).
 * From it come all the "unique" counts: a pair is there once, however often it was added. A chain of labels for each
 * thing, in flat lists: things have one to three labels, and following a chain is several times faster than hashing.
 */
import { Numbers } from './numbers.ts';
import { Packed } from './packed.ts';

/**
 * The most different pairs. Sixteen million hold a report over ten million bans (design.md § 9) with room; at 24 bytes
 * each they are the smaller part of what an address takes. What does not fit is left out and counted.
 */
export const PAIRS = 1 << 24;

/** A pair: its label, the next pair of the thing plus 1, its count. */
const PAIR = { label: 0, next: 1, count: 2 } as const;
const PAIR_WORDS = 4;

export class Pairs {
  /** By thing: its newest pair plus 1, or 0. */
  readonly #heads = new Numbers();
  readonly #pairs = new Packed(PAIR_WORDS);

  /** One past the highest thing. */
  get things(): number {
    return this.#heads.length;
  }

  /** How many different pairs there are. */
  get size(): number {
    return this.#pairs.length;
  }

  /** Whether there is room for no other pair. Ask before `add`, and count what is then left out. */
  get full(): boolean {
    return this.size >= PAIRS;
  }

  /** Whether there is room for so many other pairs. */
  holds(others: number): boolean {
    return this.size + others <= PAIRS;
  }

  add(thing: number, label: number, times: number): void {
    const pairs = this.#pairs;
    let pair = this.first(thing);
    while (pair >= 0 && this.label(pair) !== label) pair = this.next(pair);
    if (pair >= 0) {
      pairs.putFloat(pair, PAIR.count, this.count(pair) + times);
      return;
    }
    pair = pairs.length;
    pairs.reach(pair);
    pairs.putInt(pair, PAIR.label, label);
    pairs.putFloat(pair, PAIR.count, times);
    pairs.putInt(pair, PAIR.next, this.#heads.at(thing));
    this.#heads.put(thing, pair + 1);
  }

  /** A pair of the thing, -1 when it has none. */
  first(thing: number): number {
    return this.#heads.at(thing) - 1;
  }

  /** The pair after it of the same thing, -1 after the last. */
  next(pair: number): number {
    return this.#pairs.int(pair, PAIR.next) - 1;
  }

  label(pair: number): number {
    return this.#pairs.int(pair, PAIR.label);
  }

  /** How often the pair was added, in all. */
  count(pair: number): number {
    return this.#pairs.float(pair, PAIR.count);
  }
}

/** The pairs with other labels: (address, service) from (address, host and service). */
export function relabel(pairs: Pairs, labelOf: (label: number) => number): Pairs {
  const other = new Pairs();
  for (let thing = 0; thing < pairs.things; thing++) {
    for (let pair = pairs.first(thing); pair >= 0; pair = pairs.next(pair)) {
      other.add(thing, labelOf(pairs.label(pair)), pairs.count(pair));
    }
  }
  return other;
}

/** For each label: how many things it was seen with, how often, and how many of the things have other labels too. */
export interface Spread {
  readonly things: number;
  readonly count: number;
  readonly shared: number;
}

/** The spread of each label, and of all of them together. */
export interface Spreads {
  readonly of: (label: number) => Spread;
  readonly all: Spread;
}

/** Counts pairs by label; only those whose thing is `wanted`. */
export function spreadOf(pairs: Pairs, wanted: (thing: number) => boolean = () => true): Spreads {
  const [things, counts, shared] = [new Numbers(), new Numbers(), new Numbers()];
  const all = { things: 0, count: 0, shared: 0 };
  for (let thing = 0; thing < pairs.things; thing++) {
    const first = pairs.first(thing);
    if (first < 0 || !wanted(thing)) continue;
    const several = pairs.next(first) < 0 ? 0 : 1;
    all.things++;
    all.shared += several;
    for (let pair = first; pair >= 0; pair = pairs.next(pair)) {
      const label = pairs.label(pair);
      things.add(label, 1);
      counts.add(label, pairs.count(pair));
      shared.add(label, several);
      all.count += pairs.count(pair);
    }
  }
  const of = (label: number): Spread => {
    return { things: things.at(label), count: counts.at(label), shared: shared.at(label) };
  };
  return { of, all };
}
