/** The bytes of a pickle, from its beginning to its end. */

/** That what came in is no request. */
export class PickleError extends Error {}

export class PickleBytes {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  /** @throws PickleError when there are not so many. */
  take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new PickleError('it ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  utf8(length: number): string {
    return this.take(length).toString('utf8');
  }

  /** Up to a newline, which is left out; latin1. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new PickleError('it ends too early');
    const line = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end + 1;
    return line;
  }

  /** A number of up to eight bytes, the lowest first. */
  long(): number {
    const length = this.byte();
    if (length > 8) throw new PickleError('a number is too large');
    const bytes = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
    const number = Number(BigInt.asIntN(Math.max(1, length * 8), value));
    if (!Number.isSafeInteger(number)) throw new PickleError('a number is too large');
    return number;
  }
}
