/**
 * What the banned do beside being banned: on how many days they tried something, and what they tried after their last ban
 * had ended. Folded from the tallies; five numbers an address.
 */
import type { TallyPage } from '../records.ts';
import type { BanFacts } from './ban-facts.ts';
import { Packed } from './packed.ts';
import { TIME } from './profiles.ts';

/** Days are whole numbers; the others take two words. */
const FIELDS = { days: 0, day: 1 } as const;
/** Their numbers among the pairs of words. */
const FLOATS = { attempts: 1, first: 2, last: 3, end: 4 } as const;
const WORDS = 10;

export class AfterFacts {
  readonly #bans: BanFacts;
  readonly #numbers = new Packed(WORDS);

  /** The bans are complete before the first tally comes. */
  constructor(bans: BanFacts) {
    this.#bans = bans;
  }

  /** Tallies of some rows, by the number of the address among the bans, -1 for who was not banned. Pages come by day. */
  addEach(banned: Int32Array, page: TallyPage, first: number, end: number): void {
    this.#numbers.reach(this.#bans.subjects.size - 1);
    const { ints, floats } = this.#numbers;
    // One more than the day, so that 0 is none.
    const day = page.day + 1;
    for (let row = first; row < end; row++) {
      const subject = banned[row] ?? -1;
      if (subject < 0) continue;
      const at = subject * WORDS;
      const lastDay = ints[at + FIELDS.day] ?? 0;
      // Kept here, too, so that a tally needs no look at the bans.
      if (lastDay === 0) floats[at / 2 + FLOATS.end] = this.#bans.timeOf(subject, TIME.end);
      if (lastDay !== day) {
        ints[at + FIELDS.day] = day;
        ints[at + FIELDS.days] = (ints[at + FIELDS.days] ?? 0) + 1;
      }
      if ((page.first[row] ?? 0) >= (floats[at / 2 + FLOATS.end] ?? 0)) this.#addAfter(at / 2, page, row);
    }
  }

  #addAfter(at: number, page: TallyPage, row: number): void {
    const { floats } = this.#numbers;
    const [count, first, last] = [page.count[row] ?? 0, page.first[row] ?? 0, page.last[row] ?? 0];
    const before = floats[at + FLOATS.attempts] ?? 0;
    floats[at + FLOATS.attempts] = before + count;
    if (before === 0 || first < (floats[at + FLOATS.first] ?? 0)) floats[at + FLOATS.first] = first;
    if (before === 0 || last > (floats[at + FLOATS.last] ?? 0)) floats[at + FLOATS.last] = last;
  }

  /** On how many days an address tried something. */
  daysOf(subject: number): number {
    return this.#numbers.int(subject, FIELDS.days);
  }

  /** How many attempts an address made after its last ban, on whatever host, had ended; from when to when. */
  afterOf(subject: number): { attempts: number; first: number; last: number } {
    const of = (float: number): number => this.#numbers.float(subject, float * 2);
    return { attempts: of(FLOATS.attempts), first: of(FLOATS.first), last: of(FLOATS.last) };
  }
}
