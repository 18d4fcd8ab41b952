/**
 * What a report needs to know of the bans, folded from one pass over them: flat lists by address, and counts. No ban is
 * kept. About 150 bytes an address and nothing per ban, so that a million bans fit where the ledger itself runs.
 */
import type { Zone } from '../../base/zone.ts';
import { dayOf } from '../../base/zone.ts';
import type { BanRecord, Origin } from '../../model.ts';
import { Labels } from './labels.ts';
import { Names } from './names.ts';
import { Numbers } from './numbers.ts';
import { Pairs } from './pairs.ts';
import { Subjects } from './subjects.ts';

/** Upper bounds of the rows of ban lengths, in milliseconds; longer ones are in a row of their own. */
export const LENGTH_BOUNDS: readonly number[] = [
  600_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000, 2_419_200_000,
];

/** First to tenth ban are told apart; what follows is "later". */
export const PRIOR_ROWS = 10;

export class BanFacts {
  readonly subjects = new Subjects();
  readonly services: Names;
  readonly hosts = new Names();
  readonly countries = new Names();
  readonly organizations = new Names();
  readonly scanners = new Names();
  /** Host and service. */
  readonly places: Labels;
  /** Which address was banned where. */
  readonly seen = new Pairs();
  /** By address: how many bans, when the first and the last were made. */
  readonly bans = new Numbers();
  readonly first = new Numbers();
  readonly last = new Numbers();
  /** By address: the number of its country, organization, scanner in their Names, plus 1; its ASN; 0 when unknown. */
  readonly country = new Numbers();
  readonly organization = new Numbers();
  readonly scanner = new Numbers();
  readonly asn = new Numbers();
  /** By the label of service and kind. */
  readonly byDeed = new Numbers();
  readonly byDay = new Map<number, number>();
  /** By row of LENGTH_BOUNDS; one more for longer ones, one more for those without end. */
  readonly byLength = new Numbers();
  readonly byPrior = new Numbers();
  readonly bySource = new Map<string, number>();
  readonly #deeds: Labels;
  readonly #zone: Zone;
  readonly #moved = new Set<number>();
  #total = 0;
  #dropped = 0;
  #withoutSource = 0;

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
    return this.#moved.size;
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
    this.#addTimes(subject, ban);
    this.#addOrigin(subject, ban.origin);
    this.byDeed.add(this.#deeds.id(service, this.#deeds.second.id(ban.kind)), 1);
    this.byLength.add(lengthRow(ban.until - ban.from), 1);
    this.byPrior.add(Math.min(ban.prior, PRIOR_ROWS), 1);
  }

  #addTimes(subject: number, ban: BanRecord): void {
    const isFirst = this.bans.at(subject) === 0;
    this.bans.add(subject, 1);
    if (isFirst || ban.from < this.first.at(subject)) this.first.put(subject, ban.from);
    if (isFirst || ban.from > this.last.at(subject)) this.last.put(subject, ban.from);
    const day = dayOf(this.#zone, ban.from);
    this.byDay.set(day, (this.byDay.get(day) ?? 0) + 1);
  }

  /** The newest origin stands for the address; what it does not know is kept from an earlier one. */
  #addOrigin(subject: number, origin: Origin): void {
    const country = latest(this.country, { subject, id: idOf(this.countries, origin.country) });
    const organization = latest(this.organization, { subject, id: idOf(this.organizations, origin.organization) });
    if (country === 'other' || organization === 'other') this.#moved.add(subject);
    latest(this.scanner, { subject, id: idOf(this.scanners, origin.scanner) });
    if (origin.asn !== undefined) this.asn.put(subject, origin.asn);
    if (origin.sources.length === 0) this.#withoutSource++;
    for (const source of origin.sources) this.bySource.set(source, (this.bySource.get(source) ?? 0) + 1);
  }
}

function idOf(names: Names, text: string | undefined): number {
  return text === undefined ? 0 : names.id(text) + 1;
}

/** Puts what is known; tells whether something else was known before. */
function latest(ids: Numbers, found: { subject: number; id: number }): 'same' | 'other' {
  const before = ids.at(found.subject);
  if (found.id !== 0 || before === 0) ids.put(found.subject, found.id);
  return before !== 0 && found.id !== 0 && before !== found.id ? 'other' : 'same';
}

function lengthRow(lengthMs: number): number {
  if (!Number.isFinite(lengthMs)) return LENGTH_BOUNDS.length + 1;
  const row = LENGTH_BOUNDS.findIndex((bound) => lengthMs <= bound);
  return row < 0 ? LENGTH_BOUNDS.length : row;
}
