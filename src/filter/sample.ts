/** Attempts and filters made by hand, for tests of this folder and of the ones behind it. */
import { parseAddress } from '../base/address.ts';
import type { Attempt, LogFile, Pattern } from '../model.ts';
import { type CompiledPattern, compileFilter } from './compile.ts';
import type { FilterDefinition } from './definition.ts';

export const SAMPLE_FILE: LogFile = { host: 'web1', path: 'auth.log', modified: Date.UTC(2024, 10, 1) };

export const SAMPLE_PATTERN: Pattern = {
  filter: 'sshd',
  number: 1,
  service: 'ssh',
  kind: 'ssh.login',
  voice: undefined,
  syslog: true,
  success: false,
};

/** An attempt at a time in seconds; anything else as in the samples above unless it is given. */
export function sampleAttempt(
  seconds: number,
  text: string,
  given: Partial<Omit<Attempt, 'pattern'>> & { pattern?: Partial<Pattern> } = {},
): Attempt {
  const address = parseAddress(text);
  if (!address) throw new RangeError(`not an address: ${text}`);
  const { pattern, ...rest } = given;
  return {
    time: seconds * 1000,
    address,
    user: undefined,
    target: undefined,
    file: SAMPLE_FILE,
    offset: 0,
    count: 1,
    session: '',
    line: `line at ${seconds}`,
    ...rest,
    pattern: pattern ? { ...SAMPLE_PATTERN, ...pattern } : SAMPLE_PATTERN,
  };
}

/** The patterns of a filter of which only what matters is given. */
export function samplePatterns(filter: Partial<FilterDefinition>): readonly CompiledPattern[] {
  const definition: FilterDefinition = {
    ...{ name: 'sample', about: 'a sample', service: 'ssh', format: 'syslog', journal: [], logs: [] },
    ...{ patterns: [], hits: [], misses: [] },
    ...filter,
  };
  const { patterns, problems } = compileFilter(definition, new Set(definition.patterns.map((pattern) => pattern.kind)));
  if (problems.length > 0) throw new RangeError(JSON.stringify(problems));
  return patterns;
}
