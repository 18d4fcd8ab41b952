/** The ledger's numbers of names as the numbers that a report gives them: a text is read once for each. */
import type { Names } from './names.ts';

export class Numbering {
  readonly #names: Names;
  readonly #ids = new Map<number, number>();
  #lastNumber = Number.NaN;
  #lastId = -1;

  constructor(names: Names) {
    this.#names = names;
  }

  id(number: number, textOf: (number: number) => string): number {
    if (number === this.#lastNumber) return this.#lastId;
    const known = this.#ids.get(number);
    const id = known ?? this.#names.id(textOf(number));
    if (known === undefined) this.#ids.set(number, id);
    this.#lastNumber = number;
    this.#lastId = id;
    return id;
  }
}
