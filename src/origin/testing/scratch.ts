/** A folder for the files that a test writes, gone when its file of tests is done. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { type Address, parseAddress } from '../../base/address.ts';
import { ProblemError } from '../../base/problem.ts';

export interface Scratch {
  readonly folder: string;
  /** Writes a file, and the folders above it; gives its path. */
  write(name: string, content: string | Buffer): string;
}

export function scratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-origin-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    write: (name, content) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
  };
}

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`${text} is not an address`);
  return parsed;
}

/** The problem that an action ends with, without the scratch folder's name; fails when there is none. */
export function problemOf(action: () => unknown, folder = 'no folder'): { status: number; text: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError)
      return { status: error.status, text: error.message.replaceAll(`${folder}/`, '') };
    throw error;
  }
  throw new Error('no problem was found');
}
