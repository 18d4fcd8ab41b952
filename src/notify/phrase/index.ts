/** The languages of alerts, by the first part of the tag. A new one is a folder beside this file and a line here. */
import { inLanguage } from '../../base/writer.ts';
import { english } from './english/english.ts';
import { german } from './german/german.ts';
import type { Phrases } from './phrase.ts';

export const languages: Readonly<Record<'en' | 'de', Phrases>> = { en: english, de: german };

/** The phrases of a tag, English ones where nobody has written them. */
export function phrasesOf(tag: string): Phrases {
  return inLanguage(languages, tag);
}
