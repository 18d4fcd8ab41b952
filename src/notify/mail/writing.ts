/** What letters are written with: the language, the clock on the wall, names for what the ledger has codes for. */
import { countryNamer } from '../../base/country.ts';
import { isoTime, type Zone } from '../../base/zone.ts';
import type { Origin } from '../../model.ts';
import type { MailView } from '../channel.ts';
import { phrasesOf } from '../phrase/index.ts';
import type { Phrases } from '../phrase/phrase.ts';
import { shown } from './letter.ts';
import { locatorMap, type Place } from './locator.ts';

export interface Writing {
  readonly phrases: Phrases;
  /** As the language writes it, with the zone; undefined for what is beyond the calendar. */
  readonly time: (at: number) => string | undefined;
  /** A country in the language, from its code. */
  readonly countryName: (code: string) => string;
  /** What somebody does who does something of a kind; undefined where nobody says. */
  readonly sentenceOf: (kind: string) => string | undefined;
  readonly placeOf: (origin: Origin) => Place | undefined;
  /** A PNG of the land around a place; undefined without a map. */
  readonly mapOf: (place: Place) => Buffer | undefined;
}

export function writingOf({ language, zone, sentenceOf, geography }: MailView): Writing {
  const phrases = phrasesOf(language);
  return {
    phrases,
    time: (at) => timeIn(zone, at, phrases),
    countryName: countryNamer(phrases.language),
    sentenceOf,
    placeOf: ({ latitude = Number.NaN, longitude = Number.NaN, country }) => {
      if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return { latitude, longitude, isMiddle: false };
      const middle = country === undefined ? undefined : geography?.centerOf(country);
      return middle && { ...middle, isMiddle: true };
    },
    mapOf: (place) => geography && locatorMap(place, geography),
  };
}

function timeIn(zone: Zone, at: number, { moment }: Phrases): string | undefined {
  const offset = zone.offsetAt(at);
  const local = isoTime(at + offset);
  if (local === null) return undefined;
  return moment(local.slice(0, 16).replace('T', ' '), offset === 0 ? 'UTC' : offsetText(offset));
}

function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${offset < 0 ? '-' : '+'}${hours}:${rest}`;
}

/** Names of companies and jails as a subject has room for. */
const NAME_MAX = 60;

export const shortName = (name: string): string => shown(name, NAME_MAX);

/** `Datacamp, Limited`, `AS60068`; undefined where neither is known. */
export function organizationOf({ organization, asn }: Origin): string | undefined {
  if (organization !== undefined && organization !== '') return shortName(organization);
  return asn === undefined ? undefined : `AS${asn}`;
}
