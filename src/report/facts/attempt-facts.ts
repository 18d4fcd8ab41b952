/** What a report needs to know of the attempts: counts by kind and day, and which address tried which kind. */
import type { TallyPage } from '../records.ts';
import { AfterFacts } from './after-facts.ts';
import type { BanFacts } from './ban-facts.ts';
import type { Labels } from './labels.ts';
import { Numbers } from './numbers.ts';
import { Pairs } from './pairs.ts';
import { Subjects } from './subjects.ts';

export class AttemptFacts {
  readonly addresses = new Subjects();
  /** Which address tried which deed (service and kind), how often. */
  readonly seen = new Pairs();
  /** Attempts by deed. */
  readonly byDeed = new Numbers();
  readonly byDay = new Map<number, number>();
  /** Of those that were banned. */
  readonly after: AfterFacts;
  readonly #bans: BanFacts;
  /** By address: its number among the banned plus 1; 0 when it was not banned. */
  readonly #banned = new Numbers();
  readonly #deeds: Labels;
  /** The numbers of a page's addresses. */
  #rows = new Int32Array(0);
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

  #addRows(page: TallyPage, first: number, end: number): void {
    if (this.#rows.length < page.size) this.#rows = new Int32Array(page.size);
    const addresses = this.#rows;
    for (let row = first; row < end; row++) addresses[row] = this.#addressIn(page, row);
    for (let row = first; row < end; row++) {
      const banned = this.#banned.at(addresses[row] ?? 0) - 1;
      if (banned >= 0) this.after.add(banned, page, row);
    }
    const deed = this.#deeds.id(this.#deeds.first.id(page.service), this.#deeds.second.id(page.kind));
    for (let row = first; row < end; row++) this.seen.add(addresses[row] ?? 0, deed, page.count[row] ?? 0);
    const counted = sumOf(page, first, end);
    this.byDeed.add(deed, counted);
    this.byDay.set(page.day, (this.byDay.get(page.day) ?? 0) + counted);
    this.#total += counted;
  }

  #addressIn(page: TallyPage, row: number): number {
    const known = this.addresses.size;
    const address = this.addresses.idIn(page, row);
    if (address === known) this.#banned.put(address, this.#bans.subjects.holderAmong(this.addresses, address) + 1);
    return address;
  }
}

function sumOf({ count }: TallyPage, first: number, end: number): number {
  return count.subarray(first, end).reduce((sum, each) => sum + each, 0);
}
