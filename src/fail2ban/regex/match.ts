/** What an expression found in a text. */
import type { Native } from './native.ts';

export interface Match {
  /** Places in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** What a group took; undefined when it is not set, and when there is no such group. */
  group(group: number | string): string | undefined;
  /** Where a group begins; undefined when it is not set or its place was not asked for. */
  startOf(group: number): number | undefined;
  /** All groups with names, those that are not set too. */
  named(): Map<string, string | undefined>;
}

type Names = ReadonlyMap<string, number>;

export class NativeMatch implements Match {
  readonly #found: RegExpExecArray;
  readonly #native: Native;
  readonly #names: Names;

  constructor(found: RegExpExecArray, native: Native, names: Names) {
    this.#found = found;
    this.#native = native;
    this.#names = names;
  }

  get start(): number {
    return this.#found.index;
  }

  get end(): number {
    return this.#found.index + this.#found[0].length;
  }

  group(group: number | string): string | undefined {
    if (group === 0) return this.#found[0];
    const number = this.#takingPart(typeof group === 'string' ? this.#names.get(group) : group);
    return number === undefined ? undefined : this.#found[number];
  }

  startOf(group: number): number | undefined {
    const number = this.#takingPart(group);
    const place = number === undefined ? undefined : this.#native.places.get(number);
    return place && placeIn(this.#found, place);
  }

  named(): Map<string, string | undefined> {
    return new Map([...this.#names].map(([name, index]) => [name, this.group(index)]));
  }

  #takingPart(index: number | undefined): number | undefined {
    const numbers = index === undefined ? undefined : this.#native.groups[index];
    return numbers && takingPart(this.#found, numbers);
  }
}

export class MachineMatch implements Match {
  readonly #text: string;
  readonly #slots: Int32Array;
  readonly #names: Names;

  constructor(text: string, slots: Int32Array, names: Names) {
    this.#text = text;
    this.#slots = slots;
    this.#names = names;
  }

  get start(): number {
    return this.#slots[0] ?? 0;
  }

  get end(): number {
    return this.#slots[1] ?? 0;
  }

  group(group: number | string): string | undefined {
    const index = typeof group === 'string' ? this.#names.get(group) : group;
    const start = index === undefined ? undefined : this.startOf(index);
    return start === undefined || index === undefined ? undefined : this.#text.slice(start, this.#slots[2 * index + 1]);
  }

  startOf(group: number): number | undefined {
    const [start = -1, end = -1] = [this.#slots[2 * group], this.#slots[2 * group + 1]];
    return end < 0 ? undefined : start;
  }

  named(): Map<string, string | undefined> {
    return new Map([...this.#names].map(([name, index]) => [name, this.group(index)]));
  }
}

/** Of the groups that stand for one, the last that took part. */
export function takingPart(found: RegExpExecArray, numbers: readonly number[]): number | undefined {
  for (let i = numbers.length - 1; i >= 0; i--) {
    const number = numbers[i];
    if (number !== undefined && found[number] !== undefined) return number;
  }
  return undefined;
}

export function placeIn(found: RegExpExecArray, place: readonly number[]): number {
  let sum = found.index;
  for (const number of place) sum += found[number]?.length ?? 0;
  return sum;
}

/** Of the whole and of each group, where it begins and ends. `indices`: what V8 tells of its own groups. */
export function placesOf(
  found: RegExpExecArray,
  indices: RegExpIndicesArray,
  groups: readonly (readonly number[])[],
): Int32Array {
  const places = new Int32Array(2 * groups.length).fill(-1);
  for (const [group, numbers] of groups.entries()) {
    const number = group === 0 ? 0 : takingPart(found, numbers);
    const span = number === undefined ? undefined : indices[number];
    if (span) places.set(span, 2 * group);
  }
  return places;
}
