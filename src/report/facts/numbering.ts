/** The ledger's numbers of names as the numbers that a report gives them: a text is read once for each. */
import type { Names } from './names.ts';
import { Numbers } from './numbers.ts';

export class Numbering {
  readonly #names: Names;
  /** By the ledger's number: ours plus 1, 0 when it has none yet. */
  readonly #ids = new Numbers();

  constructor(names: Names) {
    this.#names = names;
  }

  id(number: number, textOf: (number: number) => string): number {
    const known = this.#ids.at(number) - 1;
    if (known >= 0) return known;
    const id = this.#names.id(textOf(number));
    this.#ids.put(number, id + 1);
    return id;
  }
}
