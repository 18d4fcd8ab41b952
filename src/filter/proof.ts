/**
 * Proves filters by their own samples: every hit is recognized as it says, no miss is an attempt, and whoever controls a
 * captured field can neither put another address in its place nor make a failure look like a login that went well. Pure;
 * `rapsheet check` and the tests run it.
 */
import type { Problem } from '../base/problem.ts';
import { fromLog, toLog } from '../base/text.ts';
import { UTC } from '../base/zone.ts';
import type { Attempt } from '../model.ts';
import { type CompiledPattern, compileFilter } from './compile.ts';
import { type FilterDefinition, type Format, type HitDefinition, placeOf } from './definition.ts';
import { createFilter, type FilterSet } from './filter.ts';
import { forgeableIn } from './forgeable.ts';
import { messageFor, type Planting, plantedLines, VICTIM } from './planting.ts';
import { formatsOfLine } from './sniff.ts';
import { Timestamps } from './timestamp.ts';

/** For dates without a year: the end of the year in which our samples are written. */
const SAMPLES_WRITTEN = Date.UTC(2024, 11, 31);
/** A filter with fewer samples is not proven. */
const HITS_MIN = 3;
const MISSES_MIN = 2;

export interface Proof {
  readonly filter: string;
  readonly about: string;
  readonly patterns: number;
  readonly hits: number;
  readonly misses: number;
  /** Planted addresses that were tried. */
  readonly planted: number;
  readonly problems: readonly Problem[];
}

export function proveFilter(definition: FilterDefinition, kinds: ReadonlySet<string>): Proof {
  const { patterns, problems: broken } = compileFilter(definition, kinds);
  const filter = sampleFilter(patterns);
  const problems: Problem[] = [...broken, ...forgeableIn(definition)];
  let planted = 0;
  const attempts = definition.hits.map((hit) => recognizeLine(filter, toLog(hit.line)));
  const plantings = plantingsOf(definition, attempts);
  for (const [index, hit] of definition.hits.entries()) {
    const where = placeOf(definition, ['hit', index]);
    const attempt = attempts[index];
    const what = differenceOf(hit, attempt);
    if (what !== undefined) problems.push({ where, what: `hit ${index + 1} ${what}`, hint: hit.line });
    const planting = plantings[index];
    if (!planting) continue;
    const lines = plantedLines(planting);
    planted += lines.length;
    for (const line of lines) {
      const wrong = forgeryIn(recognizeLine(filter, line), planting.attempt);
      if (wrong === undefined) continue;
      problems.push({ where, what: `hit ${index + 1}: ${wrong}`, hint: line });
      break;
    }
  }
  for (const [index, miss] of definition.misses.entries()) {
    const what = mistakeIn(recognizeLine(filter, toLog(miss.line)));
    if (what === undefined) continue;
    const where = placeOf(definition, ['miss', index]);
    problems.push({ where, what: `miss ${index + 1} ${what}`, hint: miss.line });
  }
  problems.push(...tooFew(definition));
  return {
    filter: definition.name,
    about: definition.about,
    patterns: definition.patterns.length,
    hits: definition.hits.length,
    misses: definition.misses.length,
    planted,
    problems,
  };
}

/** A filter of these patterns alone. Made once for many lines: it compiles its skimmers. */
export function sampleFilter(patterns: readonly CompiledPattern[]): FilterSet {
  return createFilter({ patterns, zone: UTC, trustedProxies: [] });
}

/**
 * The attempt in one line (latin1, as cut from a log), in whatever log the line may stand: of one line alone, the format
 * cannot always be told.
 */
export function recognizeLine(filter: FilterSet, line: string): Attempt | undefined {
  for (const format of formatsOfLine(line, SAMPLES_WRITTEN)) {
    const attempt = recognizeAs(filter, line, format);
    if (attempt) return attempt;
  }
  return undefined;
}

/** The same, in a log of one format. */
export function recognizeAs(filter: FilterSet, line: string, format: Format): Attempt | undefined {
  const file = { host: 'sample', path: 'sample', modified: SAMPLES_WRITTEN };
  const log = filter.open({ format, guard: undefined });
  return [...log.attempts({ file, bytes: Buffer.from(`${line}\n`, 'latin1'), offset: 0 }), ...log.finish()][0];
}

function tooFew(definition: FilterDefinition): Problem[] {
  const { hits, misses } = definition;
  if (hits.length >= HITS_MIN && misses.length >= MISSES_MIN) return [];
  return [
    {
      where: definition.file?.path ?? `${definition.name}.toml`,
      what: `has ${hits.length} hits and ${misses.length} misses`,
      hint: `a filter is proven by at least ${HITS_MIN} hits and ${MISSES_MIN} misses`,
    },
  ];
}

function differenceOf(hit: HitDefinition, attempt: Attempt | undefined): string | undefined {
  if (!attempt) return `is not recognized, and must be (${hit.attempt.kind})`;
  const found = {
    kind: attempt.pattern.kind,
    address: attempt.address.text,
    user: attempt.user === undefined ? undefined : fromLog(attempt.user),
    target: attempt.target === undefined ? undefined : fromLog(attempt.target),
    count: attempt.count,
    time: new Date(attempt.time).toISOString(),
  };
  for (const key of ['kind', 'address', 'user', 'target', 'count'] as const) {
    const wanted = hit.attempt[key];
    if (wanted !== undefined && wanted !== found[key]) return `${key} is "${found[key]}", and must be "${wanted}"`;
  }
  const time = hit.attempt.time;
  if (time === undefined || Date.parse(time) === attempt.time) return undefined;
  return `time is ${found.time}, and must be ${time}`;
}

/** What is wrong with what was recognized in a line with a planted address. */
function forgeryIn(found: Attempt | undefined, real: Attempt): string | undefined {
  if (!found) return undefined;
  const { number, success } = found.pattern;
  if (found.address.text === VICTIM) return `a client can plant an address: pattern ${number} took ${VICTIM}`;
  if (success && !real.pattern.success)
    return `a client can make it a login that went well: pattern ${number} took it for one`;
  return undefined;
}

/** A miss may tell of a login that went well, but not of one from an address that a client planted. */
function mistakeIn(found: Attempt | undefined): string | undefined {
  if (!found || (found.pattern.success && found.address.text !== VICTIM)) return undefined;
  return `is recognized as ${found.pattern.kind} (pattern ${found.pattern.number}), and must not be`;
}

/** Every hit of a filter with addresses planted in it, to be shown to other filters as well. */
export function plantedIn(definition: FilterDefinition, kinds: ReadonlySet<string>): string[] {
  const filter = sampleFilter(compileFilter(definition, kinds).patterns);
  const attempts = definition.hits.map((hit) => recognizeLine(filter, toLog(hit.line)));
  return plantingsOf(definition, attempts).flatMap((planting) => (planting ? plantedLines(planting) : []));
}

/** The hits, ready to be planted into; undefined for one that is not recognized. */
function plantingsOf(
  { hits, patterns, format: own }: FilterDefinition,
  attempts: ReadonlyArray<Attempt | undefined>,
): ReadonlyArray<Planting | undefined> {
  const timestamps = new Timestamps({ zone: UTC, modified: SAMPLES_WRITTEN });
  const found = hits.map(({ line }, index) => {
    const attempt = attempts[index];
    const formats = formatsOfLine(toLog(line), SAMPLES_WRITTEN);
    const format = formats.includes(own) ? own : formats[0];
    if (!attempt || !format) return undefined;
    const { match, fields = {} } = patterns[attempt.pattern.number - 1] ?? {};
    return { line: toLog(line), attempt, format, match, fields, messages: [], timestamps };
  });
  const each = new Map(found.flatMap((planting) => (planting ? [[planting.attempt.pattern.number, planting]] : [])));
  // Logins first: to be taken for one is worst.
  const ordered = [...each.values()].sort(
    (a, b) => Number(b.attempt.pattern.success) - Number(a.attempt.pattern.success),
  );
  const messages = ordered.map((planting) => messageFor(planting));
  return found.map((planting) => planting && { ...planting, messages });
}
