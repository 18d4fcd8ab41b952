/** What is wrong at the moment, by name: raised when it begins, cleared when it is mended, shown in `status` in between. */

import type { Log } from '../base/log.ts';
import { formatProblem, type Problem } from '../base/problem.ts';
import type { StandingProblem } from './protocol.ts';

export type Severity = StandingProblem['severity'];

interface Standing {
  readonly problem: Problem;
  readonly severity: Severity;
  readonly since: number;
}

/** Names come from the program and from the paths that are watched; beyond so many nobody reads them. */
const STANDING_MAX = 1_000;

export class Problems {
  readonly #standing = new Map<string, Standing>();
  readonly #log: Log;
  readonly #clock: () => number;

  constructor(options: { readonly log: Log; readonly clock: () => number }) {
    this.#log = options.log;
    this.#clock = options.clock;
  }

  /** Raises a problem, or says it anew where it stands already; only what is new is logged. */
  raise(name: string, severity: Severity, problem: Problem): void {
    const standing = this.#standing.get(name);
    if (!standing && this.#standing.size >= STANDING_MAX) return;
    this.#standing.set(name, { problem, severity, since: standing?.since ?? this.#clock() });
    if (standing && formatProblem(standing.problem) === formatProblem(problem)) return;
    if (severity === 'error') this.#log.error(formatProblem(problem));
    else this.#log.warn(formatProblem(problem));
  }

  /** Whether there was one to clear. */
  clear(name: string): boolean {
    const standing = this.#standing.get(name);
    if (!standing) return false;
    this.#standing.delete(name);
    this.#log.info(`mended: ${standing.problem.where ?? name}: ${standing.problem.what}`);
    return true;
  }

  has(name: string): boolean {
    return this.#standing.has(name);
  }

  /** Makes the problems whose names begin so exactly these. */
  replace(prefix: string, severity: Severity, problems: ReadonlyMap<string, Problem>): void {
    for (const name of [...this.#standing.keys()]) {
      if (name.startsWith(prefix) && !problems.has(name.slice(prefix.length))) this.clear(name);
    }
    for (const [name, problem] of problems) this.raise(prefix + name, severity, problem);
  }

  /** The worst first, then the oldest. */
  list(): StandingProblem[] {
    const rank = ({ severity }: Standing): number => (severity === 'error' ? 0 : 1);
    return [...this.#standing.values()]
      .sort((a, b) => rank(a) - rank(b) || a.since - b.since)
      .map(({ problem, severity, since }) => ({ ...problem, severity, since: new Date(since).toISOString() }));
  }
}
