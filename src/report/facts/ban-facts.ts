/**
 * What a report needs to know of the bans, folded from one pass over them: flat lists by address, and counts. No ban is
 * kept. About 170 bytes an address and nothing per ban, so that a million bans fit where the ledger itself runs.
 */
import type { Zone } from '../../base/zone.ts';
import type { BanRecord, HistoryForm, Origin } from '../../model.ts';
import { Labels } from './labels.ts';
import { Names } from './names.ts';
import { Newest } from './newest.ts';
import { Numbers } from './numbers.ts';
import { Pairs } from './pairs.ts';
import { Points } from './points.ts';
import { Sample } from './sample.ts';
import { Subjects } from './subjects.ts';

/** Upper bounds of the rows of ban lengths, in milliseconds; longer ones are in a row of their own. */
export const LENGTH_BOUNDS: readonly number[] = [
  600_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000, 2_419_200_000,
];

/** First to tenth ban are told apart; what follows is "later". */
export const PRIOR_ROWS = 10;

/**
 * What is known of an address, side by side in one list, since they are read together: a cache line of eight
 * numbers, and one more. Country, organization, scanner and type are the number of their name plus 1; all are 0 when unknown.
 */
const PROFILE = {
  bans: 0,
  first: 1,
  last: 2,
  country: 3,
  organization: 4,
  scanner: 5,
  asn: 6,
  moved: 7,
  type: 8,
} as const;
const PROFILE_SIZE = 9;

const HOUR = 3_600_000;

/** Origins remembered by object. Where each ban comes with one of its own, this only must not grow without end. */
const ORIGINS = 50_000;

/** Bans whose evidence may be looked at, spread evenly: as many as take a twentieth of a second. */
const SAMPLE = 4096;
/** Bans of scanners that are named. */
const SCANNER_BANS = 5;

/** An origin in numbers. */
interface OriginIds extends Readonly<Record<Trait | 'asn' | 'point', number>> {
  readonly sources: ReadonlyArray<{ bans: number }>;
}

export type Trait = 'country' | 'organization' | 'scanner' | 'type';

export class BanFacts {
  readonly subjects = new Subjects();
  readonly hosts = new Names();
  readonly services: Names;
  readonly names: Readonly<Record<Trait, Names>> = {
    country: new Names(),
    organization: new Names(),
    scanner: new Names(),
    type: new Names(),
  };
  /** Host and service. */
  readonly places: Labels;
  /** Which address was banned where. */
  readonly seen = new Pairs();
  /** By the label of service and kind. */
  readonly byDeed = new Numbers();
  readonly byDay = new Map<number, number>();
  /** By hour of the week: 0 is Monday from midnight to one, in the report's zone. */
  readonly byHour = new Numbers();
  /** Where on the map each address is. */
  readonly points = new Points();
  /** By row of LENGTH_BOUNDS; one more for longer ones, one more for those without end. */
  readonly byLength = new Numbers();
  readonly byPrior = new Numbers();
  readonly bySource = new Map<string, { bans: number }>();
  /** Numbers of bans, spread evenly over all. */
  readonly sample = new Sample(SAMPLE);
  /** Numbers of the newest bans of research scanners. */
  readonly ofScanners = new Newest<number>(SCANNER_BANS);
  /** By the record of another program that they were imported from. */
  readonly byForm = new Map<HistoryForm, number>();
  readonly #profiles = new Numbers();
  /** Two for an address: when its latest ban ends, and how long all of them are. */
  readonly #terms = new Numbers();
  readonly #origins = new Map<Origin, OriginIds>();
  readonly #deeds: Labels;
  readonly #zone: Zone;
  #total = 0;
  #dropped = 0;
  #withoutSource = 0;
  #moved = 0;

  constructor(deeds: Labels, zone: Zone) {
    this.#deeds = deeds;
    this.#zone = zone;
    this.services = deeds.first;
    this.places = new Labels(this.hosts, this.services);
  }

  get total(): number {
    return this.#total;
  }

  /** Bans that found no room: more addresses than a report holds. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Bans whose origin names no data at all. */
  get withoutSource(): number {
    return this.#withoutSource;
  }

  /** Addresses whose country or organization was not the same in all their bans. */
  get moved(): number {
    return this.#moved;
  }

  /** How many bans an address has, when the first and the last were made, its ASN; and the number of a name plus 1. */
  of(subject: number, what: keyof typeof PROFILE): number {
    return this.#profiles.at(subject * PROFILE_SIZE + PROFILE[what]);
  }

  /** When the latest ban of an address ends; infinite when one has no end. */
  endOf(subject: number): number {
    return this.#terms.at(subject * 2);
  }

  /** How long all bans of an address are together, in milliseconds. */
  lengthOf(subject: number): number {
    return this.#terms.at(subject * 2 + 1);
  }

  /** The country (as a code), organization, scanner or type of network of an address, when it is known. */
  nameOf(subject: number, trait: Trait): string | undefined {
    const id = this.of(subject, trait);
    return id === 0 ? undefined : this.names[trait].text(id - 1);
  }

  add(ban: BanRecord): void {
    // Before anything is counted, so that all tables leave out the same bans. Every address has a pair: it fits too.
    if (this.seen.full) {
      this.#dropped++;
      return;
    }
    const subject = this.subjects.id(ban.subject);
    this.#total++;
    const service = this.services.id(ban.service);
    this.seen.add(subject, this.places.id(this.hosts.id(ban.host), service), 1);
    this.#addTime(subject * PROFILE_SIZE, ban.from);
    if (!(ban.until <= this.#terms.at(subject * 2))) this.#terms.put(subject * 2, ban.until);
    this.#terms.add(subject * 2 + 1, ban.until - ban.from);
    this.sample.add(ban.id);
    if (ban.origin.scanner !== undefined) this.ofScanners.add(ban.id);
    this.#addOrigin(subject, ban.origin);
    this.byDeed.add(this.#deeds.id(service, this.#deeds.second.id(ban.kind)), 1);
    this.byLength.add(lengthRow(ban.until - ban.from), 1);
    this.byPrior.add(Math.min(ban.prior, PRIOR_ROWS), 1);
    if (ban.importedFrom !== undefined) {
      this.byForm.set(ban.importedFrom, (this.byForm.get(ban.importedFrom) ?? 0) + 1);
    }
  }

  #addTime(profile: number, from: number): void {
    const profiles = this.#profiles;
    const isFirst = profiles.at(profile + PROFILE.bans) === 0;
    profiles.add(profile + PROFILE.bans, 1);
    if (isFirst || from < profiles.at(profile + PROFILE.first)) profiles.put(profile + PROFILE.first, from);
    if (isFirst || from > profiles.at(profile + PROFILE.last)) profiles.put(profile + PROFILE.last, from);
    const hour = Math.floor((from + this.#zone.offsetAt(from)) / HOUR);
    const day = Math.floor(hour / 24);
    this.byDay.set(day, (this.byDay.get(day) ?? 0) + 1);
    // 1970-01-01 was a Thursday.
    this.byHour.add((((hour + 72) % 168) + 168) % 168, 1);
  }

  /** The newest origin stands for the address; what it does not know is kept from an earlier one. */
  #addOrigin(subject: number, origin: Origin): void {
    const ids = this.#originIds(origin);
    const profile = subject * PROFILE_SIZE;
    const country = this.#replace(profile + PROFILE.country, ids.country);
    const organization = this.#replace(profile + PROFILE.organization, ids.organization);
    this.#replace(profile + PROFILE.scanner, ids.scanner);
    this.#replace(profile + PROFILE.type, ids.type);
    this.#replace(profile + PROFILE.asn, ids.asn);
    // Coordinates of an earlier country say nothing of the new one.
    if (ids.point > 0 || country > 0) this.points.put(subject, ids.point);
    if (country + organization > 0 && this.#profiles.at(profile + PROFILE.moved) === 0) {
      this.#profiles.put(profile + PROFILE.moved, 1);
      this.#moved++;
    }
    if (ids.sources.length === 0) this.#withoutSource++;
    for (const source of ids.sources) source.bans++;
  }

  /** Puts what is known; gives back what else was known before, or 0. */
  #replace(index: number, id: number): number {
    const before = this.#profiles.at(index);
    if (id === 0 || id === before) return 0;
    this.#profiles.put(index, id);
    return before;
  }

  /** A ledger hands out the same object for the same origin, so most bans need no look-up of its texts. */
  #originIds(origin: Origin): OriginIds {
    const known = this.#origins.get(origin);
    if (known !== undefined) return known;
    const idOf = (trait: Trait): number => {
      const name = origin[trait];
      return name === undefined ? 0 : this.names[trait].id(name) + 1;
    };
    const sources = origin.sources.map((source) => {
      const count = this.bySource.get(source) ?? { bans: 0 };
      this.bySource.set(source, count);
      return count;
    });
    const [country, organization, scanner] = [idOf('country'), idOf('organization'), idOf('scanner')];
    const point = this.points.id(origin);
    const ids = { country, organization, scanner, type: idOf('type'), asn: origin.asn ?? 0, point, sources };
    if (this.#origins.size >= ORIGINS) this.#origins.clear();
    this.#origins.set(origin, ids);
    return ids;
  }
}

function lengthRow(lengthMs: number): number {
  if (!Number.isFinite(lengthMs)) return LENGTH_BOUNDS.length + 1;
  const row = LENGTH_BOUNDS.findIndex((bound) => lengthMs <= bound);
  return row < 0 ? LENGTH_BOUNDS.length : row;
}
