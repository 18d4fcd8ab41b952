/**
 * Lines of one shape: messages that differ only in their digits. Services write few shapes, again and again, with another process,
 * address and port in each. Expressions that do not tell digits apart (regex/uniform.ts) take the same places of all messages
 * of a shape, so that of one that came before they need not be tried: what they took of it, they take of this one.
 */
import type { LineBytes } from '../dates/same-second.ts';
import { lineSubject } from '../regex/subject.ts';
import { treatsDigitsAlike } from '../regex/uniform.ts';
import type { Chosen } from './definition.ts';
import type { FieldPlaces } from './fields.ts';
import type { Searcher } from './searcher.ts';

/** Shapes that are kept, 200 bytes each and more: a port of attackers has some hundreds a user name. A power of two. */
const SHAPES_MAX = 4_096;
/** Of a longer message no shape is made: it takes room, and few are. In bytes, a multiple of four. */
const MESSAGE_MAX = 256;

/** What the expressions of a filter find in all messages of a shape. */
export interface Plan {
  /** Which of `failRegex` is the first that matches; -1 when none does. */
  readonly index: number;
  /** What it takes, and `prefregex` before it. */
  readonly fields: FieldPlaces | undefined;
}

/** Which expressions may match the present line. */
type Marked = Pick<Chosen, 'mayMatch'>;

export interface Searchers {
  readonly pref: Searcher | undefined;
  readonly fail: readonly Searcher[];
}

interface Shape {
  readonly hash: number;
  readonly length: number;
  readonly words: Int32Array;
  /** Undefined where it has to be found out for each line. */
  readonly plan: Plan | undefined;
}

/** As words of four bytes, in which each digit is a zero. */
const ZEROS = 0x3030_3030;
/** Added to a byte of ASCII that is a digit less `0`, it leaves the highest bit alone; with any other it sets it. */
const ABOVE_NINE = 0x7676_7676;
const HIGH = 0x8080_8080 | 0;
/** Odd, and so are its odd multiples, one for each word: none of a word's bits is lost. */
const FACTOR = 0x9e37_79b1 | 0;

export class Shapes {
  readonly #searchers: Searchers;
  /** The expressions that tell digits apart: of them shapes say nothing. */
  readonly #telling: readonly number[];
  readonly #kept: (Shape | undefined)[] = Array.from({ length: SHAPES_MAX }, () => undefined);
  /** Hashes of shapes that came once: what never comes again is not worth keeping. */
  readonly #seen = new Int32Array(SHAPES_MAX);
  /** The shape of the message that was asked for last. */
  readonly #words = new Int32Array(MESSAGE_MAX / 4 + 1);
  #length = 0;
  #hash = 0;
  #isWanted = false;

  /** Undefined where shapes would tell nothing. */
  static of(searchers: Searchers): Shapes | undefined {
    const { pref, fail } = searchers;
    const alike = fail.map(isShaped);
    return alike.includes(true) && (pref === undefined || isShaped(pref)) ? new Shapes(searchers, alike) : undefined;
  }

  private constructor(searchers: Searchers, alike: readonly boolean[]) {
    this.#searchers = searchers;
    this.#telling = alike.flatMap((is, index) => (is ? [] : [index]));
  }

  /** What is to be found in the message that begins so far behind the line's beginning; undefined when it is not known. */
  find({ bytes, start, end }: LineBytes, messageAt: number, marked: Marked): Plan | undefined {
    this.#isWanted = false;
    const from = start + messageAt;
    const length = end - from;
    if (length < 4 || length > MESSAGE_MAX) return undefined;
    const hash = this.#read(bytes, from, end);
    const slot = hash & (SHAPES_MAX - 1);
    const shape = this.#kept[slot];
    if (shape?.hash === hash && shape.length === length && this.#isSame(shape.words)) {
      return shape.plan && this.#isDecided(shape.plan, marked) ? shape.plan : undefined;
    }
    this.#isWanted = this.#seen[slot] === hash;
    this.#seen[slot] = hash;
    this.#hash = hash;
    this.#length = length;
    return undefined;
  }

  /** Keeps the shape of the message that was asked for last, when it is worth it. `message`: with its newline. */
  learn(message: string, marked: Marked): void {
    if (!this.#isWanted) return;
    const plan = this.#planOf(message, marked);
    const [hash, length] = [this.#hash, this.#length];
    const words = this.#words.slice(0, wordsOf(length));
    this.#kept[hash & (SHAPES_MAX - 1)] = { hash, length, words, plan };
  }

  /** Puts the shape into `#words`. @returns its hash. */
  #read(bytes: Uint8Array, from: number, to: number): number {
    const words = this.#words;
    let hash = to - from;
    let factor = FACTOR;
    let count = 0;
    for (let place = from; place < to; place += 4) {
      // The last word reaches back into the one before.
      const at = place + 4 <= to ? place : to - 4;
      const high = ((bytes[at + 3] ?? 0) << 24) | ((bytes[at + 2] ?? 0) << 16);
      const word = high | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0);
      const digits = (~((word ^ ZEROS) + ABOVE_NINE) & HIGH) >>> 7;
      const shaped = word & ~((digits << 4) - digits);
      words[count++] = shaped;
      hash = (hash + Math.imul(shaped, factor)) | 0;
      factor = (factor + 2 * FACTOR) | 0;
    }
    return hash ^ (hash >>> 15);
  }

  #isSame(words: Int32Array): boolean {
    for (let i = 0; i < words.length; i++) if (words[i] !== this.#words[i]) return false;
    return true;
  }

  /** No expression that tells digits apart would have been tried before the one that matches. */
  #isDecided({ index }: Plan, marked: Marked): boolean {
    for (const each of this.#telling) {
      if (index >= 0 && each > index) return true;
      if (marked.mayMatch(each)) return false;
    }
    return true;
  }

  #planOf(message: string, marked: Marked): Plan | undefined {
    const { pref, fail } = this.#searchers;
    const before = pref?.expression.places(lineSubject(message, true));
    if (pref && !before) return { index: -1, fields: undefined };
    const [start, end] = (before && pref?.fields.contentPlace(before)) ?? [0, message.length - 1];
    const subject = lineSubject(`${message.slice(start, end)}\n`, true);
    for (const [index, one] of fail.entries()) {
      if (!marked.mayMatch(index)) continue;
      if (this.#telling.includes(index)) return undefined;
      const places = one.expression.places(subject);
      if (places) return { index, fields: one.fields.places(places, start, before) };
    }
    return { index: -1, fields: undefined };
  }
}

function wordsOf(length: number): number {
  return Math.ceil(length / 4);
}

function isShaped({ expression, fields }: Searcher): boolean {
  return !fields.isMade && treatsDigitsAlike(expression.tree.root);
}
