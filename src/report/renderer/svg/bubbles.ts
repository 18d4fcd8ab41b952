/** The bubbles of a map: where, how large, and what they are called. */
import type { Drawing } from '../../drawing.ts';
import type { BubbleMap } from '../../figure.ts';
import type { Frame, Point } from '../../geography/frame.ts';
import { aroundCut, isInside } from '../../geography/frame.ts';
import { numberIn, textIn } from '../../table.ts';
import type { Pen } from './pen.ts';
import { itemsOf, labelOf } from './pen.ts';
import { radiusOf } from './scale.ts';

export interface Bubble {
  readonly at: Point;
  readonly radius: number;
  readonly count: number;
  /** The country. */
  readonly name: string;
  /** With the place, for who asks closer. */
  readonly details: string;
}

/** A single address among many must still be seen. */
const LEAST_RADIUS = 2;

export interface Bubbles {
  /** Largest first, so that small ones are drawn over them. */
  readonly inside: readonly Bubble[];
  /** How many the frame leaves out: Hawaii is no part of the map of North America. */
  readonly outside: number;
  readonly greatest: number;
}

/** `largest` is the radius of the largest bubble. */
export function bubblesOf(
  drawing: Drawing<BubbleMap>,
  frame: Frame,
  { largest, pen }: { largest: number; pen: Pen },
): Bubbles {
  const { figure } = drawing;
  const rows = itemsOf(drawing);
  const counts = drawing.scale.rows.filter((row) => row.role === 'item');
  const greatest = Math.max(0, ...counts.map((row) => numberIn(row.cells, figure.size)));
  const all = rows.map((row): Bubble => {
    const count = numberIn(row.cells, figure.size);
    const name = labelOf(drawing, figure.label, row, pen);
    return {
      at: frame.place(aroundCut(numberIn(row.cells, 'longitude')), numberIn(row.cells, 'latitude')),
      radius: Math.max(LEAST_RADIUS, radiusOf(count, greatest, largest)),
      count,
      name,
      details: `${name}, ${textIn(row.cells, 'place')}: ${pen.number(count)}`,
    };
  });
  const inside = all.filter((bubble) => isInside(frame, bubble.at)).sort((a, b) => b.count - a.count);
  return { inside, outside: all.length - inside.length, greatest };
}
