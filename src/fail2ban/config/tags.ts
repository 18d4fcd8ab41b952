/**
 * `<name>` in the options of a filter or an action: the value of another option, in which tags are replaced too, also
 * one inside another (`<lt_<logtype>/prefix>`). What names no option stays as it is: it may be a tag of the expressions.
 */
import { EXIT, ProblemError } from '../../base/problem.ts';
import { VALUE_MAX } from './interpolate.ts';

export interface TagSource {
  /** Tags that are left for later. */
  readonly ignored: ReadonlySet<string>;
  /** Values beyond those that are replaced themselves. */
  readonly further: (name: string) => string | undefined;
  /** The values with tags of this condition count before the others: `family=inet6`. */
  readonly condition?: string;
  /** Where to look for a mistake. */
  readonly place: string;
}

/** How often one tag may be replaced in one value, as in the original. */
const REPLACEMENTS_MAX = 25;
/** Replacements in all values together. The shipped files need some 400 at most; each costs at most VALUE_MAX. */
const WORK_MAX = 20_000;

const TAG = /<([^ <>]+)>/g;

/**
 * The options with all tags replaced.
 * @throws ProblemError for a tag that leads back to itself, and for values that grow without end.
 */
export function replaceTags(options: ReadonlyMap<string, string>, source: TagSource): Map<string, string> {
  const replacement = new Replacement(options, source);
  while (replacement.round());
  return replacement.values;
}

class Replacement {
  readonly values: Map<string, string>;
  readonly #source: TagSource;
  readonly #done = new Set<string>();
  readonly #counts = new Map<string, Map<string, number>>();
  #work = 0;

  constructor(options: ReadonlyMap<string, string>, source: TagSource) {
    this.values = new Map(options);
    this.#source = source;
  }

  /** Whether there is something left to do. */
  round(): boolean {
    let isAgain = false;
    for (const [name, before] of this.values) {
      if (this.#source.ignored.has(name) || this.#done.has(name)) continue;
      const after = this.#replaceIn(name, before);
      if (!after.includes('<')) this.#done.add(name);
      if (after === before) continue;
      this.values.set(name, after);
      // What came in may have made a tag together with what stood there.
      isAgain ||= after.search(TAG) >= 0;
    }
    return isAgain;
  }

  #replaceIn(name: string, before: string): string {
    const counts = this.#counts.get(name) ?? new Map<string, number>();
    this.#counts.set(name, counts);
    let value = before;
    let from = 0;
    for (let tag = next(value, from); tag; tag = next(value, from)) {
      const inside = tag[1] ?? '';
      from = tag.index + tag[0].length;
      if (this.#source.ignored.has(inside)) continue;
      const count = counts.get(inside) ?? 0;
      if (inside === name || count > REPLACEMENTS_MAX) throw this.#problem(`"${name}" refers to itself by <${inside}>`);
      const text = this.#valueOf(inside);
      if (text === undefined) continue;
      counts.set(inside, count + 1);
      value = value.replaceAll(tag[0], () => text);
      from = tag.index;
      if (value.length > VALUE_MAX || ++this.#work > WORK_MAX) throw this.#problem(`"${name}" grows without end`);
    }
    return value;
  }

  #valueOf(tag: string): string | undefined {
    const { condition, further } = this.#source;
    const conditional = condition === undefined ? undefined : this.values.get(`${tag}?${condition}`);
    return conditional ?? this.values.get(tag) ?? further(tag);
  }

  #problem(what: string): ProblemError {
    return new ProblemError(EXIT.badConfig, { where: this.#source.place, what });
  }
}

function next(value: string, from: number): RegExpExecArray | null {
  TAG.lastIndex = from;
  return TAG.exec(value);
}
