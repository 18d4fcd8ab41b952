/** Text that strangers chose, made fit for a sentence of ours: it cannot act, end its quotation, or go on for ever. */
import { printable } from '../../base/text.ts';
import type { Words } from '../words.ts';

/** Characters of a name or a request in a sentence; all of it is in the evidence. */
const LONGEST = 80;

/** In the quotation marks of the language. Quotation marks in it are shown as escapes. */
export function quoted(words: Words, text: string): string {
  const harmless = printable(text).replace(/[“”„‟«»]/g, (mark) => {
    return `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  const characters = Array.from(harmless.slice(0, 2 * LONGEST + 2));
  const cut = characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : characters.join('');
  return words.phrases.quoted(cut);
}
