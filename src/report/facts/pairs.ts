/**
 * Which thing was seen with which label, and how often: (address, service), (address, kind), (user, service).
 * From it come all the "unique" counts: a pair is there once, however often it was added. A chain of labels for each
 * thing, in flat lists: things have one to three labels, and following a chain is several times faster than hashing.
 */
import { Numbers } from './numbers.ts';
import { Packed } from './packed.ts';

/**
 * The most different pairs. Sixteen million hold a report over ten million bans with room; at 24 bytes
 * each they are the smaller part of what an address takes. What does not fit is left out and counted.
 */
export const PAIRS = 1 << 24;

/** A pair: its label plus 1, 0 where there is none; the number of the next of the thing, 0 after the last; its count. */
const PAIR = { label: 0, next: 1, count: 2 } as const;
const PAIR_WORDS = 4;

export class Pairs {
  /** The first pair of each thing, by thing: most have no other, so nothing is looked up to find it. */
  readonly #firsts = new Packed(PAIR_WORDS);
  /** All others. Of pair numbers the even ones are twice the thing, the odd ones twice the position here and 1. */
  readonly #others = new Packed(PAIR_WORDS);
  #size = 0;

  /** One past the highest thing. */
  get things(): number {
    return this.#firsts.length;
  }

  /** How many different pairs there are. */
  get size(): number {
    return this.#size;
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
    this.#firsts.reach(thing);
    this.#put(this.#firsts, thing, label, times);
  }

  /** Adds a pair for each of some rows; by row its thing, its label or that of all, and how often or once. */
  addEach(things: Int32Array, labels: Int32Array | number, first: number, end: number, times?: Float64Array): void {
    let highest = -1;
    for (let row = first; row < end; row++) highest = Math.max(highest, things[row] ?? 0);
    this.#firsts.reach(highest);
    const { ints, floats } = this.#firsts;
    for (let row = first; row < end; row++) {
      const label = typeof labels === 'number' ? labels : (labels[row] ?? 0);
      this.#put({ ints, floats }, things[row] ?? 0, label, times === undefined ? 1 : (times[row] ?? 0));
    }
  }

  /** Into the records of first pairs, where there is one for the thing. */
  #put({ ints, floats }: Pick<Packed, 'ints' | 'floats'>, thing: number, label: number, times: number): void {
    const at = thing * PAIR_WORDS;
    const known = ints[at + PAIR.label] ?? 0;
    if (known !== 0 && known !== label + 1) {
      this.#addOther(thing, label, times);
      return;
    }
    if (known === 0) {
      ints[at + PAIR.label] = label + 1;
      this.#size++;
    }
    floats[(at + PAIR.count) / 2] = (floats[(at + PAIR.count) / 2] ?? 0) + times;
  }

  #addOther(thing: number, label: number, times: number): void {
    const others = this.#others;
    const newest = this.#firsts.int(thing, PAIR.next);
    for (let pair = newest; pair > 0; pair = others.int(pair >> 1, PAIR.next)) {
      if (others.int(pair >> 1, PAIR.label) !== label + 1) continue;
      others.putFloat(pair >> 1, PAIR.count, others.float(pair >> 1, PAIR.count) + times);
      return;
    }
    const position = others.length;
    others.reach(position);
    others.putInt(position, PAIR.label, label + 1);
    others.putInt(position, PAIR.next, newest);
    others.putFloat(position, PAIR.count, times);
    this.#firsts.putInt(thing, PAIR.next, position * 2 + 1);
    this.#size++;
  }

  /** A pair of the thing, -1 when it has none. */
  first(thing: number): number {
    return this.#firsts.int(thing, PAIR.label) === 0 ? -1 : thing * 2;
  }

  /** The pair after it of the same thing, -1 after the last. */
  next(pair: number): number {
    const next = this.#listOf(pair).int(pair >> 1, PAIR.next);
    return next === 0 ? -1 : next;
  }

  label(pair: number): number {
    return this.#listOf(pair).int(pair >> 1, PAIR.label) - 1;
  }

  /** How often the pair was added, in all. */
  count(pair: number): number {
    return this.#listOf(pair).float(pair >> 1, PAIR.count);
  }

  #listOf(pair: number): Packed {
    return (pair & 1) === 0 ? this.#firsts : this.#others;
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

/** What has a label: the things, in the order of their numbers, and the counts of these pairs together. */
export interface Labeled {
  readonly things: Int32Array;
  readonly count: number;
}

/** By label, in the order in which labels come first. */
export function labeledIn(pairs: Pairs): ReadonlyMap<number, Labeled> {
  const found = new Map<number, { things: Int32Array; size: number; count: number }>();
  for (let thing = 0; thing < pairs.things; thing++) {
    for (let pair = pairs.first(thing); pair >= 0; pair = pairs.next(pair)) {
      const label = pairs.label(pair);
      const of = found.get(label) ?? { things: new Int32Array(64), size: 0, count: 0 };
      if (of.size === 0) found.set(label, of);
      if (of.size === of.things.length) {
        const larger = new Int32Array(of.size * 2);
        larger.set(of.things);
        of.things = larger;
      }
      of.things[of.size++] = thing;
      of.count += pairs.count(pair);
    }
  }
  return new Map(
    [...found].map(([label, { things, size, count }]) => [label, { things: things.subarray(0, size), count }]),
  );
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

/** Which pairs are counted, and under which label instead of their own. */
interface Counting {
  readonly wanted?: (thing: number) => boolean;
  readonly labelOf?: (label: number) => number;
}

/** Counts pairs by label: as `relabel` would leave them, without making them. */
export function spreadOf(pairs: Pairs, { wanted = () => true, labelOf = (label) => label }: Counting = {}): Spreads {
  const [things, counts, shared] = [new Numbers(), new Numbers(), new Numbers()];
  const all = { things: 0, count: 0, shared: 0 };
  // By label, the last thing that was counted under it, plus 1.
  const last = new Numbers();
  for (let thing = 0; thing < pairs.things; thing++) {
    const first = pairs.first(thing);
    if (first < 0 || !wanted(thing)) continue;
    let labels = 0;
    for (let pair = first; pair >= 0; pair = pairs.next(pair)) {
      const label = labelOf(pairs.label(pair));
      const count = pairs.count(pair);
      counts.add(label, count);
      all.count += count;
      if (last.at(label) === thing + 1) continue;
      last.put(label, thing + 1);
      things.add(label, 1);
      labels++;
    }
    all.things++;
    if (labels < 2) continue;
    all.shared++;
    for (let pair = first; pair >= 0; pair = pairs.next(pair)) {
      const label = labelOf(pairs.label(pair));
      if (last.at(label) !== thing + 1) continue;
      last.put(label, 0);
      shared.add(label, 1);
    }
  }
  const of = (label: number): Spread => {
    return { things: things.at(label), count: counts.at(label), shared: shared.at(label) };
  };
  return { of, all };
}
