/** The lines of a timeline, from its rows. */
import type { Timeline } from '../figure.ts';
import type { Row } from '../table.ts';
import { numberIn, textIn } from '../table.ts';

/** The rows of each line, the line with the most attempts first. */
export function lanesOf(rows: readonly Row[], { lanes, series }: Timeline): ReadonlyArray<readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(lanes.map((lane) => textIn(row.cells, lane)));
    const lane = found.get(key) ?? [];
    lane.push(row);
    found.set(key, lane);
  }
  const sum = (of: readonly Row[], key: string): number => of.reduce((all, row) => all + numberIn(row.cells, key), 0);
  const [bars, marks] = series;
  return [...found.values()].sort((a, b) => sum(b, bars) - sum(a, bars) || sum(b, marks) - sum(a, marks));
}
