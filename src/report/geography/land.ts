/** The land for whoever draws a small map of his own: outlines, borders, and where countries lie. */
import { BORDERS_OF_REGION, LAND_OF_REGION, STEPS_OF_REGION } from './outlines.ts';
import { decodeLines, type Line } from './polyline.ts';
import { type Center, centerFinder } from './regions.ts';

/** Lines are longitude and latitude in turn, in degrees, from -169 to 191. */
export interface Land {
  /** Closed, to be filled by the even-odd rule. */
  readonly land: () => readonly Line[];
  readonly borders: () => readonly Line[];
  /** By ISO 3166-1 alpha-2. */
  readonly centerOf: (country: string) => Center | undefined;
}

export function landOfEarth(): Land {
  return {
    land: () => decodeLines(LAND_OF_REGION, STEPS_OF_REGION),
    borders: () => decodeLines(BORDERS_OF_REGION, STEPS_OF_REGION),
    centerOf: centerFinder(),
  };
}
