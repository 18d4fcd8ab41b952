/** In which form a report is written, and where: to standard output, into a file, or several files into a folder. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { EXIT, errorCode, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { Format, RenderedFile } from '../report/report.ts';

export const FORMATS: readonly Format[] = ['text', 'markdown', 'json', 'csv', 'html', 'svg'];

/** What the name of a file says of its form. */
const EXTENSIONS: Readonly<Record<string, Format>> = {
  '.txt': 'text',
  '.md': 'markdown',
  '.json': 'json',
  '.csv': 'csv',
  '.html': 'html',
  '.htm': 'html',
  '.svg': 'svg',
};

export interface FormatOptions {
  readonly format?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/** As asked for, else as the name of the file says, else text. @throws ProblemError (64) when there is no such format. */
export function formatOf({ format, output, json }: FormatOptions): Format {
  if (format === undefined) return json === true ? 'json' : (EXTENSIONS[extname(output ?? '').toLowerCase()] ?? 'text');
  const found = FORMATS.find((each) => each === format);
  if (found) return found;
  throw new ProblemError(EXIT.usage, { what: `--format ${format}: there is no such format`, hint: FORMATS.join(', ') });
}

/** A file appears whole or not at all. Several files go into a folder; so does one, unless it is named with its extension. */
export function writeFiles(files: readonly RenderedFile[], output: string | undefined, format: Format): void {
  if (output === undefined) {
    for (const [index, file] of files.entries()) {
      if (index > 0) process.stdout.write('\n');
      for (const piece of file.pieces) process.stdout.write(piece);
    }
    return;
  }
  const isFolder = (format === 'csv' || format === 'svg') && !(files.length === 1 && output.endsWith(`.${format}`));
  for (const file of files) writeFile(isFolder ? join(output, file.name) : output, file.pieces);
  process.stderr.write(`Wrote ${printable(output)}${isFolder ? ` (${files.length} files)` : ''}.\n`);
}

function writeFile(path: string, pieces: Iterable<string>): void {
  const part = `${path}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(part, 'w', 0o640);
    try {
      for (const piece of pieces) writeSync(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    const code = errorCode(error) ?? 'unknown';
    const status = code === 'EACCES' || code === 'EPERM' ? EXIT.notPermitted : EXIT.unavailable;
    const what = code === 'ENOSPC' ? 'the disk is full; nothing was written' : `cannot be written (${code})`;
    throw new ProblemError(status, { where: path, what }, { cause: error });
  }
}
