/**
 * Cuts a stream of syslog into messages: each ends with a newline, or begins with its length (RFC 6587). A sender that
 * counts may send newlines within a message.
 */

/** Longer messages are left out: no pattern matches one. */
const MESSAGE_MAX = 65_535;
/** Its length in digits and a blank, before a message that is not too long. */
const PREFIX_MAX = 6;
const ROOM_FIRST = 4_096;
const ROOM_MAX = MESSAGE_MAX + PREFIX_MAX + 1;
/** More digits are no length. */
const DIGITS_MAX = 9;

const NEWLINE = 10;
const BLANK = 32;

export interface FrameSink {
  message(bytes: Buffer): void;
  oversize(): void;
}

export class Frames {
  readonly #sink: FrameSink;
  #room = Buffer.allocUnsafeSlow(ROOM_FIRST);
  #held = 0;
  /** Up to here there is no newline: a sender of single bytes must not make us search them again for each. */
  #searched = 0;
  /** What is left of a message that is too long: so many bytes, or up to the newline. */
  #skip = 0;
  #skipLine = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Whether a message was begun and is not complete. */
  get isUnfinished(): boolean {
    return this.#held > 0 || this.#skip > 0 || this.#skipLine;
  }

  push(piece: Buffer): void {
    for (let at = 0; at < piece.length; ) {
      this.#makeRoom(piece.length - at);
      const taken = piece.copy(this.#room, this.#held, at);
      this.#held += taken;
      at += taken;
      this.#drop(this.#cut());
    }
  }

  #makeRoom(wanted: number): void {
    const size = Math.min(ROOM_MAX, this.#held + wanted);
    if (size <= this.#room.length) return;
    const room = Buffer.allocUnsafeSlow(Math.min(ROOM_MAX, Math.max(size, 2 * this.#room.length)));
    this.#room.copy(room, 0, 0, this.#held);
    this.#room = room;
  }

  #drop(length: number): void {
    if (length === 0) return;
    this.#room.copyWithin(0, length, this.#held);
    this.#held -= length;
    this.#searched = Math.max(0, this.#searched - length);
  }

  /** Passes on all whole messages; returns where the first that is not begins. */
  #cut(): number {
    let at = 0;
    while (at < this.#held) {
      const end = this.#endOfOne(at);
      if (end === undefined) break;
      at = end;
    }
    return at;
  }

  /** Takes one message, or a part of one to be skipped; undefined when more must come first. */
  #endOfOne(at: number): number | undefined {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, this.#held - at);
      this.#skip -= skipped;
      return at + skipped;
    }
    if (this.#skipLine) return this.#endOfSkipped(at);
    const blank = this.#endOfLength(at);
    if (blank === undefined) return undefined;
    return blank > at ? this.#counted(at, blank) : this.#line(at);
  }

  #endOfSkipped(at: number): number {
    const newline = this.#newline(at);
    if (newline < 0) return this.#held;
    this.#skipLine = false;
    return newline + 1;
  }

  /** The blank behind a length; `at` when no length stands here, undefined when that cannot be told yet. */
  #endOfLength(at: number): number | undefined {
    const first = this.#room[at] ?? 0;
    if (first < 49 || first > 57) return at;
    const most = Math.min(this.#held, at + DIGITS_MAX + 1);
    for (let i = at + 1; i < most; i++) {
      const byte = this.#room[i] ?? 0;
      if (byte === BLANK) return i;
      if (byte < 48 || byte > 57) return at;
    }
    return most === this.#held ? undefined : at;
  }

  #counted(at: number, blank: number): number | undefined {
    const length = Number(this.#room.toString('latin1', at, blank));
    const start = blank + 1;
    if (length > MESSAGE_MAX) {
      this.#sink.oversize();
      this.#skip = length;
      return start;
    }
    if (this.#held - start < length) return undefined;
    this.#sink.message(this.#room.subarray(start, start + length));
    return start + length;
  }

  #line(at: number): number | undefined {
    const newline = this.#newline(at);
    const length = (newline < 0 ? this.#held : newline) - at;
    if (length > MESSAGE_MAX) {
      this.#sink.oversize();
      this.#skipLine = newline < 0;
      return newline < 0 ? this.#held : newline + 1;
    }
    if (newline < 0) return undefined;
    this.#sink.message(this.#room.subarray(at, newline));
    return newline + 1;
  }

  #newline(at: number): number {
    const newline = this.#room.subarray(0, this.#held).indexOf(NEWLINE, Math.max(at, this.#searched));
    if (newline < 0) this.#searched = this.#held;
    return newline;
  }
}
