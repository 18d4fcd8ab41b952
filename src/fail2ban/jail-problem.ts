/** What is wrong with jails of an installation. What comes from one place is told once, with the jails that it concerns. */
import type { Problem } from '../base/problem.ts';

export interface JailProblem extends Problem {
  readonly jails?: readonly string[];
  /** Of a jail that is skipped, the filter that it names, as far as that is understood. */
  readonly filter?: string | undefined;
  /** They are left out; they are in use and can ban nobody; a file is left out; nothing is known to be wrong by it. */
  readonly effect?: 'skipped' | 'idle' | 'unread' | 'warning';
  /** Once it was gathered: what is wrong, without the jails. */
  readonly reason?: string;
}

/** What is missing although it is wanted. */
export interface LeftOut {
  /** By name, jails that are enabled and cannot be used, and why. */
  readonly jails: ReadonlyMap<string, readonly Problem[]>;
  /** Files that could not be read. */
  readonly files: readonly Problem[];
}

export function leftOutOf(problems: readonly JailProblem[]): LeftOut {
  const skipped = problems.filter(({ effect }) => effect === 'skipped');
  const names = [...new Set(skipped.flatMap(({ jails = [] }) => jails))];
  const ofJail = (name: string): readonly Problem[] =>
    gathered(skipped.filter(({ jails }) => jails?.includes(name)).map((each) => ({ ...each, jails: [name] })));
  return {
    jails: new Map(names.map((name) => [name, ofJail(name).map(plainProblem)])),
    files: problems.filter(({ effect, jails }) => effect === 'unread' && !jails).map(plainProblem),
  };
}

/** Jails that are named; more are counted. */
const NAMED = 5;

/** Each problem once, its jails named in its sentence. */
export function gathered(problems: readonly JailProblem[]): JailProblem[] {
  const groups = new Map<string, JailProblem>();
  for (const problem of problems) {
    const { where, what, hint, effect, jails = [] } = problem;
    const key = JSON.stringify([where, what, hint, effect]);
    const before = groups.get(key);
    groups.set(key, { ...problem, jails: [...new Set([...(before?.jails ?? []), ...jails])] });
  }
  return [...groups.values()].map((problem) => ({ ...problem, what: sentence(problem), reason: problem.what }));
}

/** What others are told: the sentence says the rest. */
export function plainProblem({ where, what, hint }: Problem): Problem {
  return { ...(where === undefined ? {} : { where }), what, ...(hint === undefined ? {} : { hint }) };
}

function sentence({ where = '', what, effect, jails = [] }: JailProblem): string {
  const isOne = jails.length === 1;
  const all = namedJails(jails);
  const names = `${isOne ? 'jail' : 'jails'} ${all}`;
  if (effect === 'skipped') return `${names} ${isOne ? 'is' : 'are'} skipped: ${what}`;
  if (effect === 'idle') return `${names} ${isOne ? 'bans' : 'ban'} nobody: ${what}`;
  if (jails.length === 0 || (isOne && where.includes(all))) return what;
  return isOne ? `${what}; in jail ${all}` : `${what}; in ${jails.length} jails: ${all}`;
}

function namedJails(jails: readonly string[]): string {
  const rest = jails.length - NAMED;
  const names = jails.slice(0, NAMED).map((name) => `[${name}]`);
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
