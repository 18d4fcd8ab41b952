/** Numbers for the names of hosts, which become parts of keys. */

export class HostNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  /** Most attempts are of the same host as the one before. */
  #last: { readonly name: string; readonly number: number } | undefined;

  of(name: string): number {
    if (name === this.#last?.name) return this.#last.number;
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.length;
      this.#numbers.set(name, number);
      this.#names.push(name);
    }
    this.#last = { name, number };
    return number;
  }

  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  name(number: number): string {
    return this.#names[number] ?? '';
  }
}
