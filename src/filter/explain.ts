/** Why a line is, or is not, an attempt: which format it has, what the patterns saw, and how far the nearest got. Pure. */
import type { Zone } from '../base/zone.ts';
import type { Attempt } from '../model.ts';
import { carriedRecord, carriedStart } from './carried.ts';
import { type CompiledPattern, compileFilter } from './compile.ts';
import type { FilterDefinition, Format, PatternDefinition } from './definition.ts';
import type { Envelope } from './envelope/envelope.ts';
import { ENVELOPES } from './envelope/index.ts';
import { emitExpression } from './expression/emit.ts';
import { parseExpression } from './expression/parse.ts';
import type { FilterSet } from './filter.ts';
import { isSeenIn } from './format-table.ts';
import type { RecordMatch } from './json-pattern.ts';
import { recognizeAs, sampleFilter } from './proof.ts';
import { formatsOfLine } from './sniff.ts';
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
  const compiled = options.filters.map((definition) => ({
    definition,
    patterns: compileFilter(definition, options.kinds).patterns,
  }));
  const filter = sampleFilter(compiled.flatMap(({ patterns }) => patterns));
  const views = formatsOfLine(line, options.now).map((format) =>
    viewOf(line, format, { ...options, compiled, filter }),
  );
  // The first is the likeliest, but of one line alone the format cannot always be told.
  const [first] = views;
  const view =
    views.find(({ attempt }) => attempt !== undefined) ??
    views.reduce<View | undefined>((best, each) => (nearnessOf(each) > nearnessOf(best) ? each : best), first);
  if (!view) return { format: undefined, envelope: undefined, attempt: undefined, login: undefined, nearest: [] };
  const { format, envelope, attempt, near } = view;
  const told = attempt ? [] : near.slice(0, NEAREST_MAX);
  const found = attempt?.pattern.success ? { attempt: undefined, login: attempt } : { attempt, login: undefined };
  return { format, envelope, ...found, nearest: told.map(({ miss }) => miss) };
}

/** A line, taken to be of one format. */
interface View {
  readonly format: Format;
  readonly envelope: Envelope | undefined;
  readonly attempt: Attempt | undefined;
  /** The nearest first. */
  readonly near: ReadonlyArray<{ readonly miss: NearMiss; readonly nearness: number }>;
}

interface ViewOptions extends ExplainOptions {
  readonly compiled: ReadonlyArray<{
    readonly definition: FilterDefinition;
    readonly patterns: readonly CompiledPattern[];
  }>;
  readonly filter: FilterSet;
}

function nearnessOf(view: View | undefined): number {
  return view?.near[0]?.nearness ?? 0;
}

function viewOf(line: string, format: Format, { zone, now, compiled, filter }: ViewOptions): View {
  const text = `${line}\n`;
  const timestamps = new Timestamps({ zone, modified: now });
  const envelope = ENVELOPES[format]({ text, start: 0, end: line.length }, timestamps);
  const attempt = recognizeAs(filter, line, format);
  if (attempt || !envelope) {
    return { format, envelope, attempt: attempt && { ...attempt, time: envelope?.time ?? attempt.time }, near: [] };
  }
  const misses = compiled.flatMap(({ definition, patterns }) =>
    patterns.flatMap((pattern) => {
      const source = definition.patterns[pattern.pattern.number - 1];
      return source && isSeenIn(format, pattern) ? [missOf(pattern, { source, envelope, line, timestamps })] : [];
    }),
  );
  const near = misses.filter(({ nearness }) => nearness > 0).sort((a, b) => b.nearness - a.nearness);
  return { format, envelope, attempt, near };
}

/** A literal in the line says more than any number of characters that happen to match; another program's line, nothing. */
const LITERAL_NEAR = 1_000;
/** Fewer characters in common are chance. */
const CHARACTERS_NEAR = 4;

function missOf(
  compiled: CompiledPattern,
  at: { source: PatternDefinition; envelope: Envelope; line: string; timestamps: Timestamps },
): { miss: NearMiss; nearness: number } {
  const { envelope, source, line } = at;
  const { filter, number, kind } = compiled.pattern;
  if (compiled.record) return recordMissOf(compiled, compiled.record, at);
  const field = fieldOf(compiled, envelope, at.timestamps);
  const { reached, ...reach } = reachOf(source.request ?? source.match ?? '<any>', field);
  const stopped = stopOf(compiled, { envelope, line, whole: reach.wanted === '' });
  const near = reached >= CHARACTERS_NEAR && reach.matched !== '' ? reached : 0;
  const literal = stopped !== 'literal' && compiled.literals.some((each) => line.includes(each)) ? LITERAL_NEAR : 0;
  return {
    miss: { filter, pattern: number, kind, ...reach, stopped },
    nearness: stopped === 'process' ? 0 : near + literal,
  };
}

/** What the pattern is matched with: of an application's line in syslog, what stands behind its own timestamp. */
function fieldOf({ format }: CompiledPattern, envelope: Envelope, timestamps: Timestamps): string {
  const { text, start, end } = envelope.field;
  const isCarried = format === 'text' && envelope.process !== '';
  return text.slice(isCarried ? carriedStart(envelope, timestamps) : start, end);
}

/** Of a pattern over fields: the first condition that does not hold; the more hold before it, the nearer. */
function recordMissOf(
  compiled: CompiledPattern,
  { conditions, address }: RecordMatch,
  { source, envelope }: { source: PatternDefinition; envelope: Envelope },
): { miss: NearMiss; nearness: number } {
  const { filter, number, kind } = compiled.pattern;
  const record = envelope.record ?? carriedRecord(envelope);
  const failed = conditions.findIndex(({ path, expression }) => !expression.test(record?.text(path) ?? '\n'));
  const path = failed < 0 ? (address ?? '') : (conditions[failed]?.path ?? '');
  const wanted = failed < 0 ? '' : `field.${path} = '${source.fields?.[path] ?? ''}'`;
  const matched = `${path}: ${record?.text(path) ?? '(not there)'}`;
  const stopped = failed < 0 ? 'address' : 'field';
  const nearness = record && failed !== 0 ? CHARACTERS_NEAR * (failed < 0 ? conditions.length : failed) : 0;
  return { miss: { filter, pattern: number, kind, stopped, matched, wanted }, nearness };
}

function stopOf(
  compiled: CompiledPattern,
  at: { envelope: Envelope; line: string; whole: boolean },
): NearMiss['stopped'] {
  const { access, process } = at.envelope;
  if (compiled.process && process !== '' && !compiled.process.test(process)) return 'process';
  if (!at.whole) return compiled.literals.some((literal) => at.line.includes(literal)) ? 'field' : 'literal';
  if (access && compiled.status?.test(access.status) === false) return 'status';
  if (compiled.name && (!access || !compiled.name.test(access.name))) return 'name';
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
