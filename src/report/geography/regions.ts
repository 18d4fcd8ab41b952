/** The parts of the world that have maps of their own, and where countries lie. */
import { COUNTRIES } from './countries.ts';

/** In the order in which they are shown when as many addresses come from two of them. */
export const REGIONS = [
  'north-america',
  'europe',
  'east-asia',
  'oceania',
  'west-asia',
  'south-america',
  'africa',
] as const;

export type Region = (typeof REGIONS)[number];

export interface Center {
  /** Undefined: on the map of the world only (Antarctica). */
  readonly region: Region | undefined;
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Tells where a country lies, by its code of ISO 3166-1; undefined for what is no country, and for those of tomorrow.
 * Make it once for many codes.
 */
export function centerFinder(): (code: string) => Center | undefined {
  const centers = new Map<string, Center>();
  for (const [code, [name, latitude, longitude]] of Object.entries(COUNTRIES)) {
    centers.set(code, { region: REGIONS.find((region) => region === name), latitude, longitude });
  }
  return (code) => centers.get(code);
}

/** As people call them; the report's language has its own words (words.ts). */
export const REGION_NAMES: Readonly<Record<Region, string>> = {
  'north-america': 'North and Central America',
  europe: 'Europe',
  'east-asia': 'East and South Asia',
  oceania: 'Oceania',
  'west-asia': 'Western and Central Asia',
  'south-america': 'South America',
  africa: 'Africa',
};
