/**
 * What a report needs to know of the bans, folded from one pass over them: flat lists by address, and counts. No ban is
 * kept. About 170 bytes an address and nothing per ban, so that a million bans fit where the ledger itself runs.
 */
import type { Zone } from '../../base/zone.ts';
import type { HistoryForm, Origin } from '../../model.ts';
import type { BanPage } from '../records.ts';
import { Labels } from './labels.ts';
import { Names } from './names.ts';
import { Newest } from './newest.ts';
import { Numbering } from './numbering.ts';
import { Numbers } from './numbers.ts';
import { Packed } from './packed.ts';
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
 * What is known of an address, side by side since it is read together: one line of the cache. Times, the length of all
 * bans and the ASN take two words. Country, organization, scanner and type are the number of their name plus 1; all are 0
 * when unknown.
 */
const TIMES = { first: 0, last: 2, end: 4, length: 6, asn: 8 } as const;
const COUNTS = { bans: 10, country: 11, organization: 12, scanner: 13, moved: 14, type: 15 } as const;
const PROFILE_WORDS = 16;

const HOUR = 3_600_000;
/** Hours and days begin on one in every zone (base/zone.ts). */
const QUARTER = 900_000;

/** Origins remembered by number. Where each ban comes with one of its own, this only must not grow without end. */
const ORIGINS = 50_000;

/** Bans whose evidence may be looked at, spread evenly: as many as take a twentieth of a second. */
const SAMPLE = 4096;
/** Bans of scanners that are named. */
const SCANNER_BANS = 5;

/** An origin in numbers. */
interface OriginIds extends Readonly<Record<Trait | 'asn' | 'point', number>> {
  readonly sources: ReadonlyArray<{ bans: number }>;
  readonly isScanner: boolean;
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
  readonly #profiles = new Packed(PROFILE_WORDS);
  #origins: OriginIds[] = [];
  /** By the number of an origin, where it is among `#origins` plus 1; 0 when it is not. */
  #originAt = new Numbers();
  readonly #numbers: Readonly<Record<'host' | 'service' | 'kind', Numbering>>;
  readonly #deeds: Labels;
  readonly #zone: Zone;
  /** The numbers of a page's subjects. */
  #subjects = new Int32Array(0);
  #total = 0;
  #dropped = 0;
  #withoutSource = 0;
  #moved = 0;

  constructor(deeds: Labels, zone: Zone) {
    this.#deeds = deeds;
    this.#zone = zone;
    this.services = deeds.first;
    this.places = new Labels(this.hosts, this.services);
    this.#numbers = {
      host: new Numbering(this.hosts),
      service: new Numbering(deeds.first),
      kind: new Numbering(deeds.second),
    };
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
  of(subject: number, what: keyof typeof COUNTS | 'first' | 'last' | 'asn'): number {
    if (what === 'first' || what === 'last' || what === 'asn') return this.#profiles.float(subject, TIMES[what]);
    return this.#profiles.int(subject, COUNTS[what]);
  }

  /** When the latest ban of an address ends; infinite when one has no end. */
  endOf(subject: number): number {
    return this.#profiles.float(subject, TIMES.end);
  }

  /** How long all bans of an address are together, in milliseconds. */
  lengthOf(subject: number): number {
    return this.#profiles.float(subject, TIMES.length);
  }

  /** The country (as a code), organization, scanner or type of network of an address, when it is known. */
  nameOf(subject: number, trait: Trait): string | undefined {
    const id = this.of(subject, trait);
    return id === 0 ? undefined : this.names[trait].text(id - 1);
  }

  /**
   * Each list of numbers has a loop of its own over the page: where most of the time goes is memory, and a processor
   * waits for several places of one list at once, but not across all that else is done for a ban.
   */
  add(page: BanPage): void {
    for (let row = 0; row < page.size; ) {
      // Before anything is counted, so that all tables leave out the same bans. Every address has a pair: it fits too.
      if (this.seen.full) {
        this.#dropped += page.size - row;
        return;
      }
      const end = this.seen.holds(page.size - row) ? page.size : row + 1;
      this.#addRows(page, row, end);
      row = end;
    }
  }

  #addRows(page: BanPage, first: number, end: number): void {
    const subjects = this.#subjectsOf(page, first, end);
    const { host: hosts, service: services, kind: kinds } = this.#numbers;
    for (let row = first; row < end; row++) {
      this.#addTimes(subjects[row] ?? 0, page.from[row] ?? 0, page.until[row] ?? 0);
    }
    for (let row = first; row < end; row++) this.#addOrigin(subjects[row] ?? 0, page, row);
    for (let row = first; row < end; row++) {
      const service = services.id(page.service[row] ?? 0, page.nameOf);
      const host = hosts.id(page.host[row] ?? 0, page.hostOf);
      this.seen.add(subjects[row] ?? 0, this.places.id(host, service), 1);
      this.byDeed.add(this.#deeds.id(service, kinds.id(page.kind[row] ?? 0, page.nameOf)), 1);
    }
    for (let row = first; row < end; row++) {
      this.sample.add(page.id[row] ?? 0);
      this.byLength.add(lengthRow((page.until[row] ?? 0) - (page.from[row] ?? 0)), 1);
      this.byPrior.add(Math.min(page.prior[row] ?? 0, PRIOR_ROWS), 1);
    }
    this.#addMoments(page.from, first, end);
    for (const row of page.unusual) if (row >= first && row < end) this.#addForm(page.decisionOf(row).importedFrom);
    this.#total += end - first;
  }

  #addForm(form: HistoryForm | undefined): void {
    if (form !== undefined) this.byForm.set(form, (this.byForm.get(form) ?? 0) + 1);
  }

  #subjectsOf(page: BanPage, first: number, end: number): Int32Array {
    if (this.#subjects.length < page.size) this.#subjects = new Int32Array(page.size);
    for (let row = first; row < end; row++) this.#subjects[row] = this.subjects.idIn(page, row);
    return this.#subjects;
  }

  #addTimes(subject: number, from: number, until: number): void {
    const profiles = this.#profiles;
    profiles.reach(subject);
    const bans = profiles.int(subject, COUNTS.bans);
    profiles.putInt(subject, COUNTS.bans, bans + 1);
    if (bans === 0 || from < profiles.float(subject, TIMES.first)) profiles.putFloat(subject, TIMES.first, from);
    if (bans === 0 || from > profiles.float(subject, TIMES.last)) profiles.putFloat(subject, TIMES.last, from);
    if (!(until <= this.endOf(subject))) profiles.putFloat(subject, TIMES.end, until);
    profiles.putFloat(subject, TIMES.length, this.lengthOf(subject) + until - from);
  }

  /** Bans come about in the order of time: those of one quarter of an hour are counted together. */
  #addMoments(from: Float64Array, first: number, end: number): void {
    let [quarter, bans] = [Number.NaN, 0];
    for (let row = first; row < end; row++) {
      const its = Math.floor((from[row] ?? 0) / QUARTER);
      if (its !== quarter) {
        if (bans > 0) this.#addMoment(quarter * QUARTER, bans);
        [quarter, bans] = [its, 0];
      }
      bans++;
    }
    if (bans > 0) this.#addMoment(quarter * QUARTER, bans);
  }

  #addMoment(from: number, bans: number): void {
    const hour = Math.floor((from + this.#zone.offsetAt(from)) / HOUR);
    const day = Math.floor(hour / 24);
    this.byDay.set(day, (this.byDay.get(day) ?? 0) + bans);
    // 1970-01-01 was a Thursday.
    this.byHour.add((((hour + 72) % 168) + 168) % 168, bans);
  }

  /** The newest origin stands for the address; what it does not know is kept from an earlier one. */
  #addOrigin(subject: number, page: BanPage, row: number): void {
    const ids = this.#originIds(page, page.origin[row] ?? 0);
    if (ids.isScanner) this.ofScanners.add(page.id[row] ?? 0);
    const profiles = this.#profiles;
    const country = this.#replace(subject, COUNTS.country, ids.country);
    const organization = this.#replace(subject, COUNTS.organization, ids.organization);
    this.#replace(subject, COUNTS.scanner, ids.scanner);
    this.#replace(subject, COUNTS.type, ids.type);
    if (ids.asn !== 0) profiles.putFloat(subject, TIMES.asn, ids.asn);
    // Coordinates of an earlier country say nothing of the new one.
    if (ids.point > 0 || country > 0) this.points.put(subject, ids.point);
    if (country + organization > 0 && profiles.int(subject, COUNTS.moved) === 0) {
      profiles.putInt(subject, COUNTS.moved, 1);
      this.#moved++;
    }
    if (ids.sources.length === 0) this.#withoutSource++;
    for (const source of ids.sources) source.bans++;
  }

  /** Puts what is known; gives back what else was known before, or 0. */
  #replace(subject: number, word: number, id: number): number {
    const before = this.#profiles.int(subject, word);
    if (id === 0 || id === before) return 0;
    this.#profiles.putInt(subject, word, id);
    return before;
  }

  #originIds(page: BanPage, number: number): OriginIds {
    const known = this.#origins[this.#originAt.at(number) - 1];
    if (known !== undefined) return known;
    const ids = this.#idsOf(page.originOf(number));
    if (this.#origins.length >= ORIGINS) {
      this.#origins = [];
      this.#originAt = new Numbers();
    }
    this.#originAt.put(number, this.#origins.push(ids));
    return ids;
  }

  #idsOf(origin: Origin): OriginIds {
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
    const isScanner = origin.scanner !== undefined;
    return { country, organization, scanner, type: idOf('type'), asn: origin.asn ?? 0, point, sources, isScanner };
  }
}

function lengthRow(lengthMs: number): number {
  if (!Number.isFinite(lengthMs)) return LENGTH_BOUNDS.length + 1;
  let row = 0;
  while (row < LENGTH_BOUNDS.length && lengthMs > (LENGTH_BOUNDS[row] ?? 0)) row++;
  return row;
}
