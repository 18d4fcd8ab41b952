/** The words of a report's language: names of countries, the alphabet, numbers with their nouns, the sentences. */
import { EXIT, ProblemError } from '../base/problem.ts';
import { countryNamer } from './country.ts';
import { german } from './german.ts';
import { phrases, phrasesOf } from './phrase/index.ts';
import type { Phrases, Writing } from './phrase/phrase.ts';
import type { Compare } from './rank.ts';
import { alphabetOf } from './rank.ts';

export interface Words extends Writing {
  /** The canonical tag. */
  readonly language: string;
  readonly countryName: (code: string) => string;
  readonly compare: Compare;
  /** A heading in the language, from the English one; English where there is no translation. */
  readonly say: (english: string) => string;
  readonly phrases: Phrases;
}

/** The first part of their tags. */
export const languagesOfSentences: readonly string[] = Object.keys(phrases);

/** Throws a ProblemError when the tag names no language. */
export function wordsOf(tag: string): Words {
  const language = languageOf(tag);
  const format = new Intl.NumberFormat(language);
  const decimal = { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
  const percent = new Intl.NumberFormat(language, decimal);
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  const written = (count: number): string => format.format(count);
  const writing: Writing = {
    written,
    counted: (count, one, many = `${one}s`) => `${written(count)} ${count === 1 ? one : many}`,
    percent: (value) => percent.format(value / 100),
    list: (items) => list.format(items),
  };
  return {
    ...writing,
    language,
    countryName: countryNamer(language),
    compare: alphabetOf(language),
    say: sayerOf(language),
    phrases: phrasesOf(language, writing),
  };
}

/** Headings that end with a name are translated before it: "Countries: mail". */
function sayerOf(language: string): Words['say'] {
  if (new Intl.Locale(language).language !== 'de') return (english) => english;
  return (english) => {
    const [before, ...name] = english.split(/(?<=: | under )/);
    const known = german.get(english) ?? german.get(before ?? '');
    if (known === undefined) return english;
    return german.has(english) ? known : `${known}${name.join('')}`;
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
