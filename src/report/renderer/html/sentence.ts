/** A computed sentence: its figures lead to the tables that they are of. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Claim, Statement } from '../../table.ts';
import { placeOf } from '../../written.ts';
import type { Sheet } from './sheet.ts';
import { idOf } from './sheet.ts';

export function drawSentence(sheet: Sheet, { text, claims }: Statement): Markup {
  const parts: (Markup | string)[] = [];
  let told = 0;
  for (const { at, claim } of placed(text, claims)) {
    const { written, table, column } = claim;
    // A figure may stand within another; a percentage stands beside the number that it is of.
    if (at < told || column === 'percent' || sheet.table(table) === undefined) continue;
    parts.push(text.slice(told, at), markup`<a href="#${idOf(table)}">${written}</a>`);
    told = at + written.length;
  }
  return markup`${parts}${text.slice(told)}`;
}

/** In the order of the text. Of two that are written alike, the second stands behind the first. */
function placed(text: string, claims: readonly Claim[]): { readonly at: number; readonly claim: Claim }[] {
  const ends = new Map<string, number>();
  const all = claims.map((claim) => {
    const at = placeOf(text, claim.written, ends.get(claim.written));
    if (at >= 0) ends.set(claim.written, at + claim.written.length);
    return { at, claim };
  });
  return all.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at);
}
