/** How wide a text is, about: no font is at hand. Too wide is better than too narrow. */
import { ellipsis } from '../../../base/text.ts';

const NARROW = /[ .,:;'|!ijlftI()[\]{}-]/;
const WIDE = /[MWmw@%]/;
/** East Asian scripts and pictures fill a square. */
const SQUARE =
  /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]|[\u{1f000}-\u{3ffff}]/u;

export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character);
  return ems * size;
}

function emsOf(character: string): number {
  if (SQUARE.test(character)) return 1;
  if (NARROW.test(character)) return 0.34;
  return WIDE.test(character) ? 0.86 : 0.58;
}

/** The text, cut so that it fits. */
export function fitted(text: string, size: number, width: number): string {
  const letters = [...text];
  let length = letters.length;
  while (length > 1 && widthOf(letters.slice(0, length).join(''), size) > width) length--;
  return length === letters.length ? text : ellipsis(text, letters.slice(0, length).join('').length);
}
