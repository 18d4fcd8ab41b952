/** A filter's definition becomes patterns that can be run; every mistake in it becomes a Problem with its place. */
import { likeliest, type Problem } from '../base/problem.ts';
import type { Pattern } from '../model.ts';
import { PatternError } from './checked-expression.ts';
import { type FilterDefinition, type Format, type PatternDefinition, placeOf, type Translation } from './definition.ts';
import type { FieldName } from './expression/parse.ts';
import { compileRecord, literalsOfJsonAccess, type RecordMatch } from './json-pattern.ts';
import { translatePattern } from './translate.ts';

export { PatternError } from './checked-expression.ts';

/** A pattern, ready to run. */
export interface CompiledPattern {
  readonly pattern: Pattern;
  readonly format: Format;
  /** Globs of the files where its service logs, by which the format of a log is told in doubt. */
  readonly logs: readonly string[];
  /** Whether lines of this program are for the pattern; an empty name is a line that does not say. */
  readonly process: RegExp | undefined;
  /** Sticky, from the start of the field through its newline. */
  readonly expression: RegExp;
  readonly groups: readonly FieldName[];
  readonly status: RegExp | undefined;
  readonly name: RegExp | undefined;
  readonly agent: RegExp | undefined;
  readonly session: 'process' | 'address';
  /** Every line that matches holds one of them. */
  readonly literals: readonly string[];
  /** The same where the line is JSON; undefined when it cannot be one, or would need every line. Few hosts have such logs. */
  jsonLiterals(): readonly string[] | undefined;
  /** For `json`: what its fields must be. */
  readonly record: RecordMatch | undefined;
}

export interface Compilation {
  readonly patterns: readonly CompiledPattern[];
  readonly problems: readonly Problem[];
}

const SERVICE_OF_KIND = /^([a-z]+)\./;

/**
 * `kinds`: the known ones; a pattern of any other kind is a problem. V8 compiles an expression when it first runs, so those
 * for services that a host does not have cost next to nothing.
 */
export function compileFilter(definition: FilterDefinition, kinds: ReadonlySet<string>): Compilation {
  const patterns: CompiledPattern[] = [];
  const problems: Problem[] = [];
  for (const [index, pattern] of definition.patterns.entries()) {
    try {
      if (!kinds.has(pattern.kind))
        throw new PatternError('kind', `unknown kind "${pattern.kind}"`, kindHint(pattern, kinds));
      const translation = definition.translations?.[index] ?? translatePattern(definition, pattern);
      patterns.push(compilePattern({ definition, pattern, number: index + 1 }, translation));
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      const where = placeOf(definition, ['pattern', index, error.key]);
      problems.push({ where, what: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) });
    }
  }
  return { patterns, problems };
}

function kindHint(pattern: PatternDefinition, kinds: ReadonlySet<string>): string {
  const near = likeliest(pattern.kind, kinds);
  return near === undefined ? 'data/kinds.toml lists them' : `did you mean "${near}"?`;
}

interface Numbered {
  readonly definition: FilterDefinition;
  readonly pattern: PatternDefinition;
  /** From 1. */
  readonly number: number;
}

function compilePattern({ definition, pattern, number }: Numbered, translation: Translation): CompiledPattern {
  const { expression, groups, literals, conditions } = translation;
  const optional = (source: string | undefined): RegExp | undefined =>
    source === undefined ? undefined : new RegExp(source);
  return {
    pattern: {
      filter: definition.name,
      number,
      service: SERVICE_OF_KIND.exec(pattern.kind)?.[1] ?? definition.service,
      kind: pattern.kind,
      voice: pattern.voice,
      syslog: definition.format === 'syslog',
      success: pattern.outcome === 'success',
    },
    format: definition.format,
    logs: definition.logs,
    process: optional(translation.process),
    status: optional(translation.status),
    name: optional(translation.name),
    agent: optional(translation.agent),
    session: pattern.session ?? 'address',
    expression: expression === undefined ? NOTHING : new RegExp(expression, 'y'),
    groups,
    literals,
    jsonLiterals: () => jsonLiteralsOf(definition.format, pattern, literals),
    record: conditions && compileRecord(pattern, conditions),
  };
}

function jsonLiteralsOf(
  format: Format,
  pattern: PatternDefinition,
  literals: readonly string[],
): readonly string[] | undefined {
  if (format === 'json') return literals;
  return format === 'access' ? literalsOfJsonAccess(pattern) : undefined;
}

/** For patterns that look at fields instead. */
const NOTHING = /\n.\n/y;
