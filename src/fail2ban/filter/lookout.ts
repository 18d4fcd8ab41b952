/**
 * Which lines of a log may mean something to which filters: those that have a literal of an expression. A line without one
 * is never decoded, and of the others only the filters and expressions whose literal is there are tried.
 */
import { createSkimmer, type Hits, type Skimmer } from '../../filter/skim.ts';
import type { Literals } from '../regex/literals.ts';
import type { FailureFilter } from './filter.ts';

/** An expression of a filter, by its index in `failRegex`. */
interface Target {
  readonly marks: Marks;
  readonly index: number;
}

/** The expressions of one filter whose literals the present line has. */
export class Marks {
  /** Each line has a number of its own, so that nothing need be wiped. */
  line = 0;
  readonly #seen: Int32Array;

  constructor(expressions: number) {
    this.#seen = new Int32Array(expressions);
  }

  mark(index: number, line: number): void {
    this.line = line;
    this.#seen[index] = line;
  }

  has(index: number): boolean {
    return this.#seen[index] === this.line;
  }
}

export class Lookout {
  /** Of each filter; undefined for one that has to see every line. */
  readonly marks: readonly (Marks | undefined)[];
  readonly seesAll: boolean;
  readonly #skimmer: Skimmer;
  readonly #targets: readonly (readonly Target[])[];
  /** Wraps around after two billions, when no line that had the same number is known any more. */
  #line = 0;

  /** `isReadable`: the bytes of ASCII text are its characters, whatever else is between them. */
  constructor(filters: readonly FailureFilter[], { isReadable }: { readonly isReadable: boolean }) {
    const targets = new Map<string, Target[]>();
    this.marks = filters.map((filter) => {
      const literals = isReadable ? literalsOf(filter) : undefined;
      const marks = literals && new Marks(literals.length);
      for (const [index, texts] of (literals ?? []).entries()) {
        for (const text of texts) {
          if (!targets.has(text)) targets.set(text, []);
          if (marks) targets.get(text)?.push({ marks, index });
        }
      }
      return marks;
    });
    this.seesAll = this.marks.includes(undefined);
    this.#skimmer = createSkimmer([...targets.keys()]);
    this.#targets = [...targets.values()];
  }

  skim(bytes: Buffer): Hits {
    return this.#skimmer.skim(bytes);
  }

  /** The number of the shape of a piece of the bytes that were skimmed last (filter/skim.ts). */
  shape(from: number, to: number): number {
    return this.#skimmer.shape(from, to);
  }

  /** Begins another line; its number. */
  nextLine(): number {
    this.#line = (this.#line + 1) & 0x7fffffff;
    return this.#line;
  }

  /** The present line has the literal. */
  mark(literal: number): void {
    const targets = this.#targets[literal] ?? [];
    for (const { marks, index } of targets) marks.mark(index, this.#line);
  }
}

/** Of each expression what a line must have one of; undefined when one of them may match any line. */
function literalsOf(filter: FailureFilter): readonly (readonly string[])[] | undefined {
  if (filter.isMultiline) return undefined;
  const { pref, fail } = filter.searchers;
  const before = pref?.literals;
  const all = fail.map((one) => better(one.literals, before)?.texts);
  return all.includes(undefined) ? undefined : all.map((texts) => texts ?? []);
}

function better(one: Literals | undefined, other: Literals | undefined): Literals | undefined {
  if (!one || !other) return one ?? other;
  return one.score >= other.score ? one : other;
}
