/** In which form a report is written. */
import { extname } from 'node:path';
import type { Command } from 'commander';
import { EXIT, ProblemError } from '../base/problem.ts';
import { type Format, languagesOfSentences } from '../report/report.ts';
import { expectOutputName, isStandardOutput } from './output-name.ts';

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
    .option('-o, --output <path>', 'write to a file, or to - (standard output); for csv, svg and png a folder');
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
 * @throws ProblemError (64) when it is no format, or not one, and when there is nowhere for it
 */
export function formatOf({ format, output, json }: FormatOptions): OutputFormat {
  expectOutputName(output);
  if (json === true && format !== undefined && format !== 'json')
    throw usage(`--json and --format ${format}: which of them?`, 'leave one out');
  if (json === true) return 'json';
  if (format === undefined) return formatByName(output);
  const found = FORMATS.find((each) => each === format);
  if (found === undefined) throw usage(`--format ${format}: there is no such format`, FORMATS.join(', '));
  if (found === 'png' && output === undefined)
    throw usage('--format png: pictures need a folder or a file', 'add -o figures/');
  return found;
}

/** An extension that stands for nothing was meant to be a form that there is not. */
function formatByName(output: string | undefined): OutputFormat {
  if (output === undefined || isStandardOutput(output) || output.endsWith('/')) return 'text';
  const extension = extname(output).toLowerCase();
  if (extension === '') return 'text';
  const found = EXTENSIONS[extension];
  if (found !== undefined) return found;
  const known = Object.keys(EXTENSIONS).join(', ');
  throw usage(`-o ${output}: no format is called ${extension}`, `${known}; or say it with --format`);
}

function usage(what: string, hint: string): ProblemError {
  return new ProblemError(EXIT.usage, { what, hint });
}

/** What the report is to be drawn as. */
export function drawnAs(format: OutputFormat): Format {
  return format === 'png' ? 'plain-svg' : format;
}

/** Whether it shows figures instead of tables. */
export function isOfFigures(format: OutputFormat): boolean {
  return format === 'svg' || format === 'png';
}

/** Whether each table or figure is a file. */
export function isOfSeveral(format: OutputFormat): boolean {
  return SEVERAL.has(format);
}
