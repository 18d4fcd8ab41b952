/**
 * TOML files of ours and of users: parsed with smol-toml, checked against a valibot schema, and every problem told with
 * its file, line and the likeliest right word.
 */
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { EXIT, type ExitStatus, likeliest, type Problem, ProblemError } from './problem.ts';

export interface TomlFile {
  /** As the user would name it. */
  readonly path: string;
  readonly text: string;
  /** What the text says, where that is known already. */
  readonly document?: unknown;
}

/**
 * The file's content as the schema says. Objects should be strict in the schema, so that a misspelled key is a problem.
 * @throws ProblemError with every problem; status 78 unless told otherwise.
 */
export function readToml<Schema extends v.GenericSchema>(
  file: TomlFile,
  schema: Schema,
  status: ExitStatus = EXIT.badConfig,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, file.document ?? parseToml(file, status));
  if (result.success) return result.output;
  throw new ProblemError(
    status,
    result.issues.map((issue) => problemOf({ file, schema }, issue)),
  );
}

function parseToml(file: TomlFile, status: ExitStatus): unknown {
  try {
    return parse(file.text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    const excerpt = (file.text.split('\n')[error.line - 1] ?? '').trim().slice(0, 80);
    throw new ProblemError(status, {
      where: `${file.path}:${error.line}:${error.column}`,
      what,
      hint: `in: ${excerpt}`,
    });
  }
}

function problemOf({ file, schema }: { file: TomlFile; schema: unknown }, issue: v.BaseIssue<unknown>): Problem {
  const keys = (issue.path ?? []).map((item) => (typeof item.key === 'number' ? item.key : String(item.key)));
  const line = lineOf(file.text, keys);
  const where = line === undefined ? file.path : `${file.path}:${line}`;
  const name = keys.filter((key) => typeof key === 'string').join('.');
  const last = keys.at(-1);
  if (issue.type === 'strict_object' && issue.expected === 'never' && typeof last === 'string') {
    // The same word may be right in another table.
    const near = likeliest(
      last,
      keysOf(schema).filter((key) => key !== last),
    );
    return { where, what: `unknown key "${name}"`, ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }) };
  }
  if (issue.received === 'undefined') return { where, what: `"${name}" is missing` };
  return { where, what: `${name}: ${issue.message}` };
}

/** Every key that a schema knows anywhere, for hints: valibot keeps them in `entries`, behind wrappers. */
function keysOf(schema: unknown, depth = 0): readonly string[] {
  if (typeof schema !== 'object' || schema === null || depth > 12) return [];
  const keys: string[] = [];
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'entries' && typeof value === 'object' && value !== null) {
      keys.push(...Object.keys(value));
      for (const entry of Object.values(value)) keys.push(...keysOf(entry, depth + 1));
    } else if (WRAPPERS.has(name)) {
      for (const inner of Array.isArray(value) ? value : [value]) keys.push(...keysOf(inner, depth + 1));
    }
  }
  return keys;
}

const WRAPPERS: ReadonlySet<string> = new Set(['wrapped', 'item', 'pipe', 'value', 'options', 'items']);

/** The line (from 1) where a key of a TOML document stands; its table's line when the key itself is missing. */
export function lineOf(text: string, keys: ReadonlyArray<string | number>): number | undefined {
  const seen = new Map<string, number>();
  let table = '';
  let found: number | undefined;
  let depth = 0;
  const wanted = keys.join('.');
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?/.exec(line);
    if (header) {
      const name = plainKey(header[2] ?? '');
      const count = header[1] === '[[' ? (seen.get(name) ?? -1) + 1 : -1;
      if (count >= 0) seen.set(name, count);
      table = count >= 0 ? `${name}.${count}` : name;
    }
    const key = /^\s*([A-Za-z0-9_."'-]+)\s*=/.exec(line)?.[1];
    const path = [table, ...(key === undefined ? [] : [plainKey(key)])].filter((part) => part !== '').join('.');
    const fits = path === wanted || wanted.startsWith(`${path}.`) || (depth === 0 && path.startsWith(`${wanted}.`));
    if (fits && path.length > depth) {
      found = index + 1;
      depth = path.length;
    }
  }
  return found;
}

function plainKey(key: string): string {
  return key.replace(/["'\s]/g, '');
}
