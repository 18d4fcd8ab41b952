/** A bar chart of every table that names a count to be drawn as bars. */
import type { Chart } from '../figure.ts';
import type { Inquiry } from '../question/question.ts';
import type { Table } from '../table.ts';
import type { Illustrated } from './illustration.ts';

/** These are drawn in a better way: over time, in stacks, on a map. */
const DRAWN_OTHERWISE: ReadonlySet<string> = new Set(['days', 'country-services', 'organization-services', 'places']);

export function bars(_: Inquiry, tables: readonly Table[]): Illustrated {
  return { figures: tables.flatMap(barsOf), drawn: [] };
}

function barsOf({ name, title, bar, columns }: Table): readonly Chart[] {
  const label = columns.find((column) => column.type === 'text')?.key;
  if (bar === undefined || label === undefined || DRAWN_OTHERWISE.has(name)) return [];
  return [{ name, title, table: name, type: 'bars', label, series: [bar] }];
}
