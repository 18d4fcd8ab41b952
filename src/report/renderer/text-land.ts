/** The coasts of the world in braille: eight dots a character, two across and four down, about as far apart both ways. */

import type { Frame, Point } from '../geography/frame.ts';
import { frameOf } from '../geography/frame.ts';
import { LAND_OF_WORLD, STEPS_OF_WORLD } from '../geography/outlines.ts';
import { decodeLines } from '../geography/polyline.ts';

export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;

/** Samples of a dot, each way. With one, Panama, Italy and Japan fall to pieces. */
const SAMPLES = 3;
/** Of a dot's nine samples: a little less than half, so that what is narrow stays whole. */
const LAND_SAMPLES = 4;

/** The first of the 256 characters, and the bit of each dot in it. */
const BRAILLE = 0x2800;
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

export interface Land {
  /** Its unit is a dot. */
  readonly frame: Frame;
  /** Lines of as many characters; open sea and inner land are spaces. */
  readonly lines: ReadonlyArray<readonly string[]>;
}

/** The world within `columns` characters. */
export function landOf(columns: number): Land {
  const frame = frameOf('world', columns * DOTS_ACROSS);
  const height = Math.ceil(frame.height / DOTS_DOWN);
  const isLand = dotsOf(columns * DOTS_ACROSS, height * DOTS_DOWN);
  const isCoast = (x: number, y: number): boolean =>
    isLand(x, y) && !(isLand(x - 1, y) && isLand(x + 1, y) && isLand(x, y - 1) && isLand(x, y + 1));
  const characterAt = (column: number, line: number): string => {
    let bits = 0;
    for (const [down, row] of BITS.entries())
      for (const [across, bit] of row.entries())
        if (isCoast(column * DOTS_ACROSS + across, line * DOTS_DOWN + down)) bits |= bit;
    return bits === 0 ? ' ' : String.fromCharCode(BRAILLE + bits);
  };
  const lines = Array.from({ length: height }, (_, line) =>
    Array.from({ length: columns }, (_, column) => characterAt(column, line)),
  );
  return { frame, lines };
}

/** Which dots are land. Beyond the edge there is none. */
function dotsOf(width: number, height: number): (x: number, y: number) => boolean {
  const found = new Uint8Array(width * height);
  for (const [y, shores] of shoresOf(width, height).entries()) {
    const [row, sorted] = [Math.floor(y / SAMPLES) * width, shores.sort((a, b) => a - b)];
    for (let i = 0; i + 1 < sorted.length; i += 2) {
      const from = Math.max(0, Math.ceil((sorted[i] ?? 0) - 0.5));
      const until = Math.min(width * SAMPLES, Math.ceil((sorted[i + 1] ?? 0) - 0.5));
      for (let x = from; x < until; x++) {
        const dot = row + Math.floor(x / SAMPLES);
        found[dot] = (found[dot] ?? 0) + 1;
      }
    }
  }
  return (x, y) => x >= 0 && x < width && (found[y * width + x] ?? 0) >= LAND_SAMPLES;
}

/** Where each line of samples crosses an outline: between the first and the second is land, then water, then land. */
function shoresOf(width: number, height: number): number[][] {
  const frame = frameOf('world', width * SAMPLES);
  const lines = Array.from({ length: height * SAMPLES }, (): number[] => []);
  for (const outline of decodeLines(LAND_OF_WORLD, STEPS_OF_WORLD)) {
    const pointAt = (i: number): Point => frame.place(outline[i] ?? 0, outline[i + 1] ?? 0);
    let before = pointAt(outline.length - 2);
    for (let i = 0; i + 1 < outline.length; i += 2) {
      const point = pointAt(i);
      const [upper, lower] = before.y < point.y ? [before, point] : [point, before];
      const until = Math.min(lines.length, Math.ceil(lower.y - 0.5));
      for (let y = Math.max(0, Math.ceil(upper.y - 0.5)); y < until; y++) {
        const share = (y + 0.5 - upper.y) / (lower.y - upper.y);
        lines[y]?.push(upper.x + (lower.x - upper.x) * share);
      }
      before = point;
    }
  }
  return lines;
}
