/**
 * References between options: `%(name)s`, `%(section/name)s`, `%(default/name)s`, `%(known/name)s`, `%(__name__)s`, and `%%`
 * for a percent sign. A value may refer to values that refer on; how deep and how long is limited.
 */
import { EXIT, ProblemError } from '../../base/problem.ts';
import type { Option, Options } from './ini.ts';

/** Where options are looked up: one section over the defaults. */
export interface Scope {
  readonly defaults: Options;
  readonly sections: ReadonlyMap<string, Options>;
  readonly known: ReadonlyMap<string, Options>;
}

/** What covers the section's own options: values given from outside, by the name of the option. */
export type Given = ReadonlyMap<string, string>;

/** As deep as Python's own interpolation goes. */
const DEPTH_MAX = 10;
/** Characters of one value. The longest of the shipped ones has 5,000; ten levels of ten references would have 10^10. */
export const VALUE_MAX = 1 << 20;

/**
 * The value of an option with all references replaced; undefined when there is no such option.
 * @throws ProblemError with the place of the option for a reference to nothing, in a circle, or too long a value.
 */
export function interpolate(scope: Scope, section: string, name: string, given?: Given): string | undefined {
  const lookup = new Lookup(scope, section, given);
  const option = lookup.find(name);
  if (option === undefined) return undefined;
  return new Interpolation(lookup).replace(option, 1);
}

/** The value as written. */
export function rawValue(scope: Scope, section: string, name: string): string | undefined {
  return new Lookup(scope, section).find(name)?.text;
}

class Lookup {
  readonly section: string;
  readonly #scope: Scope;
  readonly #given: Given;

  constructor(scope: Scope, section: string, given: Given = new Map()) {
    this.#scope = scope;
    this.section = section;
    this.#given = given;
  }

  find(name: string): Option | undefined {
    const key = name.toLowerCase();
    const given = this.#given.get(key);
    if (given !== undefined) return { text: given, place: `[${this.section}] ${name}` };
    return this.#scope.sections.get(this.section)?.get(key) ?? this.#scope.defaults.get(key);
  }

  /** What a reference refers to. */
  refer(name: string): Option | undefined {
    if (name === '__name__') return { text: this.section, place: `[${this.section}]` };
    const own = this.find(name);
    if (own !== undefined) return own;
    const slash = name.indexOf('/');
    if (slash <= 0 || !/^[\w-]+$/.test(name.slice(0, slash))) return undefined;
    return this.#other(name.slice(0, slash), name.slice(slash + 1).toLowerCase());
  }

  #other(section: string, name: string): Option | undefined {
    const { defaults, sections, known } = this.#scope;
    const inDefaults = defaults.get(name);
    switch (section.toLowerCase()) {
      case 'default':
        return inDefaults;
      case 'known':
        return known.get(this.section)?.get(name) ?? inDefaults;
      default: {
        const named = sections.get(section);
        return named && (named.get(name) ?? inDefaults);
      }
    }
  }
}

class Interpolation {
  readonly #lookup: Lookup;
  /** Of the value that is being read: the one that has the mistake. */
  #place = '';
  #length = 0;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  replace({ text, place }: Option, depth: number): string {
    const outer = this.#place;
    this.#place = place;
    const replaced = this.#replace(text, depth);
    this.#place = outer;
    return replaced;
  }

  #replace(text: string, depth: number): string {
    if (depth > DEPTH_MAX) throw this.#problem(`refers to itself, or more than ${DEPTH_MAX} references deep`);
    const parts: string[] = [];
    let at = 0;
    for (let percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', at)) {
      parts.push(this.#kept(text.slice(at, percent)));
      const reference = /^%(?:%|\(([^)]+)\)s)/.exec(text.slice(percent, percent + REFERENCE_MAX));
      if (!reference) throw this.#problem('% stands neither in %% nor in %(name)s', excerpt(text, percent));
      parts.push(reference[1] === undefined ? '%' : this.#referred(reference[1], depth));
      at = percent + reference[0].length;
    }
    parts.push(this.#kept(text.slice(at)));
    return parts.join('');
  }

  #referred(name: string, depth: number): string {
    const value = this.#lookup.refer(name);
    if (value === undefined) throw this.#problem(`%(${name})s refers to no option`);
    return value.text.includes('%') ? this.replace(value, depth + 1) : this.#kept(value.text);
  }

  /** Each piece counts one more than its length, so that a million references to nothing end too. */
  #kept(text: string): string {
    this.#length += text.length + 1;
    if (this.#length > VALUE_MAX) throw this.#problem(`becomes longer than ${VALUE_MAX} characters`);
    return text;
  }

  #problem(what: string, hint?: string): ProblemError {
    return new ProblemError(EXIT.badConfig, { where: this.#place, what, ...(hint === undefined ? {} : { hint }) });
  }
}

/** No name of an option comes near this length. */
const REFERENCE_MAX = 500;

function excerpt(text: string, at: number): string {
  return `at: ${text.slice(at, at + 40).split('\n')[0]}`;
}
