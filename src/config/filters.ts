/**
 * The filters of folders, as their files say. Ours are read and translated when the program is built (scripts/build.mjs),
 * which takes two thirds of the time that a run on short logs would. What was built is used for a file whose text is the very
 * one that it was made of, and only by the program that it was built with; otherwise the file is read.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ProblemError } from '../base/problem.ts';
import { readToml, type TomlFile } from '../base/toml.ts';
import { PatternError } from '../filter/compile.ts';
import type { FilterDefinition } from '../filter/definition.ts';
import { translatePattern } from '../filter/translate.ts';
import { readFile, tomlFiles } from './files.ts';
import { filterSchema } from './schema.ts';

/** By the SHA-256 of a filter's text: the filter with its translations, but for what is only needed to prove it. */
export type BuiltFilters = Readonly<Record<string, Omit<FilterDefinition, 'file' | 'hits' | 'misses'>>>;

/** The SHA-256 of `dist/filters.json`, which the build puts here; there is none where the sources run. */
declare const BUILT_FILTERS: string;

/** The filters of the folders; one of a later folder replaces one of the same name. */
export function loadFilters(folders: readonly string[], built: BuiltFilters = {}): FilterDefinition[] {
  const filters = new Map<string, FilterDefinition>();
  for (const folder of folders) {
    for (const path of tomlFiles(folder)) {
      const file = readFile(path);
      const filter = builtFilter(file, built) ?? readFilter(file);
      filters.set(filter.name, filter);
    }
  }
  return [...filters.values()];
}

/** One filter file. */
export function readFilter(file: TomlFile): FilterDefinition {
  const { pattern, hit: hits, miss: misses, ...rest } = readToml(file, filterSchema);
  const patterns = pattern.map(({ field: fields, ...keys }) => ({ ...keys, ...(fields ? { fields } : {}) }));
  return { name: basename(file.path, '.toml'), file, ...rest, process: rest.process, patterns, hits, misses };
}

function builtFilter(file: TomlFile, built: BuiltFilters): FilterDefinition | undefined {
  const filter = built[sha256(file.text)];
  if (!filter) return undefined;
  return {
    ...filter,
    name: basename(file.path, '.toml'),
    file,
    get hits() {
      return readFilter(file).hits;
    },
    get misses() {
      return readFilter(file).misses;
    },
  };
}

/**
 * What was built with this program, or nothing: no file, or another one than was written beside it.
 * `program`: the folder above `dist/`.
 */
export function builtFilters(program: string, hash = hashOfBuilt()): BuiltFilters {
  const path = join(program, 'dist', 'filters.json');
  if (hash === undefined || !existsSync(path)) return {};
  const text = readFileSync(path, 'utf8');
  // Its SHA-256 says that buildFilters wrote it: there is nothing to check.
  return sha256(text) === hash ? JSON.parse(text) : {};
}

function hashOfBuilt(): string | undefined {
  return typeof BUILT_FILTERS === 'undefined' ? undefined : BUILT_FILTERS;
}

/** The text of `dist/filters.json` and its SHA-256. Filters with mistakes are not in it: who runs them is told of the mistakes. */
export function buildFilters(folder: string): { readonly text: string; readonly hash: string } {
  const lines = tomlFiles(folder).flatMap((path) => {
    const file = readFile(path);
    const filter = translated(file);
    return filter ? [`${JSON.stringify(sha256(file.text))}:${JSON.stringify(filter)}`] : [];
  });
  const text = `{\n${lines.join(',\n')}\n}\n`;
  return { text, hash: sha256(text) };
}

function translated(source: TomlFile): BuiltFilters[string] | undefined {
  try {
    const filter = readFilter(source);
    const { file, hits, misses, ...rest } = filter;
    return { ...rest, translations: filter.patterns.map((pattern) => translatePattern(filter, pattern)) };
  } catch (error) {
    if (error instanceof ProblemError || error instanceof PatternError) return undefined;
    throw error;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
