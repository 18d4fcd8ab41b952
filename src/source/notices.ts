/** What went wrong with a log and cannot be mended any more: said for a while, so that somebody sees it. */
import type { Problem } from '../base/problem.ts';

/** Every monitoring asks more often; and what does not come again in an hour is over. */
const SHOWN_MS = 3_600_000;
/** There are few sorts; more would be one for each line. */
const NOTICES_MAX = 100;

interface Notice {
  readonly what: string;
  readonly hint: string | undefined;
  /** How often, where that is counted. */
  count: number;
  at: number;
}

export class Notices {
  readonly #where: string;
  readonly #clock: () => number;
  readonly #notices = new Map<string, Notice>();

  constructor(where: string, clock: () => number) {
    this.#where = where;
    this.#clock = clock;
  }

  /** In place of what was said under this key before. */
  say(key: string, what: string, hint?: string): void {
    if (!this.#notices.has(key) && this.#notices.size >= NOTICES_MAX) return;
    this.#notices.set(key, { what, hint, count: 0, at: this.#clock() });
  }

  /** `what` happened so many times more. Cheap: a flood causes it. */
  count(what: string, times = 1): void {
    const notice = this.#notices.get(what) ?? { what, hint: undefined, count: 0, at: 0 };
    notice.count += times;
    notice.at = this.#clock();
    this.#notices.set(what, notice);
  }

  list(): readonly Problem[] {
    const now = this.#clock();
    for (const [key, { at }] of this.#notices) if (Math.abs(now - at) > SHOWN_MS) this.#notices.delete(key);
    return [...this.#notices.values()].map(({ what, hint, count }) => ({
      where: this.#where,
      what: count > 0 ? `${what}: ${count}` : what,
      ...(hint === undefined ? {} : { hint }),
    }));
  }
}
