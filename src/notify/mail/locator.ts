/**
 * A small map of the land around a place, as a PNG. Its ground is transparent and its land a middle gray, so that it reads
 * on light and on dark mail alike: no mail program is asked to choose between two pictures.
 */
import type { Geography } from '../channel.ts';
import { type Color, encodePng } from './png.ts';

/** Twice the dots that it takes on the page: screens of phones have as many. */
const WIDTH = 1_040;
const HEIGHT = 400;
/** Degrees of latitude from bottom to top: a large country and its neighbors. */
const SPAN = 32;
/** Near a pole the land would be drawn endlessly wide. */
const COSINE_MIN = 0.45;
/** The world is cut there (base of the outlines). */
const WEST = -169;
/** Lines of a dot that are looked at for its opacity. */
const SLICES = 4;
/** Opacities of each color. */
const STEPS = 7;
const LAND = { red: 0x8b, green: 0x97, blue: 0xa1 } as const;
const HALO = { red: 0xff, green: 0xff, blue: 0xff } as const;
const MARK = { red: 0xd4, green: 0x2f, blue: 0x3a } as const;

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  /** Nothing closer than its country is known. */
  readonly isMiddle: boolean;
}

/** From degrees to dots. */
interface Frame {
  readonly x: (longitude: number) => number;
  readonly y: (latitude: number) => number;
}

export function locatorMap(place: Place, geography: Geography): Buffer {
  const frame = frameOf(place);
  const cover = new Float32Array(WIDTH * HEIGHT);
  fill(cover, edgesOf(geography.land(), frame, true));
  for (const edge of edgesOf(geography.borders(), frame, false)) cut(cover, edge);
  const dots = new Uint8Array(cover.length);
  for (const [i, share] of cover.entries()) dots[i] = level(share);
  mark(dots, frame.x(eastOf(place.longitude)), frame.y(place.latitude), place.isMiddle);
  return encodePng({
    width: WIDTH,
    height: HEIGHT,
    palette: [...shades(LAND), ...shades(HALO), ...shades(MARK)],
    dots,
  });
}

const eastOf = (longitude: number): number => (longitude < WEST ? longitude + 360 : longitude);

function frameOf({ latitude, longitude }: Place): Frame {
  const scale = HEIGHT / SPAN;
  const stretch = scale * Math.max(COSINE_MIN, Math.cos((latitude * Math.PI) / 180));
  const middle = Math.min(90 - SPAN / 2, Math.max(-90 + SPAN / 2, latitude));
  // What would be beyond the cut is not drawn on the other side; so the place moves out of the middle instead.
  const half = WIDTH / 2 / stretch;
  const center = Math.min(WEST + 360 - half, Math.max(WEST + half, eastOf(longitude)));
  return {
    x: (degrees) => WIDTH / 2 + (degrees - center) * stretch,
    y: (degrees) => HEIGHT / 2 - (degrees - middle) * scale,
  };
}

type Edge = readonly [x1: number, y1: number, x2: number, y2: number];

/** Those that touch the lines of the picture; what is left or right of it still decides where land begins. */
function* edgesOf(lines: readonly Float64Array[], { x, y }: Frame, isClosed: boolean): Generator<Edge> {
  for (const line of lines) {
    const count = line.length / 2;
    for (let i = 0; i < (isClosed ? count : count - 1); i++) {
      const next = (i + 1) % count;
      const [y1, y2] = [y(line[2 * i + 1] ?? 0), y(line[2 * next + 1] ?? 0)];
      if (Math.max(y1, y2) < 0 || Math.min(y1, y2) > HEIGHT) continue;
      yield [x(line[2 * i] ?? 0), y1, x(line[2 * next] ?? 0), y2];
    }
  }
}

/** Even-odd, slice by slice. */
function fill(cover: Float32Array, edges: Iterable<Edge>): void {
  const crossings: number[][] = Array.from({ length: HEIGHT * SLICES }, () => []);
  for (const [x1, y1, x2, y2] of edges) {
    const [top, bottom] = [Math.min(y1, y2) * SLICES, Math.max(y1, y2) * SLICES];
    const first = Math.max(0, Math.ceil(top - 0.5));
    const last = Math.min(crossings.length - 1, Math.ceil(bottom - 0.5) - 1);
    for (let slice = first; slice <= last; slice++) {
      const share = ((slice + 0.5) / SLICES - y1) / (y2 - y1);
      crossings[slice]?.push(x1 + (x2 - x1) * share);
    }
  }
  for (const [slice, found] of crossings.entries()) {
    found.sort((a, b) => a - b);
    const row = Math.floor(slice / SLICES) * WIDTH;
    for (let i = 0; i + 1 < found.length; i += 2) span(cover, row, found[i] ?? 0, found[i + 1] ?? 0);
  }
}

function span(cover: Float32Array, row: number, from: number, to: number): void {
  const [left, right] = [Math.max(0, from), Math.min(WIDTH, to)];
  for (let x = Math.floor(left); x < right; x++) {
    const share = Math.min(x + 1, right) - Math.max(x, left);
    cover[row + x] = (cover[row + x] ?? 0) + share / SLICES;
  }
}

/** Borders are gaps in the land, about a dot wide. */
function cut(cover: Float32Array, [x1, y1, x2, y2]: Edge): void {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (Math.max(x1, x2) < 0 || Math.min(x1, x2) > WIDTH) return;
  for (let at = 0; at <= length; at += 0.5) {
    const [x, y] = [x1 + ((x2 - x1) * at) / (length || 1), y1 + ((y2 - y1) * at) / (length || 1)];
    around(x, y, 2, (index, distance) => {
      cover[index] = Math.min(cover[index] ?? 0, Math.max(0, Math.min(1, distance - 0.6)));
    });
  }
}

/** A dot for a place; where only the country is known, a wide ring that claims no more. */
function mark(dots: Uint8Array, x: number, y: number, isWide: boolean): void {
  const radius = isWide ? 34 : 11;
  const isRing = (distance: number): number => 3 - Math.abs(distance - radius);
  around(x, y, radius + 9, (index, distance) => {
    const red = isWide ? isRing(distance) : radius - distance;
    const white = isWide ? isRing(distance) + 2.5 : radius + 3.5 - distance;
    if (red > 0) dots[index] = 2 * (STEPS + 1) + level(red < 1 ? Math.max(0.75, red) : 1);
    else if (white > 0) dots[index] = STEPS + 1 + level(Math.min(1, white));
  });
}

function around(x: number, y: number, reach: number, visit: (index: number, distance: number) => void): void {
  const last = { x: Math.min(WIDTH - 1, Math.ceil(x + reach)), y: Math.min(HEIGHT - 1, Math.ceil(y + reach)) };
  for (let row = Math.max(0, Math.floor(y - reach)); row <= last.y; row++) {
    for (let column = Math.max(0, Math.floor(x - reach)); column <= last.x; column++) {
      visit(row * WIDTH + column, Math.hypot(column + 0.5 - x, row + 0.5 - y));
    }
  }
}

const level = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * STEPS);

function shades(color: Omit<Color, 'alpha'>): Color[] {
  return Array.from({ length: STEPS + 1 }, (_, step) => ({ ...color, alpha: Math.round((255 * step) / STEPS) }));
}
