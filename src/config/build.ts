/** What scripts/build.mjs makes of the program's own files ahead, for `built.ts`. No command does this. */
import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { ProblemError } from '../base/problem.ts';
import type { TomlFile } from '../base/toml.ts';
import { PatternError } from '../filter/compile.ts';
import { translatePattern } from '../filter/translate.ts';
import { type Built, type BuiltFilter, sha256 } from './built.ts';
import { readFile, tomlFiles } from './files.ts';
import { readFilter } from './filters.ts';

/** Read by every command that reads a configuration. */
const DOCUMENTS = [join('config', 'rapsheet.toml'), join('data', 'kinds.toml')];

/**
 * The text of `dist/built.json` and its SHA-256; of the same files always the same. What has a mistake is not in it: who runs
 * it is told of the mistake. `program`: the folder of `config/`, `data/` and `filters/`.
 */
export function build(program: string): { readonly text: string; readonly hash: string } {
  const filters = tomlFiles(join(program, 'filters')).map((path) => readFile(path));
  const documents = DOCUMENTS.map((path) => readFile(join(program, path)));
  const built: Built = { filters: byHash(filters, translated), documents: byHash(documents, parsed) };
  const text = `${JSON.stringify(built)}\n`;
  return { text, hash: sha256(text) };
}

function byHash<Value>(
  files: readonly TomlFile[],
  make: (file: TomlFile) => Value | undefined,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    files.flatMap((file): Array<[string, Value]> => {
      const value = make(file);
      return value === undefined ? [] : [[sha256(file.text), value]];
    }),
  );
}

function translated(source: TomlFile): BuiltFilter | undefined {
  try {
    const filter = readFilter(source);
    const { file, hits, misses, ...rest } = filter;
    return { ...rest, translations: filter.patterns.map((pattern) => translatePattern(filter, pattern)) };
  } catch (error) {
    if (error instanceof ProblemError || error instanceof PatternError) return undefined;
    throw error;
  }
}

function parsed({ text }: TomlFile): unknown {
  try {
    const document = parse(text);
    return isPlain(document) ? document : undefined;
  } catch (error) {
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}

/** TOML has dates, infinity and more, which JSON has not. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value === 'object' && value !== null)
    return !(value instanceof Date) && Object.values(value).every(isPlain);
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
