/** The words of a report's language: names of countries, the alphabet, numbers with their nouns. */
import { EXIT, ProblemError } from '../base/problem.ts';
import { countryNamer } from './country.ts';
import type { Compare } from './rank.ts';
import { alphabetOf } from './rank.ts';

export interface Words {
  /** The canonical tag. */
  readonly language: string;
  readonly countryName: (code: string) => string;
  readonly compare: Compare;
  /** A number as people of the language write it, for notes. */
  readonly written: (count: number) => string;
  /** A number with its noun: "1 address", "2,000 addresses". */
  readonly counted: (count: number, one: string, many?: string) => string;
}

/** Throws a ProblemError when the tag names no language. */
export function wordsOf(tag: string): Words {
  const language = languageOf(tag);
  const format = new Intl.NumberFormat(language);
  const written = (count: number): string => format.format(count);
  return {
    language,
    countryName: countryNamer(language),
    compare: alphabetOf(language),
    written,
    counted: (count, one, many = `${one}s`) => `${written(count)} ${count === 1 ? one : many}`,
  };
}

function languageOf(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? 'en';
  } catch (cause) {
    const problem = { what: `“${tag}” is no language`, hint: 'a tag such as en, de or pt-BR' };
    throw new ProblemError(EXIT.usage, problem, { cause });
  }
}
