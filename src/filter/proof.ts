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
import { type FilterDefinition, type HitDefinition, placeOf } from './definition.ts';
import { createFilter, type LogFilter } from './filter.ts';

/** Planted where an attacker could write; it must never come out. */
const VICTIM = '198.51.100.99';
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
  const problems: Problem[] = [...broken];
  let planted = 0;
  const attempts = definition.hits.map((hit) => recognizeLine(filter, toLog(hit.line)));
  const logins = attempts.flatMap((attempt) => (attempt?.pattern.success ? [messageFor(attempt, VICTIM)] : []));
  for (const [index, hit] of definition.hits.entries()) {
    const where = placeOf(definition, ['hit', index]);
    const attempt = attempts[index];
    const what = differenceOf(hit, attempt);
    if (what !== undefined) problems.push({ where, what: `hit ${index + 1} ${what}`, hint: hit.line });
    for (const line of attempt ? plant(toLog(hit.line), attempt, logins) : []) {
      planted++;
      const wrong = attempt && forgeryIn(recognizeLine(filter, line), attempt);
      if (wrong !== undefined) problems.push({ where, what: `hit ${index + 1}: ${wrong}`, hint: line });
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
export function sampleFilter(patterns: readonly CompiledPattern[]): { open(): LogFilter } {
  return createFilter({ patterns, zone: UTC, trustedProxies: [] });
}

/** The attempt in one line (latin1, as cut from a log). */
export function recognizeLine(filter: { open(): LogFilter }, line: string): Attempt | undefined {
  const log = filter.open();
  const file = { host: 'sample', path: 'sample', modified: SAMPLES_WRITTEN };
  const bytes = Buffer.from(`${line}\n`, 'latin1');
  return [...log.attempts({ file, bytes, offset: 0 }), ...log.finish()][0];
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

/** The message of a line, as another address would have caused it. What stands before the first `: ` is the envelope. */
function messageFor({ line, address }: Attempt, other: string): string {
  return line.slice(line.indexOf(': ') + 2).replaceAll(address.text, other);
}

/**
 * The line again, with what the client chose replaced by a copy of the rest of the line that names the victim, or by the
 * message of a login of the victim.
 */
function plant(line: string, attempt: Attempt, logins: readonly string[]): string[] {
  const lines: string[] = [];
  for (const field of [attempt.user, attempt.target]) {
    if (field === undefined || field === '') continue;
    const at = line.indexOf(field);
    if (at < 0) continue;
    const head = line.slice(0, at);
    const tail = line.slice(at + field.length);
    const forged = tail.replaceAll(attempt.address.text, VICTIM);
    lines.push(
      `${head}x${forged}${tail}`,
      `${head}x${forged} ${tail}`,
      `${head}x from ${VICTIM} port 22 ssh2${tail}`,
      `${head}x rhost=${VICTIM}${tail}`,
      `${head}x, rip=${VICTIM}, lip=192.0.2.1${tail}`,
      `${head}x[${VICTIM}]: 554 5.7.1${tail}`,
      ...logins.map((login) => `${head}x: ${login}${tail}`),
    );
  }
  return lines;
}
