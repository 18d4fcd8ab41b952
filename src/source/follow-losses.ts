/** What was lost of a log, or may be, as sentences that a person sees for a while. */
import type { Problem } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { Plan } from './follow-plan.ts';

/** How long a loss is shown: an hour, so that a person who looks now and then sees it. */
const SHOWN = 3_600_000;
/** Losses that are shown at once; one more tells nothing that these do not. */
const MAX_LOSSES = 4;

/** Why a plan was made. `begun`: the current file was empty so far. */
export type Cause = 'first' | 'rotated' | 'begun' | 'truncated';

export class Losses {
  readonly #clock: () => number;
  #losses: ReadonlyArray<{ readonly at: number; readonly problem: Problem }> = [];

  #leftOut = 0;
  #leftOutAt = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  add(problem: Problem): void {
    const others = this.#losses.filter((loss) => loss.problem.what !== problem.what);
    this.#losses = [...others, { at: this.#clock(), problem }].slice(-MAX_LOSSES);
  }

  /** Takes note of so many lines that were too long. */
  leftOut(count: number): void {
    if (count === 0) return;
    this.#leftOut += count;
    this.#leftOutAt = this.#clock();
  }

  shown(): readonly Problem[] {
    const now = this.#clock();
    const shown = this.#losses.filter(({ at }) => now - at < SHOWN).map(({ problem }) => problem);
    if (this.#leftOut === 0 || now - this.#leftOutAt >= SHOWN) return shown;
    return [...shown, { what: `${this.#leftOut} lines longer than 64 KiB were left out` }];
  }
}

/** What a plan says of lines that nobody will read. `wasKnown`: something of the log was read before. */
export function lossesOf(
  plan: Plan,
  cause: Cause,
  log: { readonly path: string; readonly wasKnown: boolean },
): readonly Problem[] {
  const where = printable(log.path);
  if (plan.found && !plan.truncated) return plan.problems;
  if (cause === 'truncated' || plan.truncated) {
    const what = 'it was truncated, and no copy of what was in it lies beside it: lines may be lost that were not read';
    return [...plan.problems, { where, what }];
  }
  if (cause === 'first' && plan.siblings.length > 0 && log.wasKnown) {
    const what = 'no file beside it holds what the last run read: lines written since then may be lost';
    return [...plan.problems, { where, what, hint: 'rapsheet replay reads older parts' }];
  }
  return plan.problems;
}
