/** In which form a report is written, and where: to standard output, into a file, or several files into a folder. */
import { extname, join } from 'node:path';
import type { Command } from 'commander';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { type Format, languagesOfSentences, type RenderedFile } from '../report/report.ts';
import { painterHere } from './painter.ts';
import { StagedFiles } from './staged-files.ts';

/** As it is asked for. A PNG is a plain SVG that another program makes a picture of. */
export type OutputFormat = Exclude<Format, 'plain-svg'> | 'png';

export const FORMATS: readonly OutputFormat[] = ['text', 'markdown', 'json', 'csv', 'html', 'svg', 'png'];

/** A file for each table or figure. */
const SEVERAL: ReadonlySet<OutputFormat> = new Set(['csv', 'svg', 'png']);

/** What the name of a file says of its form. */
const EXTENSIONS: Readonly<Record<string, OutputFormat>> = {
  '.txt': 'text',
  '.md': 'markdown',
  '.json': 'json',
  '.csv': 'csv',
  '.html': 'html',
  '.htm': 'html',
  '.svg': 'svg',
  '.png': 'png',
};

/** A command that writes pages: into which file, and as what. */
export function withFormat(command: Command): Command {
  return command
    .option('-f, --format <format>', `${FORMATS.join(', ')}; without it, as the output file is called`)
    .option('-o, --output <path>', 'write to a file; for csv, svg and png a folder');
}

/** For whom it writes them. */
export function withReaders(command: Command): Command {
  const spoken = languagesOfSentences.join(' or ');
  return command
    .option('--language <tag>', `${spoken}; countries and numbers in any other: fr, pt-BR`)
    .option('--public', 'to publish: without host names, user names, mail addresses and customers')
    .option('--json', 'the same as --format json');
}

export interface FormatOptions {
  readonly format?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/**
 * As asked for, else as the name of the file says, else text.
 * @throws ProblemError (64) when there is no such format, or when pictures have nowhere to go.
 */
export function formatOf({ format, output, json }: FormatOptions): OutputFormat {
  if (format === undefined) return json === true ? 'json' : (EXTENSIONS[extname(output ?? '').toLowerCase()] ?? 'text');
  const found = FORMATS.find((each) => each === format);
  if (found === 'png' && output === undefined)
    throw new ProblemError(EXIT.usage, {
      what: '--format png: pictures need a folder or a file',
      hint: 'add -o figures/',
    });
  if (found) return found;
  throw new ProblemError(EXIT.usage, { what: `--format ${format}: there is no such format`, hint: FORMATS.join(', ') });
}

/** What the report is to be drawn as. */
export function drawnAs(format: OutputFormat): Format {
  return format === 'png' ? 'plain-svg' : format;
}

/** Whether it shows figures instead of tables. */
export function isOfFigures(format: OutputFormat): boolean {
  return format === 'svg' || format === 'png';
}

/**
 * All files appear whole, or none. Several files go into a folder; so does one, unless it is named with its extension.
 * @throws ProblemError when a file cannot be written, or (69) when no program here makes pictures
 */
export async function writeFiles(
  files: readonly RenderedFile[],
  output: string | undefined,
  format: OutputFormat,
): Promise<void> {
  if (output === undefined) {
    for (const [index, file] of files.entries()) {
      if (index > 0) process.stdout.write('\n');
      for (const piece of file.pieces) process.stdout.write(piece);
    }
    return;
  }
  const isFolder = SEVERAL.has(format) && !(files.length === 1 && output.endsWith(`.${format}`));
  const painter = format === 'png' ? painterHere() : undefined;
  const staged = new StagedFiles();
  try {
    for (const { name, pieces } of files) {
      if (painter === undefined) staged.add(isFolder ? join(output, name) : output, pieces);
      else {
        const picture = await painter([...pieces].join(''));
        staged.add(isFolder ? join(output, name.replace(/\.svg$/, '.png')) : output, [picture]);
      }
    }
    staged.commit();
  } finally {
    staged.close();
  }
  process.stderr.write(`Wrote ${printable(output)}${isFolder ? ` (${files.length} files)` : ''}.\n`);
}
