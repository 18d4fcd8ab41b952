/** A filter as its file says it: what is hostile, and the lines that prove it. `docs/filters.md` explains each key. */

import { lineOf, type TomlFile } from '../base/toml.ts';
import type { FieldName } from './expression/parse.ts';

/** How the lines are laid out around the part that the patterns see. */
export const FORMATS = ['syslog', 'access', 'nginx-error', 'apache-error', 'json', 'text'] as const;
export type Format = (typeof FORMATS)[number];

export interface PatternDefinition {
  readonly kind: string;
  /** For `syslog`, `text`, `nginx-error` and `apache-error`: the whole message, with `<address>` in it. */
  readonly match?: string | undefined;
  /** For `access`: the whole request line, as it stands between its quotes. */
  readonly request?: string | undefined;
  /** For `access`: the whole status, an expression like `4\d\d`. */
  readonly status?: string | undefined;
  /** The whole user name: as `<user>` has it, or for `access` as it was sent (`-` for none). */
  readonly name?: string | undefined;
  /** For `access`: the whole User-Agent. */
  readonly agent?: string | undefined;
  /** For `json`: by dotted path, what the whole field must be. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
  /** For `json`: the path of the field that is the address, perhaps with a port behind it. */
  readonly address?: string | undefined;
  /** For `json`: the paths of the fields that are the user name and what was aimed at. */
  readonly user?: string | undefined;
  readonly target?: string | undefined;
  readonly voice?: string | undefined;
  /** The line tells of a login that went well. Such lines protect whom they name; nobody is banned for them. */
  readonly outcome?: 'success' | undefined;
  /** What echoes share beside the address: the logging process, or nothing more. */
  readonly session?: 'process' | 'address' | undefined;
}

/** What a pattern comes to (`translate.ts`), as JSON can hold it. Expressions are sources of RegExps that take linear time. */
export interface Translation {
  /** Of the whole program name, status, user name and User-Agent. */
  readonly process?: string | undefined;
  readonly status?: string | undefined;
  readonly name?: string | undefined;
  readonly agent?: string | undefined;
  /** From the start of the field through its newline; undefined for `json`. */
  readonly expression?: string | undefined;
  readonly groups: readonly FieldName[];
  /** Every line that matches holds one of them. */
  readonly literals: readonly string[];
  /** For `json`: of the whole of each field. */
  readonly conditions?: ReadonlyArray<{
    readonly path: string;
    readonly expression: string;
    readonly groups: readonly FieldName[];
  }>;
}

/** A line that must be recognized, and as what. Only the fields that are given are compared. */
export interface HitDefinition {
  readonly line: string;
  readonly attempt: {
    readonly kind: string;
    readonly address: string;
    readonly user?: string | undefined;
    readonly target?: string | undefined;
    readonly count?: number | undefined;
    /** ISO 8601. */
    readonly time?: string | undefined;
  };
}

export interface FilterDefinition {
  /** The file's name without `.toml`. */
  readonly name: string;
  /** Where it was read, to tell of mistakes with their lines; undefined for one that is made in a test. */
  readonly file?: TomlFile | undefined;
  readonly about: string;
  readonly service: string;
  readonly format: Format;
  /**
   * For `syslog`: the whole name of the logging program, an expression. For `text` and `json`: its name when it logs to
   * syslog; undefined when it never does.
   */
  readonly process?: string | undefined;
  /** Matches for `journalctl`, to find the service's lines. */
  readonly journal: readonly string[];
  /** Where the service usually logs; globs. */
  readonly logs: readonly string[];
  readonly patterns: readonly PatternDefinition[];
  /** Of each pattern, when it is known already; undefined: to be made from the pattern. */
  readonly translations?: readonly Translation[] | undefined;
  readonly hits: readonly HitDefinition[];
  readonly misses: ReadonlyArray<{ readonly line: string }>;
}

/** Where a part of a filter stands: `path:line`, as far as it is known. */
export function placeOf(filter: FilterDefinition, keys: ReadonlyArray<string | number>): string {
  if (!filter.file) return `${filter.name}.toml: ${keys.join(' ')}`;
  const line = lineOf(filter.file.text, keys);
  return line === undefined ? filter.file.path : `${filter.file.path}:${line}`;
}
