/** Where a person finds what is wrong with an option: the line that gave the value, which another option may have given. */
import { ProblemError } from '../../base/problem.ts';
import { DEFAULT_SECTION } from './ini.ts';
import { interpolate, type Scope } from './interpolate.ts';

export interface WantedPlace {
  readonly section: string;
  readonly option: string;
  /** What is wrong in the value; the whole of it, where nothing is said. */
  readonly word?: string | undefined;
}

/**
 * `file:line [section] option` of the option, or of the one that it refers to and has the word from (`mode=%(mode)s`).
 * Undefined when there is no such option.
 */
export function optionPlace(scope: Scope, { section, option, word }: WantedPlace): string | undefined {
  const search = new Search(scope, section);
  return search.giver(option, word ?? search.value(option)) ?? search.place(option);
}

class Search {
  readonly #scope: Scope;
  readonly #section: string;
  readonly #seen = new Set<string>();

  constructor(scope: Scope, section: string) {
    this.#scope = scope;
    this.#section = section;
  }

  giver(option: string, word: string | undefined): string | undefined {
    if (this.#seen.has(option) || word === undefined) return undefined;
    this.#seen.add(option);
    const text = this.#find(option)?.text ?? '';
    for (const [, name = ''] of text.matchAll(/%\(([^)]+)\)s/g)) {
      const place = this.giver(name.toLowerCase(), word);
      if (place !== undefined) return place;
    }
    return this.value(option) === word ? this.place(option) : undefined;
  }

  value(option: string): string | undefined {
    try {
      return interpolate(this.#scope, this.#section, option);
    } catch (error) {
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  }

  place(option: string): string | undefined {
    const found = this.#find(option);
    return found && `${found.place} [${found.section}] ${option}`;
  }

  #find(option: string): { readonly text: string; readonly place: string; readonly section: string } | undefined {
    const own = this.#scope.sections.get(this.#section)?.get(option);
    if (own) return { ...own, section: this.#section };
    const usual = this.#scope.defaults.get(option);
    return usual && { ...usual, section: DEFAULT_SECTION };
  }
}
