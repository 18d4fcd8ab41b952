/**
 * Chance that repeats itself: sfc32, seeded by a number and the name of what it is for. Each part of the story draws
 * from a stream of its own, so that a change in one does not shuffle the others. Not for secrets.
 */

export interface Random {
  /** From 0 (included) to 1 (excluded). */
  fraction(): number;
  /** A number between two bounds. */
  between(low: number, high: number): number;
  /** A whole number between two bounds, both included. */
  whole(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** The stream of that name: the same seed and name give the same numbers on every machine. */
export function randomOf(seed: number, name: string): Random {
  const next = sfc32(seed, name);
  const fraction = (): number => next() / 0x1_0000_0000;
  const whole = (low: number, high: number): number => low + Math.floor(fraction() * (high - low + 1));
  return {
    fraction,
    between: (low, high) => low + fraction() * (high - low),
    whole,
    chance: (probability) => fraction() < probability,
    pick: (list) => itemAt(list, whole(0, list.length - 1)),
  };
}

/** The list in another order; the list itself stays as it is. */
export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.whole(0, last);
    const kept = itemAt(result, last);
    result[last] = itemAt(result, other);
    result[other] = kept;
  }
  return result;
}

/** One of the items, by weights in the same order. */
export function weighted<T>(choices: ReadonlyArray<readonly [item: T, weight: number]>, random: Random): T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random.fraction() * total;
  for (const [item, weight] of choices) {
    left -= weight;
    if (left < 0) return item;
  }
  return itemAt(choices, choices.length - 1)[0];
}

/** The item at an index that the caller knows to exist. */
export function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${list.length}`);
  return item;
}

/** Unsigned 32-bit numbers. The first dozen is thrown away, because the words of the seed still show in it. */
function sfc32(seed: number, name: string): () => number {
  let a = hash(name, 0x811c9dc5);
  let b = hash(name, a ^ seed);
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** FNV-1a over the characters. */
function hash(text: string, start: number): number {
  let value = start | 0;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}
