/** All fixed texts in German, by the English ones. */
import { HEADINGS } from './headings.ts';
import { KINDS } from './kinds.ts';
import { STATEMENTS } from './statements.ts';

export const germanWords: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...KINDS, ...STATEMENTS, ...HEADINGS }),
);
