/**
 * The original's own answers, as files of JSON lines in the folder that the variable FAIL2BAN_ORACLE names. They were made
 * by running it and are not part of the project; without them the tests that need them say so and are skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A filter as the original has it once all is put in (filters.jsonl). */
export interface FilterRecord {
  readonly filter: string;
  readonly opts: Readonly<Record<string, string>>;
  readonly prefregex: string | null;
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  readonly maxlines: number | null;
  readonly datepattern: string | null;
}

/** The records of a file; undefined when it is not there. */
export function oracleRecords<Shape>(name: string): Shape[] | undefined {
  const folder = process.env.FAIL2BAN_ORACLE;
  const path = folder === undefined ? '' : join(folder, name);
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim();
  const lines = text.startsWith('[') ? `[${text.slice(1, -1)}]` : `[${text.split('\n').join(',')}]`;
  return JSON.parse(lines) as Shape[];
}

/** What the tests are called, so that nobody takes skipped ones for passed ones. */
export function oracleTitle(what: string, records: unknown): string {
  if (records === undefined) console.warn(`${what}: no answers of the original (FAIL2BAN_ORACLE), skipped`);
  return records === undefined ? `SKIPPED, FAIL2BAN_ORACLE is not set: ${what}` : what;
}

/** A place counted in code points, as the original counts, from one in UTF-16 units. */
export function inPoints(text: string, place: number): number {
  return place < 0 ? -1 : Array.from(text.slice(0, place)).length;
}
