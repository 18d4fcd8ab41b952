/** Land and borders as SVG paths within a frame. */

import type { Frame, Point } from '../../geography/frame.ts';
import {
  BORDERS_OF_REGION,
  BORDERS_OF_WORLD,
  LAND_OF_REGION,
  LAND_OF_WORLD,
  STEPS_OF_REGION,
  STEPS_OF_WORLD,
} from '../../geography/outlines.ts';
import type { Line } from '../../geography/polyline.ts';
import { decodeLines } from '../../geography/polyline.ts';

export interface Outlines {
  /** Closed, to be filled by the even-odd rule. */
  readonly land: string;
  readonly borders: string;
}

/** Drawn beyond the frame, so that the edge of what was cut off does not show. */
const MARGIN = 8;

export function outlinesOf(frame: Frame, detail: 'world' | 'region'): Outlines {
  const isWorld = detail === 'world';
  const steps = isWorld ? STEPS_OF_WORLD : STEPS_OF_REGION;
  const land = decodeLines(isWorld ? LAND_OF_WORLD : LAND_OF_REGION, steps);
  const borders = decodeLines(isWorld ? BORDERS_OF_WORLD : BORDERS_OF_REGION, steps);
  return {
    land: land.map((line) => pathOf(cutRing(placed(line, frame), frame), 'z')).join(''),
    borders: borders.flatMap((line) => cutLine(placed(line, frame), frame).map((part) => pathOf(part, ''))).join(''),
  };
}

function placed(line: Line, frame: Frame): Point[] {
  const points: Point[] = [];
  for (let i = 0; i + 1 < line.length; i += 2) points.push(frame.place(line[i] ?? 0, line[i + 1] ?? 0));
  return points;
}

/** An edge of the frame: on which side a point is, and where a line crosses it. */
interface Edge {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly keep: 1 | -1;
}

function edgesOf({ width, height }: Frame): readonly Edge[] {
  return [
    { axis: 'x', at: -MARGIN, keep: 1 },
    { axis: 'x', at: width + MARGIN, keep: -1 },
    { axis: 'y', at: -MARGIN, keep: 1 },
    { axis: 'y', at: height + MARGIN, keep: -1 },
  ];
}

/** Sutherland and Hodgman's way: the part of a ring on the right side of each edge, one edge after the other. */
function cutRing(ring: readonly Point[], frame: Frame): readonly Point[] {
  let points = ring;
  for (const edge of edgesOf(frame)) {
    const kept: Point[] = [];
    for (const [i, point] of points.entries()) {
      const before = points[(i + points.length - 1) % points.length] ?? point;
      if (isKept(edge, before) !== isKept(edge, point)) kept.push(crossing(edge, before, point));
      if (isKept(edge, point)) kept.push(point);
    }
    points = kept;
  }
  return isFlat(points) ? [] : points;
}

/** What lies outside altogether is left as a line along an edge. */
function isFlat(points: readonly Point[]): boolean {
  return points.every(({ x }) => x === points[0]?.x) || points.every(({ y }) => y === points[0]?.y);
}

/** The parts of a line that are near the frame: what crosses its edge goes one point too far, under the margin. */
function cutLine(line: readonly Point[], frame: Frame): Point[][] {
  const edges = edgesOf(frame);
  const isIn = (point: Point | undefined): boolean => point !== undefined && edges.every((edge) => isKept(edge, point));
  const parts: Point[][] = [];
  let part: Point[] = [];
  for (const [i, point] of line.entries()) {
    if (isIn(point) || isIn(line[i + 1]) || isIn(line[i - 1])) part.push(point);
    else {
      parts.push(part);
      part = [];
    }
  }
  return [...parts, part].filter((each) => each.length > 1);
}

function isKept({ axis, at, keep }: Edge, point: Point): boolean {
  return (point[axis] - at) * keep >= 0;
}

function crossing({ axis, at }: Edge, a: Point, b: Point): Point {
  const share = (at - a[axis]) / (b[axis] - a[axis]);
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

/** Steps of half a unit, relative to the point before: the eye sees no less, and a page of maps is half as long. */
const STEPS = 2;

function pathOf(points: readonly Point[], end: 'z' | ''): string {
  let path = '';
  let [x, y] = [0, 0];
  for (const point of points) {
    const [nextX, nextY] = [Math.round(point.x * STEPS), Math.round(point.y * STEPS)];
    if (path === '') path = `M${nextX / STEPS} ${nextY / STEPS}l`;
    else if (nextX !== x || nextY !== y) path += step(path, nextX - x) + step('', nextY - y);
    [x, y] = [nextX, nextY];
  }
  // An island smaller than a step is still somewhere: a point of that size is drawn for it.
  if (path.endsWith('l')) return end === 'z' ? `${path}.5 0 0 .5 -.5 0z` : '';
  return path === '' ? '' : `${path}${end}`;
}

/** `-1.5`, ` .5`: as short as a path may be written. A minus sign separates by itself, and so does the `l` before. */
function step(before: string, steps: number): string {
  const number = String(steps / STEPS).replace('0.', '.');
  return number.startsWith('-') || before.endsWith('l') ? number : ` ${number}`;
}
