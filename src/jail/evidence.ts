/**
 * The last attempts, whole, in one ring of bytes: a ban takes its evidence from here. A million addresses under watch
 * with a few lines each would be gigabytes of objects; this is one buffer, and what it overwrites is counted.
 */
import { fromWords } from '../base/address.ts';
import type { Attempt, Evidence, LogFile, Pattern } from '../model.ts';

/** Two floats and ten integers before the texts. */
const HEADER = 56;
/** A log that rotates often has many files; past these, an evidence's file is the last one remembered. */
const NAMES_MAX = 1_000_000;

export class EvidenceRing {
  readonly #bytes: Buffer;
  readonly #floats: Float64Array;
  readonly #integers: Int32Array;
  readonly #files = new Index<LogFile>();
  readonly #patterns = new Index<Pattern>();
  /** Bytes ever written; the ring holds the last `#bytes.length` of them. */
  #written = 0;

  /** `size`: in bytes, a multiple of 8. An attempt takes its line's length and about 60 bytes. */
  constructor(size: number) {
    const memory = new ArrayBuffer(size);
    this.#bytes = Buffer.from(memory);
    this.#floats = new Float64Array(memory);
    this.#integers = new Int32Array(memory);
  }

  /** Keeps an attempt; returns where, for `read`. */
  write(attempt: Attempt, count: number): number {
    const { user = '', target = '', line, address } = attempt;
    const length = (HEADER + user.length + target.length + line.length + 7) & ~7;
    const size = this.#bytes.length;
    // A record does not wrap: what is left before the end is skipped.
    if ((this.#written % size) + length > size) this.#written += size - (this.#written % size);
    const place = this.#written;
    const at = place % size;
    this.#written += length;
    this.#floats[at >>> 3] = attempt.time;
    this.#floats[(at >>> 3) + 1] = attempt.offset;
    const word = (at >>> 2) + 4;
    const integers = this.#integers;
    integers[word] = address.w0;
    integers[word + 1] = address.w1;
    integers[word + 2] = address.w2;
    integers[word + 3] = address.w3;
    integers[word + 4] = this.#files.of(attempt.file);
    integers[word + 5] = this.#patterns.of(attempt.pattern);
    integers[word + 6] = count;
    integers[word + 7] = attempt.user === undefined ? -1 : user.length;
    integers[word + 8] = attempt.target === undefined ? -1 : target.length;
    integers[word + 9] = line.length;
    let text = at + HEADER;
    if (user !== '') text += this.#bytes.write(user, text, 'latin1');
    if (target !== '') text += this.#bytes.write(target, text, 'latin1');
    this.#bytes.write(line, text, 'latin1');
    return place;
  }

  /** The kind of what was kept at a place; undefined when it has been overwritten. */
  patternAt(place: number): Pattern | undefined {
    if (!this.#holds(place)) return undefined;
    return this.#patterns.at(this.#integers[((place % this.#bytes.length) >>> 2) + 9] ?? 0);
  }

  /** What was kept at a place; undefined when it has been overwritten. */
  read(place: number): Evidence | undefined {
    const pattern = this.patternAt(place);
    if (!pattern) return undefined;
    const at = place % this.#bytes.length;
    const integers = this.#integers.subarray((at >>> 2) + 4, (at >>> 2) + 14);
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0, file = 0, , count = 1, userLength = -1, targetLength = -1, lineLength = 0] =
      integers;
    const user = at + HEADER;
    const target = user + Math.max(0, userLength);
    const line = target + Math.max(0, targetLength);
    return {
      time: this.#floats[at >>> 3] ?? 0,
      address: fromWords(w0, w1, w2, w3),
      kind: pattern.kind,
      filter: pattern.filter,
      pattern: pattern.number,
      user: userLength < 0 ? undefined : this.#bytes.toString('latin1', user, target),
      target: targetLength < 0 ? undefined : this.#bytes.toString('latin1', target, line),
      path: this.#files.at(file)?.path ?? '',
      offset: this.#floats[(at >>> 3) + 1] ?? 0,
      count,
      line: this.#bytes.toString('latin1', line, line + lineLength),
    };
  }

  #holds(place: number): boolean {
    return place >= 0 && this.#written - place <= this.#bytes.length;
  }
}

/** Numbers things as they come. */
class Index<T> {
  readonly #numbers = new Map<T, number>();
  readonly #things: T[] = [];
  #last: T | undefined;
  #lastNumber = 0;

  of(thing: T): number {
    if (thing === this.#last) return this.#lastNumber;
    let number = this.#numbers.get(thing);
    if (number === undefined) {
      number = Math.min(this.#things.length, NAMES_MAX);
      this.#numbers.set(thing, number);
      this.#things[number] = thing;
    }
    this.#last = thing;
    this.#lastNumber = number;
    return number;
  }

  at(number: number): T | undefined {
    return this.#things[number];
  }
}
