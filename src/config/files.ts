/** The files of a configuration, and those of its folders. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, errorCode, ProblemError } from '../base/problem.ts';
import type { TomlFile } from '../base/toml.ts';

export const SYSTEM_FOLDER = '/etc/rapsheet';
/** A configuration file larger than this is not one. */
const FILE_MAX = 4_194_304;

export function systemFiles(): TomlFile[] {
  const main = join(SYSTEM_FOLDER, 'rapsheet.toml');
  return [...(existsSync(main) ? [main] : []), ...tomlFiles(join(SYSTEM_FOLDER, 'conf.d'))].map(readFile);
}

export function tomlFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.toml'))
    .sort()
    .map((name) => join(folder, name));
}

export function readFile(path: string): TomlFile {
  try {
    const stats = statSync(path);
    if (stats.isDirectory())
      throw new ProblemError(EXIT.noInput, { where: path, what: 'is a folder, not a configuration' });
    if (stats.size > FILE_MAX)
      throw new ProblemError(EXIT.badConfig, { where: path, what: 'is too large for a configuration' });
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (errorCode(error) === 'EACCES')
      throw new ProblemError(EXIT.notPermitted, { where: path, what: 'may not be read' }, { cause: error });
    throw new ProblemError(EXIT.noInput, { where: path, what: 'there is no such file' }, { cause: error });
  }
}
