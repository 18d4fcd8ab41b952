/** The languages that sentences are written in, by the first part of the tag. */
import { english } from './english.ts';
import { german } from './german.ts';
import type { Phrases, Writing } from './phrase.ts';

export const phrases = {
  en: english,
  de: german,
} as const satisfies Readonly<Record<string, (write: Writing) => Phrases>>;

/** The sentences of a language, in English where nobody has written them. */
export function phrasesOf(language: string, write: Writing): Phrases {
  const chosen = Object.entries(phrases).find(([tag]) => language === tag || language.startsWith(`${tag}-`));
  return (chosen?.[1] ?? english)(write);
}
