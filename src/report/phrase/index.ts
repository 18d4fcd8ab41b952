/** The languages of reports, by the first part of the tag. A new one is a folder beside this file and a line here. */
import { english } from './english/english.ts';
import { german } from './german/german.ts';
import { germanWords } from './german/words.ts';
import type { Phrases, Writing } from './phrase.ts';

export interface Language {
  readonly phrases: (write: Writing) => Phrases;
  /** Headings and other fixed texts, by the English ones. A key that ends with a space is a beginning that goes on with a name. */
  readonly words: ReadonlyMap<string, string>;
}

const en: Language = { phrases: english, words: new Map() };

export const languages: Readonly<Record<'en' | 'de', Language>> = {
  en,
  de: { phrases: german, words: germanWords },
};
