/** The bound of what one text may cost, where time is not in proportion to its length. */

/** Some 20 ns each on a slow core: twenty milliseconds, of which one line may cost fifty. */
export const STEPS_MAX = 1_000_000;

/** An expression took more steps on a text than it may. */
export class ExhaustedError extends Error {
  constructor() {
    super(`more than ${STEPS_MAX} steps`);
    this.name = 'ExhaustedError';
  }
}
