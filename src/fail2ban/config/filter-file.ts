/** A filter of an installation: its expressions and what belongs to them, with everything replaced but the tags of expressions. */
import { EXIT, ProblemError } from '../../base/problem.ts';
import { strip } from '../blank.ts';
import type { JailProblem } from '../jail-problem.ts';
import { type Definition, type Installation, readDefinition, readDefinitionLayers } from './definition.ts';
import type { Given } from './interpolate.ts';
import { shellWords } from './shell-words.ts';

export interface FilterFile {
  readonly name: string;
  readonly prefRegex?: string;
  readonly failRegex: readonly string[];
  readonly ignoreRegex: readonly string[];
  /** Lines that are looked at together, at least 1. */
  readonly maxLines?: number;
  /** Templates, one a line. */
  readonly datePattern?: string;
  /** Matches of the journal, each as its words. */
  readonly journalMatch: readonly (readonly string[])[];
  readonly useDns?: string;
  /** Where an option of it stands, in its file or in the jail's. */
  readonly placeOf: (option: string) => string;
  readonly files: readonly string[];
  readonly problems: readonly JailProblem[];
}

export const FILTER_OPTIONS = [
  'usedns',
  'prefregex',
  'ignoreregex',
  'failregex',
  'maxlines',
  'datepattern',
  'journalmatch',
] as const;

export interface FilterRequest {
  readonly name: string;
  readonly call: Given;
  readonly jail: Given;
  /** Whether the jail reads the journal: prefixes of lines differ. Unsaid, the filter's own word counts. */
  readonly logType?: 'file' | 'journal';
  /** Where a jail gives an option, or a word of it. */
  readonly placeOf?: (option: string, word?: string) => string;
}

/** @throws ProblemError when there is no such filter, or what is wrong in it. */
export function readFilter(installation: Installation, request: FilterRequest): FilterFile {
  const definition = readFilterDefinition(installation, request, 'known');
  // What the jail says about the filter covers what the filter says.
  const jail = [...request.jail].filter(([name]) => FILTER_OPTIONS.some((option) => option === name));
  const given = new Map(jail);
  return filterFrom(request.name, {
    ...definition,
    options: new Map([...definition.options, ...given]),
    placeOf: (option) => (given.has(option) ? request.placeOf?.(option) : undefined) ?? definition.placeOf(option),
  });
}

/** All options of the filter's file: a jail may refer to them as `known/name`. */
export function filterOptions(installation: Installation, request: FilterRequest): ReadonlyMap<string, string> {
  return readFilterDefinition(installation, request, 'all').options;
}

/** What may be given to a filter with its name: what is given, and what `[Init]` has for it otherwise, as it stands. */
export function filterParameters(installation: Installation, request: FilterRequest): Given {
  return readFilterDefinition(installation, request, 'known').given;
}

function readFilterDefinition(installation: Installation, request: FilterRequest, extent: 'known' | 'all'): Definition {
  const path = `filter.d/${request.name}`;
  const call = withLogType(installation, request);
  const about = { path, jail: request.jail, call, namedAt: namedAt(request) };
  return readDefinition(installation, { ...about, known: FILTER_OPTIONS, ignored: [], extent });
}

function namedAt({ name, placeOf }: FilterRequest): string | undefined {
  return placeOf?.('filter', name);
}

function withLogType(installation: Installation, request: FilterRequest): Given {
  const { name, call, logType } = request;
  if (logType === undefined || call.get('logtype')) return call;
  const own = readDefinitionLayers(installation, `filter.d/${name}`, namedAt(request)).sections.get('Definition');
  return own?.has('logtype') ? call : new Map([...call, ['logtype', logType]]);
}

function filterFrom(name: string, definition: Definition): FilterFile {
  const { options, files, problems, placeOf } = definition;
  const value = (option: (typeof FILTER_OPTIONS)[number]): string | undefined => options.get(option);
  const [prefRegex, datePattern, useDns, count] = [
    value('prefregex'),
    value('datepattern'),
    value('usedns'),
    value('maxlines'),
  ];
  return {
    name,
    failRegex: lines(value('failregex')),
    ignoreRegex: lines(value('ignoreregex')),
    journalMatch: lines(value('journalmatch')).map((line) => matchWords(line, placeOf('journalmatch'))),
    placeOf,
    files,
    problems,
    // An empty value is how a .local file takes an option back.
    ...(prefRegex ? { prefRegex } : {}),
    ...(datePattern ? { datePattern } : {}),
    ...(useDns ? { useDns } : {}),
    ...(count ? { maxLines: maxLines(count, placeOf('maxlines')) } : {}),
  };
}

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
}

function matchWords(line: string, place: string): readonly string[] {
  const words = shellWords(line);
  if (!words) throw new ProblemError(EXIT.badConfig, { where: place, what: 'a quote does not end' });
  return words;
}

function maxLines(text: string, place: string): number {
  const count = /^[+-]?\d+$/.test(strip(text)) ? Number(strip(text)) : 0;
  if (count < 1) throw new ProblemError(EXIT.badConfig, { where: place, what: `no number above zero: ${text}` });
  return count;
}
