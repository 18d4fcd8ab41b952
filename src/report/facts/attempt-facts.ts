/** What a report needs to know of the attempts: counts by kind and day, and which address tried which kind. */
import type { Tally } from '../../model.ts';
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
  readonly #deeds: Labels;
  #total = 0;
  #dropped = 0;

  constructor(deeds: Labels) {
    this.#deeds = deeds;
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
    const address = this.addresses.id(tally.address);
    const deed = this.#deeds.id(this.#deeds.first.id(tally.service), this.#deeds.second.id(tally.kind));
    this.seen.add(address, deed, tally.count);
    this.byDeed.add(deed, tally.count);
    this.byDay.set(tally.day, (this.byDay.get(tally.day) ?? 0) + tally.count);
    this.#total += tally.count;
  }
}
