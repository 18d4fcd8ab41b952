/** Timelines for a terminal: a character for each step of time, an eighth of a block for the fewest attempts. */
import { printable } from '../../base/text.ts';
import type { Timeline } from '../figure.ts';
import type { Row, Table } from '../table.ts';
import { numberIn, textIn } from '../table.ts';
import type { Words } from '../words.ts';
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
  { phrases: { drawing } }: Words,
): { readonly lanes: readonly TextLane[]; readonly axis: string; readonly legend: string } {
  const rows = table.rows.filter((row) => row.role === 'item');
  const times = rows.map((row) => Date.parse(textIn(row.cells, figure.label)));
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const steps = Math.round((last - first) / DAY / figure.step) + 1;
  const greatest = Math.max(1, ...rows.map((row) => numberIn(row.cells, figure.series[0])));
  const lanes = lanesOf(rows, figure).map((lane) => laneOf(lane, { figure, first, steps, greatest, drawing }));
  const [from = '', until = ''] = [first, last].map((time) => new Date(time).toISOString().slice(0, 10));
  return {
    lanes,
    axis: from === until ? from : drawing.span({ from, until }),
    legend: drawing.timelineLegend({ days: figure.step, highest: BLOCKS.at(-1) ?? '', attempts: greatest, ban: BAN }),
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
  readonly drawing: Words['phrases']['drawing'];
}

function laneOf(rows: readonly Row[], { figure, first, steps, greatest, drawing }: Axis): TextLane {
  const bars = new Array<string>(steps).fill(NOTHING);
  const marks = new Array<string>(steps).fill(' ');
  const sums = { attempts: 0, bans: 0 };
  for (const { cells } of rows) {
    const index = Math.round((Date.parse(textIn(cells, figure.label)) - first) / DAY / figure.step);
    const [attempts, bans] = [numberIn(cells, figure.series[0]), numberIn(cells, figure.series[1])];
    if (attempts > 0) bars[index] = blockOf(attempts, greatest);
    if (bans > 0) marks[index] = BAN;
    sums.attempts += attempts;
    sums.bans += bans;
  }
  const name = figure.lanes.map((lane) => printable(textIn(rows[0]?.cells ?? {}, lane))).join(' · ');
  return {
    name,
    attempts: drawing.laneSums(sums),
    bars: bars.join(''),
    marks: marks.join('').trimEnd(),
  };
}
