/** Why a line is, or is not, an attempt: which format it has, what the patterns saw, and how far the nearest got. Pure. */
import type { Zone } from '../base/zone.ts';
import type { Attempt } from '../model.ts';
import { type CompiledPattern, compileFilter } from './compile.ts';
import type { FilterDefinition, Format, PatternDefinition } from './definition.ts';
import type { Envelope } from './envelope/envelope.ts';
import { ENVELOPES } from './envelope/index.ts';
import { emitExpression } from './expression/emit.ts';
import { parseExpression } from './expression/parse.ts';
import { recognizeLine, sampleFilter } from './proof.ts';
import { sniffFormat } from './sniff.ts';
import { Timestamps } from './timestamp.ts';

export interface Explanation {
  readonly format: Format | undefined;
  readonly envelope: Envelope | undefined;
  readonly attempt: Attempt | undefined;
  /** The line tells of a login that went well (`outcome = "success"`): recognized, and no attempt. */
  readonly login: Attempt | undefined;
  /** The nearest patterns that did not match, the nearest first. */
  readonly nearest: readonly NearMiss[];
}

export interface NearMiss {
  readonly filter: string;
  readonly pattern: number;
  readonly kind: string;
  /** Which part stood in the way. */
  readonly stopped: 'literal' | 'process' | 'field' | 'status' | 'name' | 'agent' | 'address';
  /** Of the field, what the pattern matched from its start. */
  readonly matched: string;
  /** The pattern's text from where it stopped. */
  readonly wanted: string;
}

/** How many near misses are worth a reader's time. */
const NEAREST_MAX = 3;

export interface ExplainOptions {
  readonly filters: readonly FilterDefinition[];
  readonly kinds: ReadonlySet<string>;
  readonly zone: Zone;
  /** For dates without a year. */
  readonly now: number;
}

export function explainLine(line: string, options: ExplainOptions): Explanation {
  const text = `${line}\n`;
  const format = sniffFormat(text, options.now);
  if (!format) return { format, envelope: undefined, attempt: undefined, login: undefined, nearest: [] };
  const timestamps = new Timestamps({ zone: options.zone, modified: options.now });
  const envelope = ENVELOPES[format]({ text, start: 0, end: line.length }, timestamps);
  const attempts: Attempt[] = [];
  const misses: Array<{ readonly miss: NearMiss; readonly nearness: number }> = [];
  for (const definition of options.filters.filter((filter) => filter.format === format)) {
    const { patterns } = compileFilter(definition, options.kinds);
    const attempt = recognizeLine(sampleFilter(patterns), line);
    if (attempt) attempts.push({ ...attempt, time: envelope?.time ?? attempt.time });
    for (const pattern of patterns) {
      const source = definition.patterns[pattern.pattern.number - 1];
      if (envelope && source) misses.push(missOf(pattern, { source, envelope, line }));
    }
  }
  const nearest = misses.filter(({ nearness }) => nearness > 0).sort((a, b) => b.nearness - a.nearness);
  const told = attempts.length > 0 ? [] : nearest.slice(0, NEAREST_MAX);
  const attempt = attempts.find(({ pattern }) => !pattern.success);
  const login = attempt ? undefined : attempts[0];
  return { format, envelope, attempt, login, nearest: told.map(({ miss }) => miss) };
}

/** A literal in the line says more than any number of characters that happen to match; another program's line, nothing. */
const LITERAL_NEAR = 1_000;
/** Fewer characters in common are chance. */
const CHARACTERS_NEAR = 4;

function missOf(
  compiled: CompiledPattern,
  at: { source: PatternDefinition; envelope: Envelope; line: string },
): { miss: NearMiss; nearness: number } {
  const { envelope, source, line } = at;
  const { filter, number, kind } = compiled.pattern;
  const field = envelope.field.text.slice(envelope.field.start, envelope.field.end);
  const { reached, ...reach } = reachOf(source.request ?? source.match ?? '<any>', field);
  const stopped = stopOf(compiled, { envelope, line, whole: reach.wanted === '' });
  const near = reached >= CHARACTERS_NEAR && reach.matched !== '' ? reached : 0;
  const literal = stopped !== 'literal' && compiled.literals.some((each) => line.includes(each)) ? LITERAL_NEAR : 0;
  return {
    miss: { filter, pattern: number, kind, ...reach, stopped },
    nearness: stopped === 'process' ? 0 : near + literal,
  };
}

function stopOf(
  compiled: CompiledPattern,
  at: { envelope: Envelope; line: string; whole: boolean },
): NearMiss['stopped'] {
  const { access, process } = at.envelope;
  if (compiled.process && process !== '' && !compiled.process.test(process)) return 'process';
  if (!at.whole) return compiled.literals.some((literal) => at.line.includes(literal)) ? 'field' : 'literal';
  if (access && compiled.status?.test(access.status) === false) return 'status';
  if (access && compiled.name?.test(access.name) === false) return 'name';
  if (access && compiled.agent?.test(access.agent) === false) return 'agent';
  return 'address';
}

/** How much of the field the pattern's first parts match, and the pattern from the part that does not. */
function reachOf(source: string, field: string): { matched: string; wanted: string; reached: number } {
  let matched = '';
  let reached = 0;
  for (let end = 1; end <= source.length; end++) {
    const expression = prefixOf(source, end);
    const found = expression?.exec(field);
    if (!expression || !found) continue;
    matched = found[0];
    reached = end;
  }
  const whole = prefixOf(source, source.length, '$')?.test(field) ?? false;
  return { matched, wanted: whole ? '' : source.slice(reached), reached };
}

/** The first characters of a pattern as an expression; undefined where they are not one. */
function prefixOf(source: string, end: number, anchor = ''): RegExp | undefined {
  if (/\\$|<[a-z]*$/.test(source.slice(0, end))) return undefined;
  try {
    return new RegExp(`^${emitExpression(parseExpression(source.slice(0, end))).source}${anchor}`);
  } catch {
    return undefined; // An open group or bracket: the next character may close it.
  }
}
