/**
 * Which thing was seen with which label, and how often: (address, service), (address, kind), (user, service).
 * From it come all the "unique" counts: a pair is there once, however often it was added.
 */
import { AddressTable } from '../../base/address-table.ts';
import { largeNumbers, smallNumbers } from './numbers.ts';

/**
 * The most different pairs. Sixteen million hold a report over ten million bans (design.md § 9) with room; at about
 * 50 bytes each that is 800 MB, which nobody should exceed unasked. What does not fit is left out and counted.
 */
export const PAIRS = 1 << 24;

export class Pairs {
  readonly #table = new AddressTable(PAIRS);
  readonly #counts = largeNumbers();

  get size(): number {
    return this.#table.size;
  }

  /** Whether there is room for no other pair. Ask before `add`, and count what is then left out. */
  get full(): boolean {
    return this.#table.size >= PAIRS;
  }

  add(thing: number, label: number, times: number): void {
    this.#counts.add(this.#table.index(0, 0, thing, label, 0), times);
  }

  thing(index: number): number {
    return this.#table.word(index, 2);
  }

  label(index: number): number {
    return this.#table.word(index, 3);
  }

  /** How often the pair was added, in all. */
  count(index: number): number {
    return this.#counts.at(index);
  }
}

/** The pairs with other labels: (address, service) from (address, host and service). */
export function relabel(pairs: Pairs, labelOf: (label: number) => number): Pairs {
  const other = new Pairs();
  for (let i = 0; i < pairs.size; i++) other.add(pairs.thing(i), labelOf(pairs.label(i)), pairs.count(i));
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
  const labelsOf = smallNumbers();
  for (let i = 0; i < pairs.size; i++) if (wanted(pairs.thing(i))) labelsOf.add(pairs.thing(i), 1);
  const all = { things: 0, count: 0, shared: 0 };
  for (let thing = 0; thing < labelsOf.length; thing++) {
    if (labelsOf.at(thing) > 0) all.things++;
    if (labelsOf.at(thing) > 1) all.shared++;
  }
  const spreads = new Map<number, { things: number; count: number; shared: number }>();
  for (let i = 0; i < pairs.size; i++) {
    const labels = labelsOf.at(pairs.thing(i));
    if (labels === 0) continue;
    const spread = spreads.get(pairs.label(i)) ?? { things: 0, count: 0, shared: 0 };
    spreads.set(pairs.label(i), spread);
    spread.things++;
    spread.count += pairs.count(i);
    if (labels > 1) spread.shared++;
    all.count += pairs.count(i);
  }
  return { of: (label) => spreads.get(label) ?? NOTHING, all };
}

const NOTHING: Spread = { things: 0, count: 0, shared: 0 };
