/** Where the banned are from: names, places on the map, and the data that say so. */
import type { Origin } from '../../model.ts';
import type { BanPage } from '../records.ts';
import { Names } from './names.ts';
import { Newest } from './newest.ts';
import { Numbers } from './numbers.ts';
import { Points } from './points.ts';
import { type Profiles, type ProfileWord, WORD } from './profiles.ts';

/** Origins remembered by number. Where each ban comes with one of its own, this only must not grow without end. */
const ORIGINS = 50_000;
/** Bans of scanners that are named. */
const SCANNER_BANS = 5;

export type Trait = 'country' | 'organization' | 'scanner' | 'type';

/** An origin in numbers. */
interface OriginIds extends Readonly<Record<Trait | 'asn' | 'point', number>> {
  /** From 1, never given again. */
  readonly serial: number;
  readonly sources: ReadonlyArray<{ bans: number }>;
  readonly isScanner: boolean;
  /** Bans that came with it, until they are counted for its sources. */
  bans: number;
}

export class OriginFacts {
  readonly names: Readonly<Record<Trait, Names>> = {
    country: new Names(),
    organization: new Names(),
    scanner: new Names(),
    type: new Names(),
  };
  /** Where on the map each address is. */
  readonly points = new Points();
  /** Numbers of the newest bans of research scanners. */
  readonly ofScanners = new Newest<number>(SCANNER_BANS);
  readonly #profiles: Profiles;
  readonly #bySource = new Map<string, { bans: number }>();
  #withoutSource = 0;
  #moved = 0;
  #origins: OriginIds[] = [];
  #serial = 0;
  /** By the number of an origin, where it is among `#origins` plus 1; 0 when it is not. */
  #originAt = new Numbers();

  constructor(profiles: Profiles) {
    this.#profiles = profiles;
  }

  /** Bans by the data that their origin is from. */
  get bySource(): ReadonlyMap<string, { readonly bans: number }> {
    this.#settle();
    return this.#bySource;
  }

  /** Bans whose origin names no data at all. */
  get withoutSource(): number {
    this.#settle();
    return this.#withoutSource;
  }

  /** Addresses whose country or organization was not the same in all their bans. */
  get moved(): number {
    return this.#moved;
  }

  /** Counts the bans of some rows, by the addresses of all rows. */
  add(subjects: Int32Array, page: BanPage, first: number, end: number): void {
    for (let row = first; row < end; row++) {
      const subject = subjects[row] ?? 0;
      const ids = this.#idsIn(page, row);
      ids.bans++;
      if (ids.isScanner) this.ofScanners.add(page.id[row] ?? 0);
      if (this.#profiles.of(subject, WORD.origin) !== ids.serial) this.#put(subject, ids);
    }
  }

  /** The newest origin stands for the address; what it does not know is kept from an earlier one. */
  #put(subject: number, ids: OriginIds): void {
    this.#profiles.put(subject, WORD.origin, ids.serial);
    const country = this.#replace(subject, WORD.country, ids.country);
    const organization = this.#replace(subject, WORD.organization, ids.organization);
    this.#replace(subject, WORD.scanner, ids.scanner);
    this.#replace(subject, WORD.type, ids.type);
    if (ids.asn !== 0) this.#profiles.put(subject, WORD.asn, ids.asn);
    // Coordinates of an earlier country say nothing of the new one.
    if (ids.point > 0 || country > 0) this.points.put(subject, ids.point);
    if (country + organization > 0 && this.#profiles.of(subject, WORD.moved) === 0) {
      this.#profiles.put(subject, WORD.moved, 1);
      this.#moved++;
    }
  }

  /** Puts what is known; gives back what else was known before, or 0. */
  #replace(subject: number, word: ProfileWord, id: number): number {
    const before = this.#profiles.of(subject, word);
    if (id === 0 || id === before) return 0;
    this.#profiles.put(subject, word, id);
    return before;
  }

  #idsIn(page: BanPage, row: number): OriginIds {
    const number = page.origin[row] ?? 0;
    const known = this.#origins[this.#originAt.at(number) - 1];
    if (known !== undefined) return known;
    const ids = this.#idsOf(page.originOf(number));
    if (this.#origins.length >= ORIGINS) {
      this.#settle();
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
      const count = this.#bySource.get(source) ?? { bans: 0 };
      this.#bySource.set(source, count);
      return count;
    });
    // In one piece: the engine reads an object that was spread together several times slower.
    return {
      country: idOf('country'),
      organization: idOf('organization'),
      scanner: idOf('scanner'),
      type: idOf('type'),
      asn: origin.asn ?? 0,
      point: this.points.id(origin),
      serial: ++this.#serial,
      sources,
      isScanner: origin.scanner !== undefined,
      bans: 0,
    };
  }

  /** Sources are counted by origin until somebody asks: most origins name three, and bring hundreds of bans. */
  #settle(): void {
    for (const ids of this.#origins) {
      if (ids.sources.length === 0) this.#withoutSource += ids.bans;
      for (const source of ids.sources) source.bans += ids.bans;
      ids.bans = 0;
    }
  }
}
