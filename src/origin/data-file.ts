/**
 * The files of `data/` that are lists of entries (`[[organization]]`, `[[scanner]]`): read, checked against a schema,
 * every problem with its line. The TOML parser gives no positions, so the lines are found again in the text.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { EXIT, likeliest, type Problem, ProblemError } from '../base/problem.ts';
import { fileProblem } from './file-problem.ts';

export interface DataFile {
  readonly path: string;
  readonly text: string;
}

/** An entry of a list, and where it or one of its keys stands, for problems that only show across entries. */
export interface DataEntry<Value> {
  readonly value: Value;
  readonly where: (key?: string) => string;
}

/** How files are named where they are said to have said something: `organizations.toml 2026-11-20`. */
export function sourceOf(files: readonly DataFile[]): string {
  return files
    .map(({ path, text }) => `${basename(path)} ${/^date *= *(\d{4}-\d\d-\d\d)\b/m.exec(text)?.[1] ?? 'undated'}`)
    .join(' + ');
}

/** Throws a ProblemError when it cannot be read. */
export function readDataFile(path: string): DataFile {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw fileProblem(path, error);
  }
}

/** The entries of the list `name`, which is all that the file holds but for the `date` of its making. Throws a ProblemError with all that is wrong. */
export function entriesOf<Entries extends v.ObjectEntries>(
  file: DataFile,
  name: string,
  schema: v.StrictObjectSchema<Entries, undefined>,
): ReadonlyArray<DataEntry<v.InferOutput<v.StrictObjectSchema<Entries, undefined>>>> {
  const document = parseDocument(file);
  const problems: Problem[] = [];
  for (const key of Object.keys(document)) {
    if (key === name || (key === 'date' && document[key] instanceof Date)) continue;
    problems.push({ where: file.path, what: `unknown key ${key}`, hint: `only [[${name}]]` });
  }
  const list = document[name] ?? [];
  if (!Array.isArray(list)) problems.push({ where: file.path, what: `${name} is not a list`, hint: `[[${name}]]` });
  const places = placesOf(file, name);
  const entries = (Array.isArray(list) ? list : []).flatMap((item: unknown, index) => {
    const where = (key?: string): string => places(index, key);
    const result = v.safeParse(schema, item);
    if (result.success) return [{ value: result.output, where }];
    for (const issue of result.issues) problems.push(problemOf(issue, where, Object.keys(schema.entries)));
    return [];
  });
  if (problems.length > 0) throw new ProblemError(EXIT.badConfig, problems);
  return entries;
}

function parseDocument(file: DataFile): Readonly<Record<string, unknown>> {
  try {
    return parse(file.text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
    throw new ProblemError(EXIT.badConfig, { where: `${file.path}:${error.line}:${error.column}`, what });
  }
}

function problemOf(issue: v.BaseIssue<unknown>, where: (key?: string) => string, keys: readonly string[]): Problem {
  const key = typeof issue.path?.[0]?.key === 'string' ? issue.path[0].key : undefined;
  if (issue.type !== 'strict_object' || key === undefined) {
    return { where: where(key), what: key === undefined ? issue.message : `${key}: ${issue.message}` };
  }
  if (issue.expected !== 'never') return { where: where(), what: `${key} is missing` };
  const meant = likeliest(key, keys);
  return { where: where(key), what: `unknown key ${key}`, hint: meant ? `did you mean ${meant}?` : keys.join(', ') };
}

/** Finds the line of the n-th `[[name]]`, or of a key below it. */
function placesOf(file: DataFile, name: string): (index: number, key: string | undefined) => string {
  const lines = file.text.split('\n');
  const heads = lines.flatMap((line, i) => (line.trim().startsWith(`[[${name}]]`) ? [i] : []));
  return (index, key) => {
    const head = heads[index];
    if (head === undefined) return file.path;
    const end = heads[index + 1] ?? lines.length;
    let line = head;
    for (let i = head + 1; key !== undefined && line === head && i < end; i++) {
      const rest = lines[i]?.trim() ?? '';
      if (rest.startsWith(key) && rest.slice(key.length).trim().startsWith('=')) line = i;
    }
    return `${file.path}:${line + 1}`;
  };
}
