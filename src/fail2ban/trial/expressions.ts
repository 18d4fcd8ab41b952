/**
 * What expressions a trial is of: the words on the command line are a jail, a filter, a file of a filter, each perhaps with
 * options in brackets, or an expression. Whatever is read is told, in the words that scripts know from the original.
 */
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { EXIT, ProblemError } from '../../base/problem.ts';
import { type Call, CallError, parseCall } from '../config/call.ts';
import type { Installation } from '../config/definition.ts';
import type { FileTree } from '../config/file-tree.ts';
import { type FilterFile, filterOptions, filterParameters, readFilter } from '../config/filter-file.ts';
import { readOneJail } from '../config/installation.ts';
import type { Given } from '../config/interpolate.ts';
import type { FilterDefinition } from '../filter/filter.ts';
import { type PythonValue, pythonText } from '../python-text.ts';

export interface ExpressionsRequest {
  /** Of the installation, or its `filter.d`. */
  readonly installation: Installation;
  readonly version: string;
  /** Prefixes of lines differ. */
  readonly logType: 'file' | 'journal';
  /** Whether what is really set is told, too. */
  readonly isVerbose: boolean;
  /** Where paths of files begin that are not absolute. */
  readonly workingFolder: string;
}

export interface Expressions extends Omit<FilterDefinition, 'maxLines' | 'datePattern'> {
  /** Undefined where the words are an expression. */
  readonly file?: FilterFile;
  readonly told: readonly string[];
}

/** A name or a path, perhaps with options. */
const NAME = /^\/{0,3}[\p{L}\p{N}_/.-]+(?:\[[\s\S]*\])?$/mu;
/** Of an expression that is told. */
const SHORT = 53;

/** @throws ProblemError for options that are none, and for what is wrong in a file. */
export function readExpressions(text: string, request: ExpressionsRequest): Expressions {
  const call = NAME.test(text) ? callOf(text) : undefined;
  return (call && (jailExpressions(call, request) ?? fileExpressions(call, request))) ?? lineExpressions(text);
}

function callOf(text: string): Call {
  try {
    return parseCall(text);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw new ProblemError(EXIT.usage, { what: `wrong name or options of a filter: ${error.message}` });
  }
}

export function shortened(text: string): string {
  return text.length > SHORT ? `${text.slice(0, SHORT - 3)}...` : text;
}

function lineExpressions(text: string): Expressions {
  return { failRegex: [text], ignoreRegex: [], told: [`Use   failregex line : ${shortened(text)}`] };
}

function jailExpressions({ name, options }: Call, request: ExpressionsRequest): Expressions | undefined {
  if (name.includes('/') || /\.(?:conf|local)$/.test(name)) return undefined;
  const backend = request.logType === 'journal' ? 'systemd' : 'auto';
  const given = new Map([...options, ['backend', backend] as const]);
  const jail = readOneJail(request.installation, request.version, { name, options: given });
  if (!jail) return undefined;
  if (!jail.filter) throw new ProblemError(EXIT.badConfig, { where: jail.place, what: 'has no filter' });
  const told = [`Use             jail : ${name}`];
  if (options.size > 0) told.push(`Use jail/flt options : ${pythonText(options)}`);
  const { datePattern } = jail.filter;
  const known = new Map([...jail.options, ...(datePattern ? [['datepattern', datePattern] as const] : [])]);
  if (request.isVerbose) told.push(realOptions(known, given, request.logType));
  return { ...expressionsOf(jail.filter), told };
}

function fileExpressions({ name, options }: Call, request: ExpressionsRequest): Expressions | undefined {
  const path = filePath(name, request);
  if (path === undefined) return undefined;
  const isShipped = basename(dirname(path)) === 'filter.d';
  const stem = basename(path).replace(/(?<=.)\.[^.]*$/, '');
  const root = isShipped ? dirname(dirname(path)) : dirname(path);
  const installation: Installation = isShipped
    ? { tree: request.installation.tree, root }
    : { tree: withFile(request.installation.tree, path, join(root, `${stem}.conf`)), root };
  const asked = {
    // Beside the folder of filters, not in it.
    ...{ name: isShipped ? stem : `../${stem}`, call: options, jail: new Map<string, string>() },
    logType: request.logType,
  };
  const file = readFilter(installation, asked);
  const told = [`Use      filter file : ${isShipped ? `${stem}, basedir: ${root}` : name}`];
  if (options.size > 0) told.push(`Use   filter options : ${pythonText(options)}`);
  if (request.isVerbose) {
    const given = new Map([...options, ...filterParameters(installation, asked)]);
    told.push(realOptions(filterOptions(installation, asked), given, request.logType));
  }
  return { ...expressionsOf(file), told };
}

/** Where the file is that a name means; undefined when there is none. */
function filePath(name: string, { installation, workingFolder }: ExpressionsRequest): string | undefined {
  const { root, tree } = installation;
  const folder = basename(root) === 'filter.d' ? root : join(root, 'filter.d');
  const names = name.slice(-6).includes('.') ? [name] : [name, `${name}.conf`, `${name}.local`];
  const paths = names.map((each) => {
    if (isAbsolute(each)) return each;
    if (dirname(each) === 'filter.d') return join(dirname(folder), each);
    return each.includes('/') ? resolve(workingFolder, each) : join(folder, each);
  });
  return paths.find((path) => !('missing' in tree.read(path)));
}

/** A tree in which a file has another path, too: filters are read by their names. */
function withFile(tree: FileTree, path: string, alias: string): FileTree {
  const real = (each: string): string => (each === alias ? path : each);
  return { ...tree, read: (each) => tree.read(real(each)), stamp: (each) => tree.stamp(real(each)) };
}

function expressionsOf(file: FilterFile): Omit<Expressions, 'told'> {
  const { prefRegex, failRegex, ignoreRegex } = file;
  return { ...(prefRegex === undefined ? {} : { prefRegex }), failRegex, ignoreRegex, file };
}

function realOptions(known: Given, given: Given, logType: string): string {
  const real = new Map<string, PythonValue>();
  for (const name of new Set(['logtype', 'datepattern', ...given.keys()])) {
    const value = known.get(name) ?? (name === 'logtype' ? logType : given.get(name));
    if (value !== undefined) real.set(name, name === 'maxlines' ? Number(value) : value);
  }
  return `Real  filter options : ${pythonText(real)}`;
}
