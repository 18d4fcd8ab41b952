/** The last texts that were written, in one ring of bytes; latin1, one character a byte (base/text.ts). */

/** Texts are gathered and written together, because a call into the buffer costs more than the bytes of one line. */
const GATHERED_MAX = 8_192;

export class TextRing {
  readonly #bytes: Buffer;
  /** Bytes ever written; the ring holds the last `#bytes.length` of them. */
  #written = 0;
  /** Where the next text goes, and what comes before it but is not yet there. */
  #at = 0;
  #gathered = '';

  /** `size`: in bytes; more than the longest text. */
  constructor(size: number) {
    this.#bytes = Buffer.from(new ArrayBuffer(size));
  }

  /** Keeps a text; returns where, for `read`. */
  write(text: string): number {
    const left = this.#bytes.length - this.#at;
    if (text.length > left) {
      // A text does not wrap: what is left before the end is skipped.
      this.#flush();
      this.#written += left;
      this.#at = 0;
    }
    const place = this.#written;
    this.#gathered += text;
    this.#written += text.length;
    this.#at += text.length;
    if (this.#gathered.length >= GATHERED_MAX) this.#flush();
    return place;
  }

  holds(place: number): boolean {
    return place >= 0 && this.#written - place <= this.#bytes.length;
  }

  /** `length` bytes from a place that it holds. */
  read(place: number, length: number): string {
    this.#flush();
    const start = place % this.#bytes.length;
    return this.#bytes.toString('latin1', start, start + length);
  }

  #flush(): void {
    this.#bytes.write(this.#gathered, this.#at - this.#gathered.length, 'latin1');
    this.#gathered = '';
  }
}
