/** Where on the map: places, and the parts of the world that they lie in. */
import { count, degrees, percent, rankColumns, text } from '../column.ts';
import { WORD } from '../facts/profiles.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import type { Frame } from '../geography/frame.ts';
import { frameOf, shows } from '../geography/frame.ts';
import type { Region } from '../geography/regions.ts';
import { centerFinder, REGION_NAMES, REGIONS } from '../geography/regions.ts';
import { rankEntries, sortEntries } from '../rank.ts';
import type { Column, Row, Table } from '../table.ts';
import type { Words } from '../words.ts';
import type { Inquiry } from './question.ts';

/** Addresses at one place: at the coordinates that their origins give, or at the center of their country. */
export interface Place {
  /** Undefined when it is unknown. */
  readonly code: string | undefined;
  readonly region: Region | undefined;
  /** Whether the map of its region shows it: Hawaii is not on that of North America. */
  readonly isOnRegion: boolean;
  readonly latitude: number;
  readonly longitude: number;
  readonly exact: boolean;
  readonly addresses: number;
}

export interface Places {
  readonly found: readonly Place[];
  /** Addresses with a country that is on no map, and addresses of which nothing is known. */
  readonly offMap: number;
  readonly unknown: number;
}

export function places(inquiry: Inquiry): readonly Table[] {
  const found = findPlaces(inquiry);
  return [regionTable(inquiry, found), placeTable(inquiry, found, { ...PLACES, top: inquiry.options.top })];
}

const PLACES = {
  name: 'places',
  title: 'Places',
  base: 'unique addresses banned',
  measure: 'addresses',
} as const;

/** The places of all banned addresses. */
export function findPlaces(inquiry: Inquiry): Places {
  const { bans } = inquiry.facts;
  const countries = bans.origins.names.country.texts();
  const counts = new Map<number, number>();
  for (let subject = 0; subject < bans.subjects.size; subject++) {
    const key = bans.origins.points.of(subject) * (countries.length + 1) + bans.of(subject, WORD.country);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const centerOf = centerFinder();
  const isOnRegion = regionFinder();
  const found: Place[] = [];
  let [offMap, unknown] = [0, 0];
  for (const [key, addresses] of counts) {
    const code = countries[(key % (countries.length + 1)) - 1];
    const point = Math.floor(key / (countries.length + 1));
    const center = code === undefined ? undefined : centerOf(code);
    const at = point > 0 ? bans.origins.points.coordinates(point) : center;
    if (at !== undefined) {
      const { latitude, longitude } = at;
      const region = center?.region;
      found.push({
        ...{ code, region, latitude, longitude, exact: point > 0, addresses },
        isOnRegion: isOnRegion(region, at),
      });
    } else if (code === undefined) unknown += addresses;
    else offMap += addresses;
  }
  return { found, offMap, unknown };
}

/** Make it once for many places. */
function regionFinder(): (region: Region | undefined, at: { latitude: number; longitude: number }) => boolean {
  // Whether it is inside does not depend on the width.
  const frames = new Map<string, Frame>(REGIONS.map((region) => [region, frameOf(region, 1)]));
  return (region, at) => {
    const frame = frames.get(region ?? '');
    return frame !== undefined && shows(frame, at);
  };
}

export interface PlaceHeading {
  readonly name: string;
  readonly title: string;
  readonly base: string;
  readonly measure: string | undefined;
  readonly top: number | 'all';
}

/** Places by falling number of addresses. Their coordinates are columns for programs and maps; people read `place`. */
export function placeTable(inquiry: Inquiry, places: Places, heading: PlaceHeading): Table {
  const { compare, phrases } = inquiry;
  const entries = places.found.map((place) => ({ item: place, count: place.addresses }));
  const countryOf = ({ code }: Place): string => (code === undefined ? '' : inquiry.countryName(code));
  const labels = (place: Place): readonly string[] => [countryOf(place), placeText(place, inquiry)];
  const ranking = rankEntries(entries, { top: heading.top, labels, compare });
  const others = ranking.rest.reduce((sum, entry) => sum + entry.count, 0);
  const centered = places.found.reduce((sum, place) => sum + (place.exact ? 0 : place.addresses), 0);
  const draft: Draft = {
    ...heading,
    columns: placeColumns(heading.measure),
    rows: [
      ...ranking.listed.map(({ item: place, rank, tied }) =>
        item({ rank, tied, ...placeCells(place, countryOf(place), inquiry) }),
      ),
      ...rest({ country: 'other places', addresses: others }, others),
      ...rest({ country: 'not on the map', addresses: places.offMap }, places.offMap),
      ...rest({ country: 'unknown', addresses: places.unknown }, places.unknown),
    ],
    total: {},
    notes: [
      ...rankNotes(ranking, { things: 'places', counts: 'addresses' }, inquiry),
      ...(centered > 0 ? [phrases.notes.centered({ addresses: centered })] : []),
    ],
    order: { by: 'addresses', direction: 'falling', amongEquals: ['country', 'place'] },
    bar: 'addresses',
  };
  return finishTable(draft, inquiry);
}

function placeColumns(measure: string | undefined): readonly Column[] {
  return [
    ...rankColumns(),
    text('country', 'Country', { absent: 'unknown' }),
    text('place', 'Place'),
    text('code', 'Code', { show: 'data' }),
    degrees('latitude', 'Latitude'),
    degrees('longitude', 'Longitude'),
    count('addresses', 'Unique addresses', { measure }),
    percent('addresses', 'roomy'),
  ];
}

function placeCells(place: Place, country: string, words: Words): Row['cells'] {
  const { code = null, latitude, longitude, addresses } = place;
  return { country, place: placeText(place, words), code, latitude, longitude, addresses };
}

function placeText({ exact, latitude, longitude }: Place, { phrases, say }: Words): string {
  if (!exact) return say('center of the country');
  const { degrees: written } = phrases.drawing;
  return `${written(latitude, 'latitude')}, ${written(longitude, 'longitude')}`;
}

function regionTable(inquiry: Inquiry, { found, offMap, unknown }: Places): Table {
  const sums = new Map<Region | undefined, { addresses: number; codes: Set<string | undefined> }>();
  for (const { region, code, addresses } of found) {
    const sum = sums.get(region) ?? { addresses: 0, codes: new Set() };
    sum.addresses += addresses;
    sums.set(region, { ...sum, codes: sum.codes.add(code) });
  }
  const entries = REGIONS.map((region) => ({ item: region, count: sums.get(region)?.addresses ?? 0 }));
  const nameOf = (region: Region): string => inquiry.say(REGION_NAMES[region]);
  const sorted = sortEntries(entries, { labels: (region) => [nameOf(region)], compare: inquiry.compare });
  const outside = found.filter(({ region, isOnRegion }) => region !== undefined && !isOnRegion).length;
  const elsewhere = offMap + unknown + (sums.get(undefined)?.addresses ?? 0);
  const draft: Draft = {
    name: 'regions',
    title: 'Regions',
    base: 'unique addresses banned',
    columns: [
      text('region', 'Region'),
      count('addresses', 'Unique addresses', { measure: 'addresses' }),
      percent('addresses'),
      count('countries', 'Countries', { rule: { type: 'label' } }),
    ],
    rows: [
      ...sorted
        .filter((entry) => entry.count > 0)
        .map(({ item: region, count: addresses }) =>
          item({ region: nameOf(region), addresses, countries: sums.get(region)?.codes.size ?? 0 }),
        ),
      ...rest({ region: 'unknown or elsewhere', addresses: elsewhere }, elsewhere),
    ],
    total: {},
    notes: outside === 0 ? [] : [inquiry.phrases.notes.offRegion({ places: outside })],
    order: { by: 'addresses', direction: 'falling', amongEquals: ['region'] },
    bar: 'addresses',
  };
  return finishTable(draft, inquiry);
}
