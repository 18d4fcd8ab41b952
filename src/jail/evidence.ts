/**
 * The last attempts, whole, in one ring of bytes: a ban takes its evidence from here. A million addresses under watch
 * with a few lines each would be gigabytes of objects; this is two buffers, records and their texts.
 */
import { fromWords } from '../base/address.ts';
import type { Attempt, Evidence, LogFile, LogLine, Pattern } from '../model.ts';
import { TextRing } from './text-ring.ts';

/** An attempt without its texts: three floats, then twelve integers. */
const RECORD_BYTES = 72;
/** Of the memory, what is for the records; lines of the usual 100 to 200 bytes fill the rest at about the same pace. */
const RECORDS_SHARE = 1 / 3;
/** Where among its 32-bit words a record has its count: behind the floats and the address, file and pattern. */
const COUNT_WORD = 12;
/** A log that rotates often has many files; past these, an evidence's file is the last one remembered. */
const NAMES_MAX = 1_000_000;

export class EvidenceRing {
  readonly #floats: Float64Array;
  readonly #integers: Int32Array;
  readonly #texts: TextRing;
  readonly #files = new Index<LogFile>();
  readonly #patterns = new Index<Pattern>();
  /** How many records it has room for, and how many were ever written. */
  readonly #room: number;
  #written = 0;
  /** Where the next record goes. */
  #next = 0;

  /** `size`: in bytes. An attempt takes its line's length and 72. */
  constructor(size: number) {
    this.#room = Math.floor((size * RECORDS_SHARE) / RECORD_BYTES);
    const memory = new ArrayBuffer(this.#room * RECORD_BYTES);
    this.#floats = new Float64Array(memory);
    this.#integers = new Int32Array(memory);
    this.#texts = new TextRing(size - memory.byteLength);
  }

  /** Keeps an attempt, behind the lines that it needs; returns where it is, for `read`. */
  write(attempt: Attempt, count: number): number {
    if (attempt.earlier) for (const line of attempt.earlier) this.#put(attempt, line, 0);
    return this.#put(attempt, attempt, count);
  }

  /** Who was tried stands with all lines of an attempt: whoever hides the name in one hides it in the others. */
  #put(attempt: Attempt, { line, file, offset }: LogLine, count: number): number {
    const { user, address, time, pattern } = attempt;
    const target = count === 0 ? undefined : attempt.target;
    // Both nearly always stand in the line; a text that does not (it was escaped there) is kept behind it.
    let text = line;
    let userAt = user === undefined ? 0 : line.indexOf(user);
    if (user !== undefined && userAt < 0) {
      userAt = text.length;
      text += user;
    }
    let targetAt = target === undefined ? 0 : line.indexOf(target);
    if (target !== undefined && targetAt < 0) {
      targetAt = text.length;
      text += target;
    }
    const float = (this.#next * RECORD_BYTES) >>> 3;
    this.#floats[float] = time;
    this.#floats[float + 1] = offset;
    this.#floats[float + 2] = this.#texts.write(text);
    const word = (float << 1) + 6;
    const integers = this.#integers;
    integers[word] = address.w0;
    integers[word + 1] = address.w1;
    integers[word + 2] = address.w2;
    integers[word + 3] = address.w3;
    integers[word + 4] = this.#files.of(file);
    integers[word + 5] = this.#patterns.of(pattern);
    integers[word + 6] = count;
    integers[word + 7] = userAt;
    integers[word + 8] = user === undefined ? -1 : user.length;
    integers[word + 9] = targetAt;
    integers[word + 10] = target === undefined ? -1 : target.length;
    integers[word + 11] = line.length;
    this.#next = this.#next + 1 < this.#room ? this.#next + 1 : 0;
    return this.#written++;
  }

  /** What was kept at a place, behind the lines that it needs; nothing when it has been overwritten. */
  readAll(place: number): Evidence[] {
    const found: Evidence[] = [];
    for (let at = place; at === place || this.#countAt(at) === 0; at--) {
      const evidence = this.read(at);
      if (!evidence) break;
      found.push(evidence);
    }
    return found.reverse();
  }

  #countAt(place: number): number {
    return place < 0 ? -1 : (this.#integers[(((place % this.#room) * RECORD_BYTES) >>> 2) + COUNT_WORD] ?? -1);
  }

  /** What was kept at a place; undefined when it has been overwritten. */
  read(place: number): Evidence | undefined {
    if (place < 0 || this.#written - place > this.#room) return undefined;
    const float = ((place % this.#room) * RECORD_BYTES) >>> 3;
    const word = (float << 1) + 6;
    const number = (at: number): number => this.#integers[word + at] ?? 0;
    const text = this.#floats[float + 2] ?? -1;
    const pattern = this.#patterns.at(number(5));
    if (!pattern || !this.#texts.holds(text)) return undefined;
    const textAt = (start: number, length: number): string | undefined =>
      length < 0 ? undefined : this.#texts.read(text + start, length);
    return {
      time: this.#floats[float] ?? 0,
      address: fromWords(number(0), number(1), number(2), number(3)),
      kind: pattern.kind,
      filter: pattern.filter,
      pattern: pattern.number,
      user: textAt(number(7), number(8)),
      target: textAt(number(9), number(10)),
      path: this.#files.at(number(4))?.path ?? '',
      offset: this.#floats[float + 1] ?? 0,
      count: number(6),
      line: this.#texts.read(text, number(11)),
    };
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
