/** Who comes first: competition ranks (1, 2, 2, 4), ties kept together, and the order of labels within a tie. */
import type { Network } from '../base/address.ts';
import { compareAddresses, parseNetwork } from '../base/address.ts';

/** How many rows a list may grow to because of ties. Fifty lines are a page; a tie of a thousand says nothing. */
const TIED_ROWS = 50;

export interface Entry<Item> {
  readonly item: Item;
  readonly count: number;
}

export interface Ranked<Item> extends Entry<Item> {
  /** Decide the order within a tie, compared from the first to the last. */
  readonly labels: readonly string[];
  readonly rank: number;
  readonly tied: boolean;
}

export interface Ranking<Item> {
  readonly listed: readonly Ranked<Item>[];
  readonly rest: readonly Entry<Item>[];
  /** A tie at the end of the list that is too long to print and was left to the rest. */
  readonly cut: { readonly rank: number; readonly entries: number; readonly count: number } | undefined;
}

export type Compare = (a: string, b: string) => number;

export interface RankBy<Item> {
  readonly top: number | 'all';
  readonly labels: (item: Item) => readonly string[];
  readonly compare: Compare;
}

/** The entries with the `top` greatest counts and all that tie with the last of them, in order; and the others. */
export function rankEntries<Item>(entries: readonly Entry<Item>[], by: RankBy<Item>): Ranking<Item> {
  const limit = by.top === 'all' ? entries.length : Math.min(by.top, entries.length);
  if (limit <= 0) return { listed: [], rest: entries, cut: undefined };
  // Only what is listed is given labels and sorted by them: there may be a million entries.
  const least = countAt(entries, limit);
  const atLeast = entries.filter((entry) => entry.count >= least);
  const tooMany = by.top !== 'all' && atLeast.length > Math.max(limit, TIED_ROWS);
  const chosen = tooMany ? atLeast.filter((entry) => entry.count > least) : atLeast;
  const floor = tooMany ? least + 1 : least;
  return {
    listed: sortEntries(chosen, by),
    rest: entries.filter((entry) => entry.count < floor),
    cut: tooMany ? { rank: chosen.length + 1, entries: atLeast.length - chosen.length, count: least } : undefined,
  };
}

/** The count at a place, from 1, when entries are in the order of falling counts: of a million there are few different ones. */
function countAt(entries: readonly Entry<unknown>[], place: number): number {
  const entriesWith = new Map<number, number>();
  for (const { count } of entries) entriesWith.set(count, (entriesWith.get(count) ?? 0) + 1);
  let passed = 0;
  for (const [count, found] of [...entriesWith].sort(([a], [b]) => b - a)) {
    passed += found;
    if (passed >= place) return count;
  }
  return 0;
}

/** All entries by falling count, then by label. */
export function sortEntries<Item>(
  entries: readonly Entry<Item>[],
  by: Pick<RankBy<Item>, 'labels' | 'compare'>,
): Ranked<Item>[] {
  const labeled = entries.map((entry) => ({ ...entry, labels: by.labels(entry.item) }));
  const keyed = labeled.map((entry) => ({ entry, keys: entry.labels.map(labelKey) }));
  keyed.sort((a, b) => b.entry.count - a.entry.count || compareKeys(a.keys, b.keys, by.compare));
  return withRanks(keyed.map(({ entry }) => entry));
}

/** Orders labels: networks by number, before all other text, which is in the order of the language. */
export function compareLabels(a: readonly string[], b: readonly string[], compare: Compare): number {
  return compareKeys(a.map(labelKey), b.map(labelKey), compare);
}

/** The alphabet of a language, made total: what it takes for equal is ordered by code. */
export function alphabetOf(language: string): Compare {
  const collator = new Intl.Collator(language);
  return (a, b) => collator.compare(a, b) || compareCodes(a, b);
}

function compareCodes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function withRanks<Item extends Entry<unknown>>(
  entries: readonly Item[],
): Array<Item & { rank: number; tied: boolean }> {
  let rank = 0;
  return entries.map((entry, i) => {
    const sameAsBefore = entries[i - 1]?.count === entry.count;
    if (!sameAsBefore) rank = i + 1;
    return { ...entry, rank, tied: sameAsBefore || entries[i + 1]?.count === entry.count };
  });
}

interface LabelKey {
  readonly text: string;
  readonly network: Network | undefined;
}

function labelKey(text: string): LabelKey {
  return { text, network: parseNetwork(text) };
}

function compareKeys(a: readonly LabelKey[], b: readonly LabelKey[], compare: Compare): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    const order = right === undefined ? 0 : compareKey(left, right, compare);
    if (order !== 0) return order;
  }
  return 0;
}

function compareKey(a: LabelKey, b: LabelKey, compare: Compare): number {
  if (a.network === undefined && b.network === undefined) return compare(a.text, b.text);
  if (a.network === undefined) return 1;
  if (b.network === undefined) return -1;
  return compareAddresses(a.network.base, b.network.base) || a.network.bits - b.network.bits || compare(a.text, b.text);
}
