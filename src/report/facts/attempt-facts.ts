/** What a report needs to know of the attempts: counts by kind and day, and which address tried which kind. */
import type { Tally } from '../../model.ts';
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

  add(tally: Tally): void {
    if (this.seen.full) {
      this.#dropped += tally.count;
      return;
    }
    const known = this.addresses.size;
    const address = this.addresses.id(tally.address);
    if (address === known) this.#banned.put(address, this.#bans.subjects.holderAmong(this.addresses, address) + 1);
    const banned = this.#banned.at(address) - 1;
    if (banned >= 0) this.after.add(banned, tally);
    const deed = this.#deeds.id(this.#deeds.first.id(tally.service), this.#deeds.second.id(tally.kind));
    this.seen.add(address, deed, tally.count);
    this.byDeed.add(deed, tally.count);
    this.byDay.set(tally.day, (this.byDay.get(tally.day) ?? 0) + tally.count);
    this.#total += tally.count;
  }
}
