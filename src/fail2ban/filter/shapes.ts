/**
 * Lines of one shape: messages that differ only in their digits. Services write few shapes, again and again, with another process,
 * address and port in each. Expressions that do not tell digits apart (regex/uniform.ts) take the same places of all messages
 * of a shape, so that they need not be tried on one of a shape that came before. Shapes are told by the skimmer, which has the bytes.
 */
import { SHAPES_MAX } from '../../filter/skim.ts';
import { lineSubject } from '../regex/subject.ts';
import { treatsDigitsAlike } from '../regex/uniform.ts';
import type { Chosen } from './definition.ts';
import type { FieldPlaces } from './fields.ts';
import type { Searcher } from './searcher.ts';

/** What the expressions of a filter find in all messages of a shape. */
export interface Plan {
  /** Which of `failRegex` is the first that matches; -1 when none does. */
  readonly index: number;
  /** What it takes, and `prefregex` before it. */
  readonly fields: FieldPlaces | undefined;
}

/** Which expressions may match the present line. */
type Marked = Pick<Chosen, 'mayMatch'>;

export interface Searchers {
  readonly pref: Searcher | undefined;
  readonly fail: readonly Searcher[];
}

interface Known {
  readonly shape: number;
  /** Undefined where it has to be found out for each line. */
  readonly plan: Plan | undefined;
}

export class Shapes {
  readonly #searchers: Searchers;
  /** The expressions that tell digits apart: of them shapes say nothing. */
  readonly #telling: readonly number[];
  /** By the lower bits of a shape's number, of which no two have the same at a time. */
  #known: (Known | undefined)[] = [];

  /** Undefined where shapes would tell nothing. */
  static of(searchers: Searchers): Shapes | undefined {
    const { pref, fail } = searchers;
    const alike = fail.map(isShaped);
    return alike.includes(true) && (pref === undefined || isShaped(pref)) ? new Shapes(searchers, alike) : undefined;
  }

  private constructor(searchers: Searchers, alike: readonly boolean[]) {
    this.#searchers = searchers;
    this.#telling = alike.flatMap((is, index) => (is ? [] : [index]));
  }

  /** What is to be found in a message of the shape; undefined when it is not known. `shape`: its number (skim.ts). */
  find(shape: number, marked: Marked): Plan | undefined {
    const known = this.#known[shape & (SHAPES_MAX - 1)];
    if (known?.shape !== shape || !known.plan) return undefined;
    return this.#isDecided(known.plan, marked) ? known.plan : undefined;
  }

  /** Notes what is to be found in messages of the shape, of which this is one, with its newline. */
  learn(shape: number, message: string, marked: Marked): void {
    const place = shape & (SHAPES_MAX - 1);
    if (this.#known[place]?.shape === shape) return;
    if (this.#known.length === 0) this.#known = Array.from({ length: SHAPES_MAX }, () => undefined);
    this.#known[place] = { shape, plan: this.#planOf(message, marked) };
  }

  /** No expression that tells digits apart would have been tried before the one that matches. */
  #isDecided({ index }: Plan, marked: Marked): boolean {
    for (const each of this.#telling) {
      if (index >= 0 && each > index) return true;
      if (marked.mayMatch(each)) return false;
    }
    return true;
  }

  #planOf(message: string, marked: Marked): Plan | undefined {
    const { pref, fail } = this.#searchers;
    const before = pref?.expression.places(lineSubject(message, true));
    if (pref && !before) return { index: -1, fields: undefined };
    const [start, end] = (before && pref?.fields.contentPlace(before)) ?? [0, message.length - 1];
    const subject = lineSubject(`${message.slice(start, end)}\n`, true);
    for (const [index, one] of fail.entries()) {
      if (!marked.mayMatch(index)) continue;
      if (this.#telling.includes(index)) return undefined;
      const match = one.expression.places(subject);
      if (match) return { index, fields: one.fields.places(message, { match, shift: start }, before) };
    }
    return { index: -1, fields: undefined };
  }
}

function isShaped({ expression, fields }: Searcher): boolean {
  return !fields.isMade && treatsDigitsAlike(expression.tree.root);
}
