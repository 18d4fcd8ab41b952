/**
 * Cuts a stream of bytes into runs of whole lines, in one buffer that is used again and again: bytes are read behind the
 * unfinished line that the last run left over. Knows nothing of files.
 */

/**
 * Longer lines are left out. A line of syslog has at most 8 KiB, one of a web server 8 to 32 KiB (its header limits);
 * beyond 64 KiB there is no log line that a pattern could match, and memory must not follow what an attacker sends.
 */
export const MAX_LINE_BYTES = 65_536;

const NEWLINE = 10;

export class LineCutter {
  /** One byte more than the longest line, for its newline: a full room without newline is an oversize line. */
  readonly room = Buffer.allocUnsafeSlow(MAX_LINE_BYTES + 1);
  #held = 0;
  #offset = 0;
  /** Where the oversize line began that is being left out. */
  #skipping: number | undefined;
  #oversize = 0;

  /** Starts over, at a line's first byte. */
  begin(offset: number): void {
    this.#held = 0;
    this.#offset = offset;
    this.#skipping = undefined;
    this.#oversize = 0;
  }

  /** Where in `room` the next bytes belong. There is always space for one. */
  get held(): number {
    return this.#held;
  }

  /** The offset in the log of the first byte of `room`. */
  get offset(): number {
    return this.#offset;
  }

  /** The offset behind the last line that was dropped or left out: where the next run begins. */
  get position(): number {
    return this.#skipping ?? this.#offset;
  }

  /** Lines left out since `begin`. */
  get oversize(): number {
    return this.#oversize;
  }

  /** Whether bytes of a line without newline are left. */
  get unfinished(): boolean {
    return this.#held > 0 || this.#skipping !== undefined;
  }

  /** Takes note of `fresh` bytes put at `held`; says how many bytes at the front of `room` are whole lines. */
  take(fresh: number): number {
    if (this.#skipping !== undefined) return this.#endSkipping(fresh);
    const end = this.#held + fresh;
    this.#held = end;
    const length = this.room.lastIndexOf(NEWLINE, end - 1) + 1;
    if (length === 0 && end === this.room.length) {
      this.#skipping = this.#offset;
      this.#forget();
    }
    return length;
  }

  /** Makes space: the first `length` bytes have been used. */
  drop(length: number): void {
    this.room.copyWithin(0, length, this.#held);
    this.#held -= length;
    this.#offset += length;
  }

  #endSkipping(fresh: number): number {
    const end = this.room.subarray(0, fresh).indexOf(NEWLINE) + 1;
    this.#held = fresh;
    if (end === 0) {
      this.#forget();
      return 0;
    }
    this.#skipping = undefined;
    this.#oversize++;
    this.drop(end);
    return this.#held === 0 ? 0 : this.take(0);
  }

  #forget(): void {
    this.#offset += this.#held;
    this.#held = 0;
  }
}
