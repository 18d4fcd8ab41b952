/** Reading what a statement gave back: each value is checked, because a damaged file can say anything. */
import type { ProblemError } from '../base/problem.ts';

interface Source {
  damaged(what: string): ProblemError;
}

/** A row by the names of its columns. */
export class Row {
  readonly #row: object;
  readonly #source: Source;

  constructor(row: unknown, source: Source) {
    this.#row = typeof row === 'object' && row !== null ? row : {};
    this.#source = source;
  }

  number(column: string): number {
    const value = this.#value(column);
    if (typeof value === 'number') return value;
    throw this.#wrong(column, 'a number');
  }

  text(column: string): string {
    const value = this.#value(column);
    if (typeof value === 'string') return value;
    throw this.#wrong(column, 'text');
  }

  bytes(column: string): Buffer {
    const value = this.#value(column);
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    throw this.#wrong(column, 'bytes');
  }

  has(column: string): boolean {
    return (this.#value(column) ?? null) !== null;
  }

  /** A map of each row's columns would cost more than the query. */
  #value(column: string): unknown {
    return Object.hasOwn(this.#row, column) ? Reflect.get(this.#row, column) : undefined;
  }

  #wrong(column: string, kind: string): ProblemError {
    return this.#source.damaged(`${column} is not ${kind}`);
  }
}

/** A row of a page, by position. */
export class Cells {
  readonly #cells: readonly unknown[];
  readonly #source: Source;

  constructor(cells: readonly unknown[], source: Source) {
    this.#cells = cells;
    this.#source = source;
  }

  number(position: number): number {
    const value = this.#cells[position];
    if (typeof value === 'number') return value;
    throw this.#source.damaged(`column ${position} is not a number`);
  }

  text(position: number): string {
    const value = this.#cells[position];
    if (typeof value === 'string') return value;
    throw this.#source.damaged(`column ${position} is not text`);
  }

  has(position: number): boolean {
    return (this.#cells[position] ?? null) !== null;
  }
}

export function isRows(value: unknown): value is readonly (readonly unknown[])[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row));
}

/** Rows of a page: enough that the call costs nothing, few enough that nobody waits for the first. */
export const PAGE = 500;

/** Asks for page after page, each beginning after the last row of the one before, until one is not full. */
export function* pages(ask: (last: Cells | undefined) => readonly Cells[]): Generator<Cells> {
  let last: Cells | undefined;
  for (;;) {
    const page = ask(last);
    for (const cells of page) yield cells;
    last = page.at(-1);
    if (page.length < PAGE) return;
  }
}
