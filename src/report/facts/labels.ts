/** Two texts that belong together as one label: host and service, service and kind. */
import type { Names } from './names.ts';

export class Labels {
  readonly first: Names;
  readonly second: Names;
  readonly #ids: number[][] = [];
  readonly #pairs: Array<readonly [first: number, second: number]> = [];

  constructor(first: Names, second: Names) {
    this.first = first;
    this.second = second;
  }

  get size(): number {
    return this.#pairs.length;
  }

  id(first: number, second: number): number {
    const row = this.#ids[first] ?? [];
    this.#ids[first] = row;
    const known = row[second];
    if (known !== undefined) return known;
    row[second] = this.#pairs.length;
    this.#pairs.push([first, second]);
    return this.#pairs.length - 1;
  }

  firstOf(id: number): number {
    return this.#pairs[id]?.[0] ?? -1;
  }

  secondOf(id: number): number {
    return this.#pairs[id]?.[1] ?? -1;
  }
}
