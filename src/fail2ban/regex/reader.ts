/** Reads an expression's source by code points, and tells of mistakes with their column. */

/** What is wrong in an expression; `column` counts code points from 0. */
export class RegexError extends Error {
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.name = 'RegexError';
    this.column = column;
  }
}

export class Reader {
  readonly #characters: readonly string[];
  at = 0;

  constructor(source: string) {
    this.#characters = Array.from(source);
  }

  /** The next character, '' at the end. */
  get next(): string {
    return this.#characters[this.at] ?? '';
  }

  get isAtEnd(): boolean {
    return this.at >= this.#characters.length;
  }

  take(): string {
    return this.#characters[this.at++] ?? '';
  }

  /** Takes the text when it stands next. */
  takes(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#characters[this.at + i] !== text[i]) return false;
    this.at += text.length;
    return true;
  }

  /** All characters from here on that the test holds for, `most` at most. */
  takeWhile(test: RegExp, most = Number.POSITIVE_INFINITY): string {
    const start = this.at;
    while (this.at - start < most && test.test(this.next)) this.at++;
    return this.#characters.slice(start, this.at).join('');
  }

  /** All characters before the given one, which is taken too. @throws RegexError when it does not come. */
  takeUntil(end: string, missing: string): string {
    const start = this.at;
    while (this.next !== end) {
      if (this.isAtEnd) throw new RegexError(missing, start);
      this.at++;
    }
    this.at++;
    return this.#characters.slice(start, this.at - 1).join('');
  }

  error(message: string, column = this.at): RegexError {
    return new RegexError(message, column);
  }
}
