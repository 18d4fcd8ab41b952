/**
 * Which bubbles are named, and where the name stands: the largest first, no name over another or over a large bubble.
 * Where there is no room beside a bubble the name moves away, and a line leads to it.
 */

import type { Frame, Point } from '../../geography/frame.ts';
import type { Bubble } from './bubbles.ts';
import { widthOf } from './measure.ts';

export interface Label {
  /** Empty for a number alone. */
  readonly name: string;
  /** Empty where it stands on the bubble. */
  readonly number: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Of the text, in the units of the drawing. */
  readonly size: number;
  /** From the bubble's rim to the name, when it is not beside it. */
  readonly leader: readonly [from: Point, to: Point] | undefined;
}

export interface Labeling {
  readonly size: number;
  /** At most so many names: a map is no list. */
  readonly most: number;
  /** Whether names may stand away from their bubbles. */
  readonly leaders: boolean;
  readonly number: (count: number) => string;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Names keep off so many bubbles, the largest; of the smaller ones a name may hide some. */
const MINDED = 80;

export function placeLabels(bubbles: readonly Bubble[], frame: Frame, labeling: Labeling): Label[] {
  const minded = bubbles.slice(0, MINDED);
  const numbers = minded.flatMap((bubble) => numberOn(bubble, minded, labeling));
  const numbered = new Set(numbers.map(({ bubble }) => bubble));
  const names: Label[] = [];
  const taken: Box[] = [];
  // A country is named once, at its largest place.
  const named = new Set<string>();
  for (const bubble of bubbles) {
    if (names.length >= labeling.most) break;
    if (named.has(bubble.name) || bubble.name === '') continue;
    named.add(bubble.name);
    const isAlone = bubbles.every((other) => other === bubble || other.name !== bubble.name);
    // Beside a country's name a number would be read as that of the country.
    const number = isAlone && !numbered.has(bubble) ? labeling.number(bubble.count) : '';
    const others = minded.filter((other) => other !== bubble).map(boxOf);
    const label = firstFree(candidates(bubble, number, labeling), frame, [...taken, ...others]);
    if (label === undefined) continue;
    names.push(label);
    taken.push(extent(label));
  }
  return [...numbers.map(({ label }) => label), ...names];
}

function firstFree(labels: Iterable<Label>, frame: Frame, taken: readonly Box[]): Label | undefined {
  for (const label of labels) if (isFree(extent(label), frame, taken)) return label;
  return undefined;
}

/** How much of a bubble's width its number may take. */
const ROOM = 0.75;

/** The number on a bubble that is large enough for it, where no other bubble is. */
function numberOn(
  bubble: Bubble,
  bubbles: readonly Bubble[],
  { size, number }: Labeling,
): Array<{ bubble: Bubble; label: Label }> {
  const { at, radius, count } = bubble;
  const text = number(count);
  const half = Math.max(widthOf(text, size) / 2, size * 0.4);
  const isHidden = bubbles.some(
    (other) =>
      other !== bubble &&
      Math.abs(other.at.x - at.x) < half + other.radius &&
      Math.abs(other.at.y - at.y) < size / 2 + other.radius,
  );
  if (half > radius * ROOM || isHidden) return [];
  const place = { x: at.x, y: at.y + size * 0.35, anchor: 'middle', size, leader: undefined } as const;
  return [{ bubble, label: { name: '', number: text, ...place } }];
}

/** To the right, to the left, below, above, at the corners; then farther and farther away. */
function* candidates(bubble: Bubble, number: string, { size, leaders }: Labeling): Iterable<Label> {
  const text = { name: bubble.name, number, size };
  const near = bubble.radius + size * 0.35;
  for (const direction of DIRECTIONS)
    yield { ...text, ...placeAt(bubble.at, near, { direction, size }), leader: undefined };
  if (!leaders) return;
  for (const steps of [1.5, 2.5, 3.5, 5, 6.5]) {
    for (const direction of LEADING) {
      const { x, y, anchor } = placeAt(bubble.at, near + steps * size, { direction, size });
      yield { ...text, x, y, anchor, leader: leaderOf(bubble, near + steps * size, direction) };
    }
  }
}

type Direction = readonly [x: number, y: number];

const DIAGONAL = Math.SQRT1_2;
const DIRECTIONS: readonly Direction[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [DIAGONAL, -DIAGONAL],
  [DIAGONAL, DIAGONAL],
  [-DIAGONAL, -DIAGONAL],
  [-DIAGONAL, DIAGONAL],
];
const LEADING: readonly Direction[] = Array.from({ length: 16 }, (_, i) => {
  const angle = (i * Math.PI) / 8 + Math.PI / 16;
  return [Math.cos(angle), Math.sin(angle)];
});

function placeAt(
  at: Point,
  away: number,
  { direction: [dx, dy], size }: { direction: Direction; size: number },
): Pick<Label, 'x' | 'y' | 'anchor'> {
  const y = at.y + dy * away + size * (0.35 + 0.4 * dy);
  if (Math.abs(dx) < 0.3) return { x: at.x + dx * away, y, anchor: 'middle' };
  return { x: at.x + dx * away, y, anchor: dx > 0 ? 'start' : 'end' };
}

function leaderOf({ at, radius }: Bubble, away: number, [dx, dy]: Direction): readonly [Point, Point] {
  const along = (distance: number): Point => ({ x: at.x + dx * distance, y: at.y + dy * distance });
  return [along(radius), along(away - 2)];
}

function extent({ name, number, x, y, anchor, size }: Label): Box {
  const width = widthOf(`${name} ${number}`.trim(), size);
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  // Half a letter on all sides keeps two names from being read as one.
  const gap = size * 0.3;
  return { left: left - gap, right: left + width + gap, top: y - size * 0.95, bottom: y + size * 0.35 };
}

/** A bubble's inner square: a name may touch its rim. */
function boxOf({ at, radius }: Bubble): Box {
  const half = radius * 0.85;
  return { left: at.x - half, right: at.x + half, top: at.y - half, bottom: at.y + half };
}

function isFree(box: Box, { width, height }: Frame, taken: readonly Box[]): boolean {
  if (box.left < 2 || box.right > width - 2 || box.top < 2 || box.bottom > height - 2) return false;
  return taken.every(
    (other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom,
  );
}
