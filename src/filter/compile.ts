/** A filter's definition becomes patterns that can be run; every mistake in it becomes a Problem with its place. */
import { likeliest, type Problem } from '../base/problem.ts';
import type { Pattern } from '../model.ts';
import { linear, PatternError, parseKey, wholeField } from './checked-expression.ts';
import { type FilterDefinition, type Format, type PatternDefinition, placeOf } from './definition.ts';
import { emitExpression } from './expression/emit.ts';
import { freeTextAround } from './expression/free.ts';
import { deriveLiterals } from './expression/literal.ts';
import type { FieldName, Node } from './expression/parse.ts';
import { compileRecordMatch, literalsOfJsonAccess, literalsOfRecord, type RecordMatch } from './json-pattern.ts';
import { SHORTEST_LITERAL } from './skim.ts';

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

/** In JSON renderings of syslog these characters are escaped, so no literal may hold them. */
const JSON_ESCAPED = '"\\/';
const SERVICE_OF_KIND = /^([a-z]+)\./;

/** `kinds`: the known ones; a pattern of any other kind is a problem. */
export function compileFilter(definition: FilterDefinition, kinds: ReadonlySet<string>): Compilation {
  const patterns: CompiledPattern[] = [];
  const problems: Problem[] = [];
  for (const [index, pattern] of definition.patterns.entries()) {
    try {
      if (!kinds.has(pattern.kind))
        throw new PatternError('kind', `unknown kind "${pattern.kind}"`, kindHint(pattern, kinds));
      patterns.push(compilePattern(definition, pattern, index + 1));
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

function compilePattern(filter: FilterDefinition, pattern: PatternDefinition, number: number): CompiledPattern {
  if (pattern.outcome === 'success') refuseCredulous(filter);
  const optional = (name: 'status' | 'name' | 'agent'): RegExp | undefined =>
    pattern[name] === undefined ? undefined : wholeField(pattern[name], name);
  return {
    pattern: {
      filter: filter.name,
      number,
      service: SERVICE_OF_KIND.exec(pattern.kind)?.[1] ?? filter.service,
      kind: pattern.kind,
      voice: pattern.voice,
      syslog: filter.format === 'syslog',
      success: pattern.outcome === 'success',
    },
    format: filter.format,
    logs: filter.logs,
    process: filter.process === undefined ? undefined : wholeField(filter.process, 'process'),
    status: optional('status'),
    name: optional('name'),
    agent: optional('agent'),
    session: pattern.session ?? 'address',
    ...(filter.format === 'json' ? recordOf(pattern) : expressionOf(filter, pattern)),
  };
}

type Recognition = Pick<CompiledPattern, 'expression' | 'groups' | 'literals' | 'jsonLiterals' | 'record'>;

/** Of a pattern over the fields of a JSON object. */
function recordOf(pattern: PatternDefinition): Recognition {
  const record = compileRecordMatch(pattern);
  const literals = literalsOfRecord(pattern);
  return { record, expression: NOTHING, groups: [], literals, jsonLiterals: () => literals };
}

/** Of a pattern over one text: the message, the request. */
function expressionOf(filter: FilterDefinition, pattern: PatternDefinition): Recognition {
  const access = filter.format === 'access';
  const source = access ? (pattern.request ?? '<any>') : pattern.match;
  if (source === undefined) throw new PatternError('kind', 'match is missing', `format "${filter.format}" needs it`);
  const key = access ? 'request' : 'match';
  const tree = parseKey(source, key);
  if (!access) refuseForgeable(tree);
  const { source: emitted, groups } = emitExpression(tree);
  return {
    expression: linear(`${emitted}[ \\t]*\\r?\\n`, 'y', key),
    groups,
    literals: literalsOf(pattern, tree, access),
    jsonLiterals: () => (access ? literalsOfJsonAccess(pattern, tree) : undefined),
    record: undefined,
  };
}

/** For patterns that look at fields instead. */
const NOTHING = /\n.\n/y;

function refuseForgeable(tree: Node): void {
  const free = freeTextAround(tree);
  if (free.addresses !== 1) {
    throw new PatternError(
      'match',
      'match needs <address> exactly once',
      'it stands where the service itself writes the address',
    );
  }
  if (free.before && free.after) {
    throw new PatternError(
      'match',
      'free text stands before and after <address>, so a client could plant another address',
      'spell out what follows the address, to the end of the line',
    );
  }
}

/** A login that went well protects whom it names, so not every line that says so is believed. */
function refuseCredulous({ format, process }: FilterDefinition): void {
  if (format === 'syslog' && process !== undefined) return;
  throw new PatternError(
    'outcome',
    'outcome = "success" needs format = "syslog" and a process',
    'web clients and other programs write what they like; only the service itself can say whom it let in',
  );
}

function literalsOf(pattern: PatternDefinition, tree: Node, access: boolean): readonly string[] {
  const derived = deriveLiterals(tree, access ? '' : JSON_ESCAPED);
  if (derived) return derived;
  if (access) {
    const agent = pattern.agent === undefined ? undefined : deriveLiterals(parseKey(pattern.agent, 'agent'), '');
    const status = agent ?? deriveLiterals(parseKey(`" (?:${pattern.status ?? '<any>'}) `, 'status'), '');
    if (status) return status;
  }
  throw new PatternError(
    access ? 'request' : 'match',
    `no text of ${SHORTEST_LITERAL} bytes that every match contains`,
    'every branch needs a plain piece of text of that length; without one, all lines would have to be decoded',
  );
}
