/**
 * What a report needs to know of the attempts: counts by kind and day, and which address tried which kind. Addresses that
 * were banned have the number that they have among the banned, all others those that follow: most attempts are of the
 * banned, and are looked up once.
 */
import type { Network } from '../../base/address.ts';
import type { TallyPage } from '../records.ts';
import { AfterFacts } from './after-facts.ts';
import type { BanFacts } from './ban-facts.ts';
import type { Labels } from './labels.ts';
import { Numbers } from './numbers.ts';
import { Pairs } from './pairs.ts';
import { Subjects } from './subjects.ts';

export class AttemptFacts {
  /** Which address tried which deed (service and kind), how often. */
  readonly seen = new Pairs();
  /** Attempts by deed. */
  readonly byDeed = new Numbers();
  readonly byDay = new Map<number, number>();
  /** Of those that were banned. */
  readonly after: AfterFacts;
  readonly #bans: BanFacts;
  readonly #others = new Subjects();
  /** By the number among the others: that of the banned network that holds it plus 1; 0 when there is none. */
  readonly #holders = new Numbers();
  readonly #deeds: Labels;
  /** Of a page, by row: the number of the address, and of the banned, -1 for who was not banned. */
  #addresses = new Int32Array(0);
  #banned = new Int32Array(0);
  #total = 0;
  #dropped = 0;

  /** After all bans. */
  constructor(deeds: Labels, bans: BanFacts) {
    this.#deeds = deeds;
    this.#bans = bans;
    this.after = new AfterFacts(bans);
  }

  get total(): number {
    return this.#total;
  }

  /** Attempts that found no room: more addresses than a report holds. */
  get dropped(): number {
    return this.#dropped;
  }

  /** In loops of their own, as BanFacts. */
  add(page: TallyPage): void {
    for (let row = 0; row < page.size; ) {
      if (this.seen.full) {
        this.#dropped += sumOf(page, row, page.size);
        return;
      }
      const end = this.seen.holds(page.size - row) ? page.size : row + 1;
      this.#addRows(page, row, end);
      row = end;
    }
  }

  /** The number of who was banned: the address, or a network as one counts it that holds it; -1 when nobody was. */
  subjectOf(address: number): number {
    const other = address - this.#bans.subjects.size;
    return other < 0 ? address : this.#holders.at(other) - 1;
  }

  /** How many single addresses of a network tried anything. Looks at all. */
  countIn(network: Network): number {
    const ofBanned = this.#bans.subjects.countIn(network, (subject) => this.seen.first(subject) >= 0);
    return ofBanned + this.#others.countIn(network);
  }

  #numberIn(page: TallyPage, row: number): number {
    const { subjects } = this.#bans;
    const subject = subjects.findIn(page, row);
    if (subject >= 0) return subject;
    const other = this.#others.idIn(page, row);
    if (other === this.#holders.length) this.#holders.put(other, subjects.holderIn(page, row) + 1);
    return subjects.size + other;
  }

  #addRows(page: TallyPage, first: number, end: number): void {
    if (this.#addresses.length < page.size) {
      this.#addresses = new Int32Array(page.size);
      this.#banned = new Int32Array(page.size);
    }
    const [addresses, banned] = [this.#addresses, this.#banned];
    for (let row = first; row < end; row++) {
      const address = this.#numberIn(page, row);
      addresses[row] = address;
      banned[row] = this.subjectOf(address);
    }
    this.after.addEach(banned, page, first, end);
    const deed = this.#deeds.id(this.#deeds.first.id(page.service), this.#deeds.second.id(page.kind));
    this.seen.addEach(addresses, deed, first, end, page.count);
    const counted = sumOf(page, first, end);
    this.byDeed.add(deed, counted);
    this.byDay.set(page.day, (this.byDay.get(page.day) ?? 0) + counted);
    this.#total += counted;
  }
}

function sumOf({ count }: TallyPage, first: number, end: number): number {
  let sum = 0;
  for (let row = first; row < end; row++) sum += count[row] ?? 0;
  return sum;
}
