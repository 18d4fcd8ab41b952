/** Text as small numbers: each different text is kept once, and everything else refers to it by number from 0. */
export class Names {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  #lastText = '';
  #lastId = -1;

  get size(): number {
    return this.#texts.length;
  }

  id(text: string): number {
    // Rows come in runs of the same host, service and country; comparing is cheaper than hashing.
    if (text === this.#lastText && this.#lastId >= 0) return this.#lastId;
    const known = this.#ids.get(text);
    const id = known ?? this.#texts.length;
    if (known === undefined) {
      this.#ids.set(text, id);
      this.#texts.push(text);
    }
    this.#lastText = text;
    this.#lastId = id;
    return id;
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }

  texts(): readonly string[] {
    return this.#texts;
  }
}
