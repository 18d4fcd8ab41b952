/** What is read of an installation: its files by path. One on the disk, one in memory; both pass the same tests. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../base/problem.ts';

export type FileContent =
  | { readonly text: string }
  /** There is no such file, or it is no file. */
  | { readonly missing: true }
  /** Why it cannot be read, for a person; `at`: line and column, as far as it is known. */
  | { readonly fault: string; readonly at?: string };

export interface FileTree {
  read(path: string): FileContent;
  /** The names in a folder, sorted by their characters; none when there is no such folder. */
  list(folder: string): readonly string[];
  /** Another text whenever the file may have become another; without reading it. */
  stamp(path: string): string;
}

/** The longest file of any installation seen is 45 KB; one that is larger than this is no configuration. */
const FILE_BYTES_MAX = 1 << 20;
/** As many files as a folder may have; `glob` of the original has no limit. */
const FOLDER_NAMES_MAX = 4_096;

export const diskTree: FileTree = {
  read(path) {
    try {
      const facts = statSync(path);
      if (!facts.isFile()) return { missing: true };
      if (facts.size > FILE_BYTES_MAX) return { fault: `larger than ${FILE_BYTES_MAX} bytes` };
      return decode(readFileSync(path));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return { missing: true };
      return { fault: code ?? String(error) };
    }
  },
  list(folder) {
    try {
      return sorted(readdirSync(folder)).slice(0, FOLDER_NAMES_MAX);
    } catch {
      return []; // A folder of additions is optional, and one that may not be read has nothing for us.
    }
  },
  stamp(path) {
    try {
      const { ino, size, mtimeMs, ctimeMs } = statSync(path);
      return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
    } catch (error) {
      return errorCode(error) ?? String(error);
    }
  },
};

/** Files that are given as text, keyed by their absolute path. */
export function memoryTree(files: Readonly<Record<string, string>>): FileTree {
  return {
    read(path) {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      return text === undefined ? { missing: true } : { text };
    },
    list(folder) {
      const prefix = join(folder, '/');
      const inside = Object.keys(files).filter((path) => path.startsWith(prefix));
      return sorted([...new Set(inside.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))]);
    },
    stamp: () => '',
  };
}

function decode(bytes: Uint8Array): FileContent {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const wrong = firstWrong(bytes);
    const before = Buffer.from(bytes.subarray(0, wrong)).toString('latin1').split('\n');
    const at = `${before.length}:${(before.at(-1) ?? '').length + 1}`;
    return { fault: `not UTF-8 (byte 0x${(bytes[wrong] ?? 0).toString(16).padStart(2, '0')})`, at };
  }
}

/** Where what is read differs from what is there, since a byte that is not UTF-8 becomes another character. */
function firstWrong(bytes: Uint8Array): number {
  const read = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  return bytes.findIndex((byte, index) => byte !== read[index]);
}

/** By code points, as `sorted` of the original does; JavaScript's own order is by UTF-16 units. */
function sorted(names: readonly string[]): string[] {
  return [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
