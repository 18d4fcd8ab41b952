/**
 * What the banned do beside being banned: on how many days they tried something, and what they tried after their last ban
 * had ended. Folded from the tallies; five numbers an address.
 */
import type { Tally } from '../../model.ts';
import type { BanFacts } from './ban-facts.ts';
import { Numbers } from './numbers.ts';

const FIELDS = { days: 0, day: 1, attempts: 2, first: 3, last: 4 } as const;
const SIZE = 5;

export class AfterFacts {
  readonly #bans: BanFacts;
  readonly #numbers = new Numbers();

  /** The bans are complete before the first tally comes. */
  constructor(bans: BanFacts) {
    this.#bans = bans;
  }

  /** A tally of a banned address, by its number among the bans. Tallies come by day. */
  add(subject: number, { day, count, first, last }: Tally): void {
    const at = subject * SIZE;
    const numbers = this.#numbers;
    // One more than the day, so that 0 is none.
    if (numbers.at(at + FIELDS.day) !== day + 1) {
      numbers.put(at + FIELDS.day, day + 1);
      numbers.add(at + FIELDS.days, 1);
    }
    if (first < this.#bans.endOf(subject)) return;
    const isFirst = numbers.at(at + FIELDS.attempts) === 0;
    numbers.add(at + FIELDS.attempts, count);
    if (isFirst || first < numbers.at(at + FIELDS.first)) numbers.put(at + FIELDS.first, first);
    if (isFirst || last > numbers.at(at + FIELDS.last)) numbers.put(at + FIELDS.last, last);
  }

  /** On how many days an address tried something. */
  daysOf(subject: number): number {
    return this.#numbers.at(subject * SIZE + FIELDS.days);
  }

  /** How many attempts an address made after its last ban, on whatever host, had ended; from when to when. */
  afterOf(subject: number): { attempts: number; first: number; last: number } {
    const of = (field: number): number => this.#numbers.at(subject * SIZE + field);
    return { attempts: of(FIELDS.attempts), first: of(FIELDS.first), last: of(FIELDS.last) };
  }
}
