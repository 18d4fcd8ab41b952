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
