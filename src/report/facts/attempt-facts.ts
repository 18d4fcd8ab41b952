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
  /** Addresses that it was looked up for. */
  #known = 0;
  readonly #deeds: Labels;
  /** Of a page, by row: the number of the address, and its number among the banned plus 1. */
  #rows = new Int32Array(0);
  #bannedRows = new Int32Array(0);
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
    if (this.#rows.length < page.size) {
      this.#rows = new Int32Array(page.size);
      this.#bannedRows = new Int32Array(page.size);
    }
    const [addresses, banned] = [this.#rows, this.#bannedRows];
    this.addresses.idsIn(page, first, end, addresses);
    for (; this.#known < this.addresses.size; this.#known++) {
      this.#banned.put(this.#known, this.#bans.subjects.holderAmong(this.addresses, this.#known) + 1);
    }
    for (let row = first; row < end; row++) banned[row] = this.#banned.at(addresses[row] ?? 0);
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
