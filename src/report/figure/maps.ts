/** The world with a bubble for each place, and each part of it that attacks came from. */
import type { BubbleMap } from '../figure.ts';
import type { Region } from '../geography/regions.ts';
import { REGION_NAMES, REGIONS } from '../geography/regions.ts';
import type { Places } from '../question/places.ts';
import { findPlaces, placeTable } from '../question/places.ts';
import type { Inquiry } from '../question/question.ts';
import type { Table } from '../table.ts';
import type { Illustrated } from './illustration.ts';

/** Bubbles on a map. More would hide each other, and the last of them stand for an address or two. */
const WORLD_BUBBLES = 250;
const REGION_BUBBLES = 120;

export function maps(inquiry: Inquiry): Illustrated {
  const places = findPlaces(inquiry);
  if (places.found.length === 0) return { figures: [], drawn: [] };
  const sum = (region: Region): number =>
    places.found.reduce((all, place) => all + (place.region === region ? place.addresses : 0), 0);
  // A map with nothing on it shows nothing; the table of regions says how many places have none.
  const isShown = (region: Region): boolean =>
    places.found.some((place) => place.region === region && place.isOnRegion);
  const attacking = REGIONS.filter(isShown)
    .map((region) => ({ region, addresses: sum(region) }))
    .sort((a, b) => b.addresses - a.addresses);
  const drawn = [worldTable(inquiry, places), ...attacking.map(({ region }) => regionTable(inquiry, places, region))];
  const frames = ['world', ...attacking.map(({ region }) => region)] as const;
  const figures = frames.map((frame, i): BubbleMap => {
    const { name = '', title = '' } = drawn[i] ?? {};
    return { type: 'map', frame, scale: 'map-world', name, title, table: name, label: 'country', size: 'addresses' };
  });
  return { figures, drawn };
}

function worldTable(inquiry: Inquiry, places: Places): Table {
  const heading = { name: 'map-world', title: 'The world', base: 'unique addresses banned', measure: 'addresses' };
  return placeTable(inquiry, places, { ...heading, top: WORLD_BUBBLES });
}

function regionTable(inquiry: Inquiry, { found }: Places, region: Region): Table {
  const inRegion = { found: found.filter((place) => place.region === region), offMap: 0, unknown: 0 };
  const base = 'unique addresses banned, of this region';
  const heading = { name: `map-${region}`, title: REGION_NAMES[region], base, measure: undefined };
  return placeTable(inquiry, inRegion, { ...heading, top: REGION_BUBBLES });
}
