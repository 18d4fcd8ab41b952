/**
 * Columns of a page of rows, as SQLite's `group_concat` glues them together: numbers as digits, addresses as 16 bytes
 * each. One value for hundreds of rows, read into lists of the caller's: neither text nor objects for each.
 */
import { KEY_BYTES } from './address-key.ts';
import type { Database } from './database.ts';

/** Rows of a page: enough that the call costs nothing, few enough that the lists stay in the processor's cache. */
export const PAGE_OF_LISTS = 2000;

const MINUS = 45;
const COMMA = 44;
const ZERO = 48;

/** How many rows a page has, and the file that would be damaged if it had another number. */
interface Expected {
  readonly size: number;
  readonly database: Database;
}

/** An expression that gives the numbers of a column in the order of rows; nothing for NULL, which `readNumbers` finds. */
export function numbersOf(column: string): string {
  return `CAST(group_concat(${column}) AS BLOB) AS ${column}`;
}

/** An expression that gives the 16-byte keys of a column in the order of rows. */
export function keysOf(column: string): string {
  return `CAST(group_concat(${column}, '') AS BLOB) AS ${column}`;
}

/** Reads `size` whole numbers. @throws ProblemError when there are not exactly so many. */
export function readNumbers(bytes: Uint8Array, into: Float64Array, { size, database }: Expected): void {
  let row = 0;
  let value = 0;
  let sign = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === COMMA) {
      into[row++] = sign * value;
      value = 0;
      sign = 1;
    } else if (byte === MINUS) {
      sign = -1;
    } else {
      // In this order: no sum on the way is larger than the number, which may be the largest that is exact.
      value = value * 10 + (byte - ZERO);
    }
  }
  into[row++] = sign * value;
  if (row !== size) throw database.damaged('a page of rows lacks numbers');
}

/** Reads the words of `size` addresses. @throws ProblemError when there are not exactly so many. */
export function readWords(keys: Buffer, into: Int32Array, { size, database }: Expected): void {
  if (keys.length !== size * KEY_BYTES) throw database.damaged('a page of rows lacks addresses');
  for (let word = 0; word < size * 4; word++) into[word] = wordAt(keys, word * 4);
}

function wordAt(keys: Buffer, at: number): number {
  return ((keys[at] ?? 0) << 24) | ((keys[at + 1] ?? 0) << 16) | ((keys[at + 2] ?? 0) << 8) | (keys[at + 3] ?? 0);
}
