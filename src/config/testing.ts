/** For tests: a configuration from its text, and what is said of a wrong one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../base/problem.ts';
import { type Config, loadConfig } from './config.ts';

/** The configuration that a text gives, on top of the defaults. @throws ProblemError */
export function configFrom(text: string): Config {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-config-'));
  try {
    const file = join(folder, 'rapsheet.toml');
    writeFileSync(file, text);
    return loadConfig({ program: '.', file });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wrong with a text, without its folder; `none` when nothing is. */
export function complaintAbout(text: string): string {
  try {
    configFrom(text);
  } catch (error) {
    if (error instanceof ProblemError) return error.message.replaceAll(/\S*\/(?=rapsheet\.toml)/g, '');
    throw error;
  }
  return 'none';
}
