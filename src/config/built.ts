/**
 * What was made of the program's own files when it was built (`build.ts`): filters translated, documents parsed. That would
 * take half of the time of a run on short logs. It is used for a file whose text is the very one that it was made of, and only
 * by the program that it was built with; otherwise the file is read as any other.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TomlFile } from '../base/toml.ts';
import type { FilterDefinition } from '../filter/definition.ts';

/** By the SHA-256 of a file's text. */
export interface Built {
  /** Filters with their translations, but for what is only needed to prove them. */
  readonly filters: Readonly<Record<string, BuiltFilter>>;
  /** What a file says, as TOML. */
  readonly documents: Readonly<Record<string, unknown>>;
}

export type BuiltFilter = Omit<FilterDefinition, 'file' | 'hits' | 'misses'>;

export const NOTHING_BUILT: Built = { filters: {}, documents: {} };

/** The SHA-256 of `dist/built.json`, which the build puts here; there is none where the sources run. */
declare const BUILT_HASH: string;

/**
 * What was built with this program, or nothing: no file, or another one than was written beside it.
 * `program`: the folder above `dist/`.
 */
export function readBuilt(program: string, hash = hashOfBuilt()): Built {
  const path = join(program, 'dist', 'built.json');
  if (hash === undefined || !existsSync(path)) return NOTHING_BUILT;
  const text = readFileSync(path, 'utf8');
  // By its SHA-256 it is what build.ts wrote: there is nothing to check.
  return sha256(text) === hash ? JSON.parse(text) : NOTHING_BUILT;
}

function hashOfBuilt(): string | undefined {
  return typeof BUILT_HASH === 'undefined' ? undefined : BUILT_HASH;
}

/** The file with what it says, if that is known. */
export function withDocument(file: TomlFile, { documents }: Built): TomlFile {
  return { ...file, document: documents[sha256(file.text)] };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
