/**
 * Finds the literals of the patterns in a chunk of a log, so that only the lines around them are ever looked at. Not a
 * matcher: a hit says that a pattern may match there.
 *
 * Every fourth byte is enough: of a literal of 7 bytes or more, four whole bytes (a gram) lie at a multiple of four
 * wherever the literal starts. The chunk's aligned grams are looked up in a table of such grams, one per literal and
 * alignment, and what is found is compared with the literal. The loop is a WebAssembly module (skim/assembly.ts).
 */
import { SKIM_WASM } from './skim/wasm.ts';

/** What a chunk holds. The arrays are longer than `count` and are overwritten by the next call of the same skimmer. */
export interface Hits {
  readonly count: number;
  /** Newlines in the chunk. */
  readonly lines: number;
  /** All of it is ASCII, without carriage returns. */
  readonly isPlain: boolean;
  /** Of each hit, its first byte in the chunk. Ascending; hits at the same byte are in the order of their literals. */
  readonly positions: Int32Array;
  /** Of each hit, the index of the literal. */
  readonly literals: Int32Array;
}

export interface Skimmer {
  /** Every occurrence of every literal, once; they may overlap. At most `CHUNK_LIMIT` bytes, else a RangeError. */
  skim(bytes: Uint8Array): Hits;
  /**
   * The number of the shape of a piece of ASCII, at least 0, from one place to another in the chunk that was skimmed last. Pieces
   * that differ in their digits only have the same, and no others ever have it. -1 when none was given: the piece is
   * under 16 bytes or over 256, or its shape is not seen often.
   */
  shape(from: number, to: number): number;
}

/** Shapes that have a number at a time: its lower bits are the shape's place. Of two with the same, the more frequent one has it. */
export const SHAPES_MAX = 4_096;

/** In bytes. A literal of four would have a gram of its own at one alignment in four only. */
export const SHORTEST_LITERAL = 5;

/** In bytes: eighty times what a reader hands over at the most, so that more is a mistake. It bounds the memory. */
export const CHUNK_LIMIT = 16 * 1024 * 1024;

/**
 * A skimmer for the literals (latin1, one character a byte; none is fine and only counts lines). Throws a RangeError
 * for one that is too short, not latin1, or there twice.
 */
export function createSkimmer(literals: readonly string[]): Skimmer {
  checkLiterals(literals);
  const engine = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(SKIM_WASM, 'base64'))).exports;
  const table = alignUp(watchLiterals(engine, literals), 16);
  const floor = table + (SHAPES_MAX + 1) * SHAPE_BYTES;
  engine.shapes(table);
  return new EngineSkimmer({ engine, floor, depth: depthOf(literals) });
}

/** What the module exports: see skim/assembly.ts. Addresses are bytes in `memory`. */
interface Engine {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly floor: { readonly value: number };
  readonly lines: { readonly value: number };
  readonly odd: { readonly value: number };
  name(literal: number, text: number, length: number): void;
  watch(entry: number, shift: number): void;
  place(chunk: number, positions: number, literals: number): void;
  scan(length: number): number;
  shapes(table: number): void;
  shape(from: number, to: number): number;
}

// The types of Node leave WebAssembly to those of the browser, which would bring in `window` as well. This is the part
// that is used here, for the one module that is used here; that it is so is what the tests run.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Engine };
};

const PAGE = 65_536;
const ENTRY_BYTES = 32;
const ALIGNMENTS = 4;
const GRAM = 4;
/** Of one shape; memory that is never written to costs nothing. */
const SHAPE_BYTES = 288;

class EngineSkimmer implements Skimmer {
  readonly #engine: Engine;
  /** Address of the chunk. */
  readonly #floor: number;
  /** The most literals that can start at one byte. */
  readonly #depth: number;
  /** The longest chunk that there is room for, in bytes; none yet. */
  #capacity = -1;
  #chunk = new Uint8Array(0);
  #positions = new Int32Array(0);
  #literals = new Int32Array(0);

  constructor(parts: { engine: Engine; floor: number; depth: number }) {
    this.#engine = parts.engine;
    this.#floor = parts.floor;
    this.#depth = parts.depth;
  }

  skim(bytes: Uint8Array): Hits {
    if (bytes.length > this.#capacity) this.#makeRoom(bytes.length);
    this.#chunk.set(bytes);
    const count = this.#engine.scan(bytes.length);
    const { lines, odd } = this.#engine;
    const [positions, literals] = [this.#positions, this.#literals];
    return { count, lines: lines.value, isPlain: odd.value === 0, positions, literals };
  }

  shape(from: number, to: number): number {
    return this.#engine.shape(this.#floor + from, this.#floor + to);
  }

  /**
   * Lays out the chunk and, behind it, the hits. They have room for the worst case, as many hits at every byte as
   * literals can start at one: the loop then never has to ask, and memory that is not written to costs nothing.
   */
  #makeRoom(length: number): void {
    if (length > CHUNK_LIMIT) throw new RangeError(`a chunk of ${length} bytes is over the limit of ${CHUNK_LIMIT}`);
    const capacity = alignUp(length, PAGE);
    const hits = capacity * this.#depth;
    // The module clears 16 bytes behind the chunk.
    const positions = this.#floor + capacity + 16;
    const literals = positions + hits * Int32Array.BYTES_PER_ELEMENT;
    const buffer = reserve(this.#engine, literals + hits * Int32Array.BYTES_PER_ELEMENT);
    this.#chunk = new Uint8Array(buffer, this.#floor, capacity);
    this.#positions = new Int32Array(buffer, positions, hits);
    this.#literals = new Int32Array(buffer, literals, hits);
    this.#engine.place(this.#floor, positions, literals);
    this.#capacity = capacity;
  }
}

function checkLiterals(literals: readonly string[]): void {
  const seen = new Set<string>();
  for (const literal of literals) {
    const shown = JSON.stringify(literal);
    if (literal.length < SHORTEST_LITERAL) throw new RangeError(`literal ${shown} is under ${SHORTEST_LITERAL} bytes`);
    if (/[^\x00-\xff]/.test(literal)) throw new RangeError(`literal ${shown} is not latin1`);
    if (seen.has(literal)) throw new RangeError(`literal ${shown} is there twice`);
    seen.add(literal);
  }
}

/** Tells the module what to watch for; returns the first free address. */
function watchLiterals(engine: Engine, literals: readonly string[]): number {
  const entries = engine.floor.value;
  const texts = entries + literals.length * ALIGNMENTS * ENTRY_BYTES;
  const all = Buffer.from(literals.join(''), 'latin1');
  Buffer.from(reserve(engine, texts + all.length)).set(all, texts);
  const usual = countGrams(USUAL);
  let entry = entries;
  let text = texts;
  for (const [index, literal] of literals.entries()) {
    engine.name(index, text, literal.length);
    for (let alignment = 0; alignment < ALIGNMENTS; alignment++) {
      engine.watch(entry, chooseShift(literal, alignment, usual));
      entry += ENTRY_BYTES;
    }
    text += literal.length;
  }
  return text;
}

/**
 * Where in the literal the gram lies by which it is found when that place is at a multiple of four. Of several, the
 * one that ordinary lines have least. Literals of 5 and 6 bytes have none at some alignments: then the gram reaches one
 * byte out of the literal, before it or behind it, and the module takes any byte there.
 */
function chooseShift(literal: string, alignment: number, usual: ReadonlyMap<string, number>): number {
  if (alignment + GRAM > literal.length) return alignment + GRAM - 1 > literal.length ? alignment - GRAM : alignment;
  let best = alignment;
  let least = Number.POSITIVE_INFINITY;
  for (let shift = alignment; shift + GRAM <= literal.length; shift += ALIGNMENTS) {
    const times = usual.get(literal.slice(shift, shift + GRAM)) ?? 0;
    if (times < least) {
      least = times;
      best = shift;
    }
  }
  return best;
}

/**
 * What ordinary lines are made of. A gram of a literal that is also here would be found in every other line, in vain:
 * in logs of sshd, choosing by this halves the candidates. It changes the speed, never the result.
 */
const USUAL = [
  'Accepted publickey for user from port ssh2: session opened for user root(uid=0) by (uid=0) session closed for user',
  ' sshd[1]: systemd[1]: sudo: pam_unix(sshd:session): CRON[1]: postfix/smtpd[1]: dovecot: connect from connection closed',
  ' authentication client server service password error failed invalid user login status index.php',
  '"GET / HTTP/1.1" 200 "POST / HTTP/1.0" 404 "-" "https://www." "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/"',
].join('\n');

function countGrams(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + GRAM <= text.length; at++) {
    const gram = text.slice(at, at + GRAM);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/** The most literals that can start at one byte: a literal and those that it begins with. */
function depthOf(literals: readonly string[]): number {
  const known = new Set(literals);
  let deepest = 0;
  for (const literal of literals) {
    let depth = 0;
    for (let length = SHORTEST_LITERAL; length <= literal.length; length++) {
      if (known.has(literal.slice(0, length))) depth++;
    }
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** Makes the memory reach to an address. Views of it from before are void then. Throws a RangeError at 4 GB. */
function reserve(engine: Engine, end: number): ArrayBuffer {
  const missing = end - engine.memory.buffer.byteLength;
  if (missing > 0) engine.memory.grow(Math.ceil(missing / PAGE));
  return engine.memory.buffer;
}

function alignUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
