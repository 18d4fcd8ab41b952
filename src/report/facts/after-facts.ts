/**
 * What the banned do beside being banned: on how many days they tried something, and what they tried after their last ban
 * had ended. Folded from the tallies; five numbers an address.
 */
import type { TallyPage } from '../records.ts';
import type { BanFacts } from './ban-facts.ts';
import { Packed } from './packed.ts';

/** Days are whole numbers; the others take two words. */
const FIELDS = { days: 0, day: 1, attempts: 2, first: 4, last: 6, end: 8 } as const;
const WORDS = 10;

export class AfterFacts {
  readonly #bans: BanFacts;
  readonly #numbers = new Packed(WORDS);

  /** The bans are complete before the first tally comes. */
  constructor(bans: BanFacts) {
    this.#bans = bans;
  }

  /** A tally of a banned address, by its number among the bans. Tallies come by day. */
  add(subject: number, page: TallyPage, row: number): void {
    const { day } = page;
    const [count, first, last] = [page.count[row] ?? 0, page.first[row] ?? 0, page.last[row] ?? 0];
    const numbers = this.#numbers;
    numbers.reach(subject);
    // One more than the day, so that 0 is none.
    const lastDay = numbers.int(subject, FIELDS.day);
    // Kept here, too, so that a tally needs no look at the bans.
    if (lastDay === 0) numbers.putFloat(subject, FIELDS.end, this.#bans.endOf(subject));
    if (lastDay !== day + 1) {
      numbers.putInt(subject, FIELDS.day, day + 1);
      numbers.putInt(subject, FIELDS.days, numbers.int(subject, FIELDS.days) + 1);
    }
    if (first < numbers.float(subject, FIELDS.end)) return;
    const before = numbers.float(subject, FIELDS.attempts);
    numbers.putFloat(subject, FIELDS.attempts, before + count);
    if (before === 0 || first < numbers.float(subject, FIELDS.first)) numbers.putFloat(subject, FIELDS.first, first);
    if (before === 0 || last > numbers.float(subject, FIELDS.last)) numbers.putFloat(subject, FIELDS.last, last);
  }

  /** On how many days an address tried something. */
  daysOf(subject: number): number {
    return this.#numbers.int(subject, FIELDS.days);
  }

  /** How many attempts an address made after its last ban, on whatever host, had ended; from when to when. */
  afterOf(subject: number): { attempts: number; first: number; last: number } {
    const of = (word: number): number => this.#numbers.float(subject, word);
    return { attempts: of(FIELDS.attempts), first: of(FIELDS.first), last: of(FIELDS.last) };
  }
}
