/** The filters of folders, as their files say; what was made of ours when the program was built is the same, and quicker. */
import { basename } from 'node:path';
import { readToml, type TomlFile } from '../base/toml.ts';
import type { FilterDefinition } from '../filter/definition.ts';
import { type Built, NOTHING_BUILT, sha256 } from './built.ts';
import { readFile, tomlFiles } from './files.ts';
import { filterSchema } from './schema.ts';

/** The filters of the folders; one of a later folder replaces one of the same name. */
export function loadFilters(folders: readonly string[], built = NOTHING_BUILT): FilterDefinition[] {
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

/** Its samples are read when somebody asks for them. */
function builtFilter(file: TomlFile, built: Built): FilterDefinition | undefined {
  const filter = built.filters[sha256(file.text)];
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
