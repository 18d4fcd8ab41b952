/**
 * Filters of fail2ban that gave lines up, as a problem of the jail: whoever can write such lines is not seen by it. Said once
 * for each jail; what comes after is counted, and logged together.
 */
import type { Log } from '../base/log.ts';
import type { Problem } from '../base/problem.ts';
import { ellipsis, printable } from '../base/text.ts';
import { type GivenUp, givenUpByJail } from '../filter/filter.ts';
import type { Live } from './live.ts';
import type { Problems } from './problems.ts';

/** Expressions with their tags replaced may be very long; the beginning tells which it is. */
const EXPRESSION_MAX = 200;

export class GivenUpLines {
  readonly #log: Log;
  readonly #problems: Problems;
  /** By jail, what was logged. */
  #told: ReadonlyMap<string, number> = new Map();

  constructor({ log, problems }: { readonly log: Log; readonly problems: Problems }) {
    this.#log = log;
    this.#problems = problems;
  }

  /** Raises what is new. */
  look(found: readonly GivenUp[]): void {
    const standing = found.map((each) => [each.jail, problemOf(each)] as const);
    this.#problems.replace('given-up:', 'warning', new Map(standing));
    const fresh = found.filter(({ jail }) => !this.#told.has(jail)).map(({ jail, times }) => [jail, times] as const);
    if (fresh.length > 0) this.#told = new Map([...this.#told, ...fresh]);
  }

  /** Logs what was added since the last time. To be called every minute or so. */
  tell(found: readonly GivenUp[]): void {
    for (const { jail, times } of found) {
      if (times > (this.#told.get(jail) ?? 0)) this.#log.warn('its filter gave more lines up', { jail, lines: times });
    }
    this.#told = new Map(found.map(({ jail, times }) => [jail, times]));
  }
}

export function givenUpOf(live: Live | undefined): readonly GivenUp[] {
  return givenUpByJail(live?.intake.logs().map(({ counts }) => counts?.givenUp) ?? []);
}

/** Without the number, which would make it another problem with each line. */
function problemOf({ jail, expression }: GivenUp): Problem {
  const which = printable(ellipsis(expression, EXPRESSION_MAX));
  return {
    where: `jail ${jail}`,
    what: `lines that would have taken too long were given up, and who wrote them was not seen: ${which}`,
    hint: 'references to groups and nested repeats may take any time: write it without; rapsheet regex tries it',
  };
}
