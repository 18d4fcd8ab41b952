/** Where the files of a report go: to standard output, into a file, or into a folder. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { FileFamily, RenderedFile } from '../report/report.ts';
import { isStandardOutput } from './output-name.ts';
import { painterHere } from './painter.ts';
import { isOfFigures, isOfSeveral, type OutputFormat } from './report-files.ts';
import { type Pieces, StagedFiles } from './staged-files.ts';
import { outputShape, type TerminalShape } from './terminal.ts';
import { writeFailureOf } from './write-failure.ts';

export interface Destination {
  readonly output: string | undefined;
  readonly format: OutputFormat;
  /** Of a whole report: no file of an earlier one stays beside it. */
  readonly family?: FileFamily | undefined;
  /** Whether the command has --table. */
  readonly hasTable: boolean;
}

/** For whom a report is laid out. */
export function shapeFor(output: string | undefined): TerminalShape {
  return outputShape(isStandardOutput(output) ? 'terminal' : 'file');
}

/**
 * All files appear whole, or none. Several files go into a folder; so does one, unless it is named with an extension.
 * @throws ProblemError when they cannot be written, (64) several where one is meant, (69) no program here makes pictures
 */
export async function writeFiles(files: readonly RenderedFile[], destination: Destination): Promise<void> {
  const { output, format } = destination;
  if (files.length === 0) {
    process.stderr.write(`There is no ${isOfFigures(format) ? 'figure' : 'table'} to write.\n`);
  } else if (isStandardOutput(output)) {
    await print(files, destination);
  } else if (isForFolder(files, output, destination)) {
    await writeFolder(files, output, destination);
  } else {
    await stage(files, format, () => output);
    process.stderr.write(`Wrote ${printable(output)}.\n`);
  }
}

async function print(files: readonly RenderedFile[], destination: Destination): Promise<void> {
  if (files.length > 1) throw several(files, destination, `--format ${destination.format}`);
  for await (const { pieces } of drawn(files, destination.format)) {
    for (const piece of pieces) process.stdout.write(piece);
  }
}

async function writeFolder(
  files: readonly RenderedFile[],
  folder: string,
  { format, family }: Destination,
): Promise<void> {
  const names = new Set(files.map(({ name }) => nameAs(format, name)));
  const old = family === undefined ? [] : earlierFiles(folder, family, `.${format}`).filter((name) => !names.has(name));
  await stage(files, format, (name) => join(folder, name));
  for (const name of old) removeOld(join(folder, name), names.size);
  const more = old.length === 0 ? '' : `; removed ${old.length} of an earlier report`;
  process.stderr.write(`Wrote ${printable(folder)} (${names.size} ${names.size === 1 ? 'file' : 'files'})${more}.\n`);
}

async function stage(
  files: readonly RenderedFile[],
  format: OutputFormat,
  pathOf: (name: string) => string,
): Promise<void> {
  const staged = new StagedFiles();
  try {
    for await (const { name, pieces } of drawn(files, format)) staged.add(pathOf(name), pieces);
    staged.commit();
  } finally {
    staged.close();
  }
}

async function* drawn(
  files: readonly RenderedFile[],
  format: OutputFormat,
): AsyncGenerator<{ readonly name: string; readonly pieces: Pieces }> {
  if (format !== 'png') return yield* files;
  const painter = painterHere();
  for (const { name, pieces } of files) {
    yield { name: nameAs(format, name), pieces: [await painter([...pieces].join(''))] };
  }
}

/** A picture is called as its drawing is. */
function nameAs(format: OutputFormat, name: string): string {
  return format === 'png' ? `${parse(name).name}.png` : name;
}

/** @throws ProblemError (64) when it is the name of one file */
function isForFolder(files: readonly RenderedFile[], output: string, destination: Destination): boolean {
  if (!isOfSeveral(destination.format)) return false;
  const there = typeOf(output);
  if (there === 'folder' || output.endsWith('/')) return true;
  if (there === undefined && extname(output) === '') return true;
  if (files.length === 1) return false;
  throw several(files, destination, `-o ${output}`);
}

function typeOf(path: string): 'folder' | 'file' | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined; // What is wrong with it is told where it is written.
  }
}

function several(
  files: readonly RenderedFile[],
  { output, format, hasTable }: Destination,
  asked: string,
): ProblemError {
  const things = isOfFigures(format) ? 'figures' : 'tables';
  const { dir, name, ext } = parse(isStandardOutput(output) ? '' : output);
  const folder = join(dir, ext === '' ? things : name);
  const one = hasTable ? `, or --table ${parse(files[0]?.name ?? '').name} for one` : '';
  const what = `${asked}: ${files.length} ${things} are a file each, and need a folder`;
  return new ProblemError(EXIT.usage, { what, hint: `-o ${folder}/${one}` });
}

/** What a folder has of an earlier report. One that never held a whole one has files of other people. */
function earlierFiles(folder: string, { sign, has }: FileFamily, extension: string): readonly string[] {
  const names = namesIn(folder);
  if (!names.includes(`${sign}${extension}`)) return [];
  return names.filter((name) => extname(name) === extension && has(parse(name).name));
}

/** Of regular files. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? entry.name : []));
  } catch {
    return []; // It is made when it is written to, or that fails and says why.
  }
}

function removeOld(path: string, written: number): void {
  try {
    rmSync(path);
  } catch (error) {
    const { status, what } = writeFailureOf(error);
    const problem = {
      where: path,
      what: `is of an earlier report; ${what}`,
      hint: `all ${written} files were written`,
    };
    throw new ProblemError(status, problem, { cause: error });
  }
}
