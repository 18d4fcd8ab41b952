/** Whether what V8 found is what the expression means: the looks that were left out hold, references took the same. */
import { placeIn, takingPart } from './match.ts';
import type { Check } from './native.ts';

type Test = (found: RegExpExecArray) => boolean;

export class Checker {
  readonly #tests: readonly Test[];

  constructor(checks: readonly Check[]) {
    this.#tests = checks.map(testOf);
  }

  holds(found: RegExpExecArray): boolean {
    for (const test of this.#tests) if (!test(found)) return false;
    return true;
  }
}

function testOf(check: Check): Test {
  if (check.type === 'same') {
    return (found) => {
      if (found[check.group] === undefined) return true;
      const as = takingPart(found, check.as);
      return as !== undefined && found[check.group] === found[as];
    };
  }
  const regex = new RegExp(check.source, check.flags);
  if (check.type === 'never') {
    return (found) => {
      const taken = found[check.group];
      if (taken === undefined) return true;
      const from = placeIn(found, check.place);
      regex.lastIndex = from;
      const next = regex.exec(found.input);
      return !next || next.index >= from + taken.length;
    };
  }
  return (found) => {
    if (found[check.marker] === undefined) return true;
    const place = placeIn(found, check.place) - check.width;
    regex.lastIndex = place;
    return (place >= 0 && regex.test(found.input)) !== check.isNegated;
  };
}
