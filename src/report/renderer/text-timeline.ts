/** Timelines for a terminal: a character for each step of time, an eighth of a block for the fewest attempts. */
import { printable } from '../../base/text.ts';
import type { Timeline } from '../figure.ts';
import type { Row, Table } from '../table.ts';
import { numberIn, textIn } from '../table.ts';
import { lanesOf } from './lanes.ts';

const DAY = 86_400_000;
const BLOCKS = '▁▂▃▄▅▆▇█';
/** Nothing, and bans. */
const NOTHING = '·';
const BAN = '×';

interface TextLane {
  readonly name: string;
  /** How many in all. */
  readonly attempts: string;
  /** A character for each step. */
  readonly bars: string;
  readonly marks: string;
}

export function timelineOf(
  table: Table,
  figure: Timeline,
): { readonly lanes: readonly TextLane[]; readonly axis: string; readonly legend: string } {
  const rows = table.rows.filter((row) => row.role === 'item');
  const times = rows.map((row) => Date.parse(textIn(row.cells, figure.label)));
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const steps = Math.round((last - first) / DAY / figure.step) + 1;
  const greatest = Math.max(1, ...rows.map((row) => numberIn(row.cells, figure.series[0])));
  const lanes = lanesOf(rows, figure).map((lane) => laneOf(lane, { figure, first, steps, greatest }));
  const days = [first, last].map((time) => new Date(time).toISOString().slice(0, 10));
  const unit = figure.step === 1 ? 'a day' : `${figure.step} days`;
  return {
    lanes,
    axis: days[0] === days[1] ? (days[0] ?? '') : `${days[0]} to ${days[1]}`,
    legend: `A character is ${unit}, ${BLOCKS.at(-1)} is ${greatest} attempts, ${BAN} marks bans.`,
  };
}

/** A count as a character, an eighth of a block at least; a dot for nothing. */
export function blockOf(count: number, greatest: number): string {
  return BLOCKS[Math.ceil((count / greatest) * BLOCKS.length) - 1] ?? NOTHING;
}

interface Axis {
  readonly figure: Timeline;
  readonly first: number;
  readonly steps: number;
  readonly greatest: number;
}

function laneOf(rows: readonly Row[], { figure, first, steps, greatest }: Axis): TextLane {
  const bars = new Array<string>(steps).fill(NOTHING);
  const marks = new Array<string>(steps).fill(' ');
  const sums = [0, 0];
  for (const { cells } of rows) {
    const index = Math.round((Date.parse(textIn(cells, figure.label)) - first) / DAY / figure.step);
    const [attempts, bans] = [numberIn(cells, figure.series[0]), numberIn(cells, figure.series[1])];
    if (attempts > 0) bars[index] = blockOf(attempts, greatest);
    if (bans > 0) marks[index] = BAN;
    sums[0] = (sums[0] ?? 0) + attempts;
    sums[1] = (sums[1] ?? 0) + bans;
  }
  const name = figure.lanes.map((lane) => printable(textIn(rows[0]?.cells ?? {}, lane))).join(' · ');
  return {
    name,
    attempts: `attempts ${sums[0]}, bans ${sums[1]}`,
    bars: bars.join(''),
    marks: marks.join('').trimEnd(),
  };
}
