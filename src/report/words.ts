/** The words of a report's language: names of countries, the alphabet, numbers with their nouns, the sentences. */

import { countryNamer } from '../base/country.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { inLanguage, writerOf } from '../base/writer.ts';
import { languages } from './phrase/index.ts';
import type { Phrases, Writing } from './phrase/phrase.ts';
import { alphabetOf } from './rank.ts';

export interface Words extends Writing {
  /** The canonical tag. */
  readonly language: string;
  readonly countryName: (code: string) => string;
  /** A heading or another fixed text in the language, from the English one; English where there is no translation. */
  readonly say: (english: string) => string;
  /** A period by its name: `2024-10`, `all time`, `2024-10-01 to 2024-10-14`. */
  readonly periodName: (name: string) => string;
  readonly phrases: Phrases;
}

/** The first part of their tags. */
export const languagesOfSentences: readonly string[] = Object.keys(languages);

/** Throws a ProblemError when the tag names no language. */
export function wordsOf(tag: string): Words {
  const language = languageOf(tag);
  const decimal = { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
  const percent = new Intl.NumberFormat(language, decimal);
  const writing: Writing = {
    ...writerOf(language),
    percent: (value) => percent.format(value / 100),
    compare: alphabetOf(language),
  };
  const { phrases: phrasesOf, words } = inLanguage(languages, language);
  const phrases = phrasesOf(writing);
  const say = sayerOf(words);
  return {
    ...writing,
    language,
    countryName: countryNamer(language),
    say,
    periodName: (name) => {
      const [from = '', until] = name.split(' to ');
      return until === undefined ? say(name) : phrases.drawing.span({ from, until });
    },
    phrases,
  };
}

/** Headings that end with a name are translated before it: "Countries: mail". */
function sayerOf(words: ReadonlyMap<string, string>): Words['say'] {
  return (english) => {
    const whole = words.get(english);
    if (whole !== undefined || words.size === 0) return whole ?? english;
    const [before = '', ...name] = english.split(/(?<=: | under )/);
    const known = words.get(before);
    return known === undefined ? english : `${known}${name.join('')}`;
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
