/** The map of the world for a terminal: coasts in braille, and a mark where addresses come from. */
import type { Drawing } from '../drawing.ts';
import type { BubbleMap } from '../figure.ts';
import { aroundCut, isInside } from '../geography/frame.ts';
import { numberIn } from '../table.ts';
import type { Words } from '../words.ts';
import { roundedDown } from './svg/scale.ts';
import { DOTS_ACROSS, DOTS_DOWN, landOf } from './text-land.ts';

/** In a narrower one, Europe is a handful of characters; a wider one is higher than half a screen. */
const NARROWEST = 60;
const WIDEST = 100;

/** From few addresses to many. */
const MARKS = ['•', '●', '◉'];

/** What is drawn alike. */
export interface Run {
  readonly what: 'land' | 'mark';
  readonly text: string;
}

export interface TextMap {
  readonly lines: ReadonlyArray<readonly Run[]>;
  readonly legend: string;
}

/** Undefined where there is too little room, or no place on the map. */
export function textMapOf(
  { figure, table }: Drawing<BubbleMap>,
  { width, words }: { readonly width: number; readonly words: Words },
): TextMap | undefined {
  if (width < NARROWEST) return undefined;
  const { frame, lines } = landOf(Math.min(width, WIDEST));
  const sums = new Map<string, number>();
  let outside = 0;
  for (const { role, cells } of table.rows) {
    if (role !== 'item') continue;
    const at = frame.place(aroundCut(numberIn(cells, 'longitude')), numberIn(cells, 'latitude'));
    const cell = cellKey(Math.floor(at.x / DOTS_ACROSS), Math.floor(at.y / DOTS_DOWN));
    if (isInside(frame, at)) sums.set(cell, (sums.get(cell) ?? 0) + numberIn(cells, figure.size));
    else outside++;
  }
  if (sums.size === 0) return undefined;
  const steps = stepsOf(Math.max(...sums.values()));
  const drawn = lines.map((characters, line) =>
    runsOf(
      characters.map((character, column): Run => {
        const sum = sums.get(cellKey(column, line));
        if (sum === undefined) return { what: 'land', text: character };
        return { what: 'mark', text: MARKS[steps.findLastIndex((step) => step <= sum)] ?? '' };
      }),
    ),
  );
  return { lines: drawn, legend: legendOf(steps, outside, words) };
}

function cellKey(column: number, line: number): string {
  return `${column} ${line}`;
}

/** From how many addresses on there is each mark: round numbers, about a tenth and a half of the greatest. */
function stepsOf(greatest: number): readonly number[] {
  return [...new Set([1, roundedDown(greatest / 10), roundedDown(greatest / 2)])];
}

function legendOf(steps: readonly number[], outside: number, { written, phrases }: Words): string {
  const ranges = steps.map((from, i) => {
    const last = (steps[i + 1] ?? Number.POSITIVE_INFINITY) - 1;
    const range = last === from ? '' : `–${written(last)}`;
    return `${MARKS[i]} ${written(from)}${Number.isFinite(last) ? range : '+'}`;
  });
  return phrases.drawing.mapLegend({ ranges, outside });
}

function runsOf(characters: readonly Run[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { what, text } of characters) {
    const last = runs.at(-1);
    if (last?.what === what) runs[runs.length - 1] = { what, text: last.text + text };
    else runs.push({ what, text });
  }
  const last = runs.at(-1);
  return last?.what === 'land' ? [...runs.slice(0, -1), { ...last, text: last.text.trimEnd() }] : runs;
}
