/** The system's files: read whole, up to a limit. One that is missing is nothing; one that cannot be read is a problem. */
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, type Problem } from '../base/problem.ts';
import { printable } from '../base/text.ts';

const PIECE = 65_536;
/** Of a folder, the files that are looked at: one a session, and a host with more sessions is not one for people. */
const FILES_MAX = 4_096;
/** Not there, in one way or the other. */
const MISSING: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'ESRCH']);

export class SystemFiles {
  readonly problems: Problem[] = [];
  readonly #root: string;

  /** `root`: the folder that stands for `/`. */
  constructor(root: string) {
    this.#root = root;
  }

  /** The bytes of a file; empty when it is not there. Of a longer file the beginning, and a problem. */
  async read(path: string, limit: number): Promise<Buffer> {
    let file: FileHandle | undefined;
    try {
      // Without O_NONBLOCK a fifo in the place of a file would keep us waiting for ever.
      file = await open(join(this.#root, path), constants.O_RDONLY | constants.O_NONBLOCK);
      const bytes = await readUpTo(file, limit + 1);
      if (bytes.length <= limit) return bytes;
      this.problems.push({ where: path, what: `is longer than ${limit} bytes; what follows them is not looked at` });
      return bytes.subarray(0, limit);
    } catch (error) {
      this.#say(path, error);
      return Buffer.alloc(0);
    } finally {
      await file?.close();
    }
  }

  /** The names of the plain files in a folder, sorted; none when it is not there. */
  async list(path: string): Promise<string[]> {
    try {
      const entries = await readdir(join(this.#root, path), { withFileTypes: true });
      const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
      if (names.length > FILES_MAX) {
        this.problems.push({ where: path, what: `has ${names.length} files; only ${FILES_MAX} are looked at` });
      }
      return names.sort().slice(0, FILES_MAX);
    } catch (error) {
      this.#say(path, error);
      return [];
    }
  }

  /** The beginning of a file; empty when it cannot be read, for whatever reason: what may well be gone or another's. */
  async peek(path: string, limit: number): Promise<string> {
    let file: FileHandle | undefined;
    try {
      file = await open(join(this.#root, path), constants.O_RDONLY | constants.O_NONBLOCK);
      return (await readUpTo(file, limit)).toString('latin1');
    } catch {
      return '';
    } finally {
      await file?.close();
    }
  }

  /** The names of the folders in a folder that look so; none when it cannot be read. */
  async folders(path: string, name: RegExp): Promise<string[]> {
    try {
      const entries = await readdir(join(this.#root, path), { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory() && name.test(entry.name)).map((entry) => entry.name);
    } catch {
      return [];
    }
  }

  /** What the links in a folder point to, as far as they can be read. */
  async links(path: string): Promise<string[]> {
    const targets: string[] = [];
    try {
      for (const name of (await readdir(join(this.#root, path))).slice(0, FILES_MAX)) {
        targets.push(await readlink(join(this.#root, path, name)));
      }
    } catch {
      // A process that has ended, or that is not ours to look at: what was read so far is all.
    }
    return targets;
  }

  async exists(path: string): Promise<boolean> {
    try {
      await stat(join(this.#root, path));
      return true;
    } catch {
      return false;
    }
  }

  #say(path: string, error: unknown): void {
    const code = errorCode(error) ?? '';
    if (MISSING.has(code)) return;
    const reason = error instanceof Error ? printable(error.message) : String(error);
    const hint = code === 'EACCES' || code === 'EPERM' ? { hint: 'let the service read it' } : {};
    this.problems.push({ where: printable(path), what: `cannot be read: ${reason}`, ...hint });
  }
}

/** Files in /proc do not say how long they are, and give a page or so at a time. */
async function readUpTo(file: FileHandle, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  while (length < limit) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(PIECE, limit - length)), 0);
    if (bytesRead === 0) break;
    pieces.push(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(pieces);
}
