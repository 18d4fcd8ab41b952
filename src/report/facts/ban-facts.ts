/**
 * What a report needs to know of the bans, folded from one pass over them: flat lists by address, and counts. No ban is
 * kept. About 170 bytes an address and nothing per ban, so that a million bans fit where the ledger itself runs.
 */
import type { Zone } from '../../base/zone.ts';
import type { HistoryForm } from '../../model.ts';
import type { BanPage } from '../records.ts';
import { Labels } from './labels.ts';
import { Names } from './names.ts';
import { Numbering } from './numbering.ts';
import { Numbers } from './numbers.ts';
import { OriginFacts, type Trait } from './origin-facts.ts';
import { Pairs } from './pairs.ts';
import { Profiles, type ProfileTime, type ProfileWord, TIME, WORD } from './profiles.ts';
import { Sample } from './sample.ts';
import { Subjects } from './subjects.ts';

/** Upper bounds of the rows of ban lengths, in milliseconds; longer ones are in a row of their own. */
export const LENGTH_BOUNDS: readonly number[] = [
  600_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000, 2_419_200_000,
];

/** First to tenth ban are told apart; what follows is "later". */
export const PRIOR_ROWS = 10;

const HOUR = 3_600_000;
/** Hours and days begin on one in every zone (base/zone.ts). */
const QUARTER = 900_000;

/** Bans whose evidence may be looked at, spread evenly: as many as take a twentieth of a second. */
const SAMPLE = 4096;

export class BanFacts {
  readonly subjects = new Subjects();
  readonly hosts = new Names();
  readonly services: Names;
  /** Host and service. */
  readonly places: Labels;
  /** Which address was banned where. */
  readonly seen = new Pairs();
  /** By the label of service and kind. */
  readonly byDeed = new Numbers();
  readonly byDay = new Map<number, number>();
  /** By hour of the week: 0 is Monday from midnight to one, in the report's zone. */
  readonly byHour = new Numbers();
  /** By row of LENGTH_BOUNDS; one more for longer ones, one more for those without end. */
  readonly byLength = new Numbers();
  readonly byPrior = new Numbers();
  /** Numbers of bans, spread evenly over all. */
  readonly sample = new Sample(SAMPLE);
  /** By the record of another program that they were imported from. */
  readonly byForm = new Map<HistoryForm, number>();
  readonly #profiles = new Profiles();
  /** Where the addresses are from. */
  readonly origins = new OriginFacts(this.#profiles);
  readonly #numbers: Readonly<Record<'host' | 'service' | 'kind', Numbering>>;
  readonly #deeds: Labels;
  readonly #zone: Zone;
  /** Of a page, by row: the number of the subject, and of its place. */
  #subjects = new Int32Array(0);
  #places = new Int32Array(0);
  #total = 0;
  #dropped = 0;

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

  /** How many bans an address has, its ASN, and the number of a name plus 1. */
  of(subject: number, word: ProfileWord): number {
    return this.#profiles.of(subject, word);
  }

  /** When the first and the last ban of an address were made, and the latest ends: infinite when one has no end. */
  timeOf(subject: number, time: ProfileTime): number {
    return this.#profiles.time(subject, time);
  }

  /** How long all bans of an address are together, in milliseconds. */
  lengthOf(subject: number): number {
    return this.#profiles.time(subject, TIME.length);
  }

  /** The country (as a code), organization, scanner or type of network of an address, when it is known. */
  nameOf(subject: number, trait: Trait): string | undefined {
    const id = this.of(subject, WORD[trait]);
    return id === 0 ? undefined : this.origins.names[trait].text(id - 1);
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
    if (this.#subjects.length < page.size) this.#subjects = new Int32Array(page.size);
    const subjects = this.#subjects;
    this.subjects.idsIn(page, first, end, subjects);
    this.#profiles.reach(this.subjects.size);
    this.#profiles.addTimes(subjects, page, first, end);
    this.origins.add(subjects, page, first, end);
    this.#addPlaces(page, first, end);
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

  #addPlaces(page: BanPage, first: number, end: number): void {
    if (this.#places.length < page.size) this.#places = new Int32Array(page.size);
    const { host: hosts, service: services, kind: kinds } = this.#numbers;
    for (let row = first; row < end; row++) {
      const service = services.id(page.service[row] ?? 0, page.nameOf);
      const host = hosts.id(page.host[row] ?? 0, page.hostOf);
      this.#places[row] = this.places.id(host, service);
      this.byDeed.add(this.#deeds.id(service, kinds.id(page.kind[row] ?? 0, page.nameOf)), 1);
    }
    this.seen.addEach(this.#subjects, this.#places, first, end);
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
}

function lengthRow(lengthMs: number): number {
  if (!Number.isFinite(lengthMs)) return LENGTH_BOUNDS.length + 1;
  let row = 0;
  while (row < LENGTH_BOUNDS.length && lengthMs > (LENGTH_BOUNDS[row] ?? 0)) row++;
  return row;
}
