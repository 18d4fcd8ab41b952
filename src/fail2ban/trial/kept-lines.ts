/** Lines of one sort that are kept to be listed: all, so many, or none. */

/** Lines of one sort, all of them wanted: at 200 bytes each, 400 MB. Who wants more lists them with `-o msg`. */
const LINES_MAX = 1_000_000;

export class KeptLines {
  readonly #wanted: 'all' | 'some' | 'none';
  readonly #some: number;
  readonly #lines: string[] = [];

  constructor(wanted: 'all' | 'some' | 'none', some: number) {
    this.#wanted = wanted;
    this.#some = some;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  get isWanted(): boolean {
    return this.#wanted !== 'none';
  }

  /** Whether of so many lines all are here to be listed; of more than a few it is enough to know that they are. */
  listsAll(count: number): boolean {
    return this.#wanted === 'all' ? count <= LINES_MAX : count < this.#some;
  }

  /** `count`: the how manieth of its sort it is. */
  add(line: string, count: number): void {
    if (this.#wanted === 'none' || this.#lines.length >= LINES_MAX) return;
    if (this.#wanted === 'all' || count <= this.#some + 1) this.#lines.push(line);
  }

  /** Takes back the first that reads so. */
  remove(line: string): void {
    const at = this.#lines.indexOf(line);
    if (at >= 0) this.#lines.splice(at, 1);
  }
}
