/** What a map shows: a projection, the rectangle of its plane that is on paper, and how large. */

import type { PlanePoint, Projection } from './projection.ts';
import { azimuthal, equalEarth } from './projection.ts';
import type { Region } from './regions.ts';

/** In the units of the drawing, which are pixels at its natural size. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Longitudes go from -169 to 191, as outlines are. */
  readonly place: (longitude: number, latitude: number) => Point;
}

/** Where the map of the world is cut: in the Bering Strait, like the outlines. */
const WORLD_CENTER = 11;
const WORLD_CUT = WORLD_CENTER - 180;
/** Without Antarctica, and without the empty Arctic. */
const WORLD_NORTH = 84;
const WORLD_SOUTH = -56;

/** The middle of a region's map, and its width in degrees of arc. All have the same shape, so that they line up. */
const MIDDLES: Readonly<Record<Region, readonly [longitude: number, latitude: number, width: number]>> = {
  'north-america': [-92, 34, 68],
  'south-america': [-61, -21, 92],
  europe: [15, 52, 50],
  africa: [18, 2, 98],
  'west-asia': [52, 33, 62],
  'east-asia': [107, 21, 86],
  oceania: [148, -24, 78],
};

/** Height of a region's map by its width. */
const SHAPE = 0.75;

const RADIANS = Math.PI / 180;

export function frameOf(name: Region | 'world', width: number): Frame {
  if (name === 'world') return worldFrame(width);
  const [longitude, latitude, degrees] = MIDDLES[name];
  const scale = width / (degrees * RADIANS);
  const height = width * SHAPE;
  return { width, height, place: placer(azimuthal(longitude, latitude), scale, { x: -width / 2, y: -height / 2 }) };
}

function worldFrame(width: number): Frame {
  const project = equalEarth(WORLD_CENTER);
  const left = project(WORLD_CUT, 0).x;
  const scale = width / (-2 * left);
  const top = project(0, WORLD_NORTH).y * scale;
  const height = project(0, WORLD_SOUTH).y * scale - top;
  return { width, height, place: placer(project, scale, { x: -width / 2, y: top }) };
}

/** What lies west of the cut is drawn at the eastern end. */
export function aroundCut(longitude: number): number {
  return longitude < WORLD_CUT ? longitude + 360 : longitude;
}

/** `corner` is the upper left corner of the paper. */
function placer(project: Projection, scale: number, corner: PlanePoint): Frame['place'] {
  return (longitude, latitude) => {
    const { x, y } = project(longitude, latitude);
    return { x: x * scale - corner.x, y: y * scale - corner.y };
  };
}

export function isInside({ width, height }: Frame, { x, y }: Point): boolean {
  return x >= 0 && x <= width && y >= 0 && y <= height;
}

/** Whether a frame shows a place, given in degrees. */
export function shows(frame: Frame, { latitude, longitude }: { latitude: number; longitude: number }): boolean {
  return isInside(frame, frame.place(aroundCut(longitude), latitude));
}
