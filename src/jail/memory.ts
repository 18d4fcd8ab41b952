/**
 * What is remembered for longer than a window lasts, as rows: those that changed are written with what came of them, and
 * all of them are given back at the next start. Whoever keeps them need not understand them.
 */

import { fromWords } from '../base/address.ts';
import type { Evidence } from '../model.ts';

/** One row. Keys are unique among all that a program remembers. */
export interface MemoryRow {
  readonly key: string;
  /** Until when it matters. */
  readonly until: number;
  /** Undefined: there is nothing to remember any more. */
  readonly content: string | undefined;
}

/** What is remembered by key, the latest put last. */
export class Remembered<Value> {
  readonly #values = new Map<string, Value>();
  #changed = new Set<string>();
  readonly #write: (value: Value) => Omit<MemoryRow, 'key'>;

  /** `write`: the row of a value. */
  constructor(write: (value: Value) => Omit<MemoryRow, 'key'>) {
    this.#write = write;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  values(): Iterable<Value> {
    return this.#values.values();
  }

  /** The oldest first. Entries may be taken out meanwhile. */
  entries(): Iterable<[key: string, value: Value]> {
    return this.#values.entries();
  }

  put(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    this.#changed.add(key);
  }

  remove(key: string): void {
    if (this.#values.delete(key)) this.#changed.add(key);
  }

  /** Lets go of the oldest when there are more than `most`; whether it did. */
  limit(most: number): boolean {
    const [oldest] = this.#values.keys();
    if (this.#values.size <= most || oldest === undefined) return false;
    this.remove(oldest);
    return true;
  }

  /** Rows of what changed since the last call. */
  take(): MemoryRow[] {
    const rows = [...this.#changed].map((key) => this.#rowOf(key));
    this.#changed = new Set();
    return rows;
  }

  rows(): MemoryRow[] {
    return [...this.#values.keys()].map((key) => this.#rowOf(key));
  }

  #rowOf(key: string): MemoryRow {
    const value = this.#values.get(key);
    return value === undefined ? { key, until: 0, content: undefined } : { key, ...this.#write(value) };
  }
}

/** What a key consists of: whose row it is, then what tells its rows apart. */
export type KeyParts = readonly [
  owner: 'slow' | 'wide' | 'campaign' | 'login' | 'sole',
  ...rest: ReadonlyArray<string | number>,
];

export function keyOf(parts: KeyParts): string {
  return JSON.stringify(parts);
}

/** Written by this program in a transaction, so it is what it was. */
export function partsOf(key: string): KeyParts {
  return JSON.parse(key);
}

/** The lines that may become evidence, kept where others are found again. */
export interface Lines {
  read(place: number): Evidence | undefined;
  keep(evidence: Evidence, host: string): number;
}

/** Evidence as JSON has it. */
export type KeptEvidence = Omit<Evidence, 'address' | 'user' | 'target'> & {
  readonly address: readonly [number, number, number, number];
  readonly user?: string;
  readonly target?: string;
};

export function keptOf({ address: { w0, w1, w2, w3 }, user, target, ...rest }: Evidence): KeptEvidence {
  return {
    ...rest,
    address: [w0, w1, w2, w3],
    ...(user === undefined ? {} : { user }),
    ...(target === undefined ? {} : { target }),
  };
}

export function evidenceOf({ address, user, target, ...rest }: KeptEvidence): Evidence {
  return { ...rest, address: fromWords(...address), user, target };
}
