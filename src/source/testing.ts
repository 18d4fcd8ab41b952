/** For the tests of this folder: a folder to write logs into, and a plain reading of what a source must give. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FileOutcome, LogSeries } from './source.ts';

/** A folder that goes away with the test. */
export function scratch(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'source-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) put(join(directory, name), content);
  return directory;
}

/** Writes a file, making its folders. */
export function put(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export interface Piece {
  readonly path: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** All chunks, copied: their buffer is used again. */
export async function piecesOf(series: LogSeries): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  for await (const { file, offset, bytes } of series.chunks()) {
    pieces.push({ path: file.path, offset, bytes: Buffer.from(bytes) });
  }
  return pieces;
}

export async function textOf(series: LogSeries): Promise<string> {
  return Buffer.concat((await piecesOf(series)).map(({ bytes }) => bytes)).toString();
}

/** Reads all series; what became of each file, by path. */
export async function readAll(
  all: readonly LogSeries[],
): Promise<ReadonlyMap<string, FileOutcome & { readonly text: string }>> {
  const outcomes = new Map<string, FileOutcome & { readonly text: string }>();
  for (const series of all) {
    const pieces = await piecesOf(series);
    for (const outcome of series.outcomes()) {
      const own = pieces.filter(({ path }) => path === outcome.file.path);
      outcomes.set(outcome.file.path, { ...outcome, text: Buffer.concat(own.map(({ bytes }) => bytes)).toString() });
    }
  }
  return outcomes;
}

/** What a source must make of these bytes, the slow and obvious way. */
export interface Expectation {
  readonly lines: Buffer;
  readonly oversize: number;
  readonly partial: number;
  /** Behind the last line with a newline. */
  readonly end: number;
  /** Where lines begin, the end included. */
  readonly boundaries: readonly number[];
}

export function expectationOf(content: Buffer, from = 0): Expectation {
  const lines: Buffer[] = [];
  const boundaries = [from];
  let oversize = 0;
  let at = from;
  for (let end = content.indexOf(10, at); end >= 0; end = content.indexOf(10, at)) {
    if (end - at > 65_536) oversize++;
    else lines.push(content.subarray(at, end + 1));
    at = end + 1;
    boundaries.push(at);
  }
  return { lines: Buffer.concat(lines), oversize, partial: at < content.length ? 1 : 0, end: at, boundaries };
}
