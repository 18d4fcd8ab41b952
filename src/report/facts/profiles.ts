/** What is known of each banned address, side by side since it is read together: one line of the processor's cache. */
import type { BanPage } from '../records.ts';
import { Packed } from './packed.ts';

/** Times and the length of all bans take two words each; these are their numbers among the pairs of words. */
export const TIME = { first: 0, last: 1, end: 2, length: 3 } as const;
/** Country, organization, scanner and type are the number of their name plus 1; all are 0 when unknown. */
export const WORD = {
  asn: 8,
  /** The serial number of the newest origin (origin-facts.ts). */
  origin: 9,
  bans: 10,
  country: 11,
  organization: 12,
  scanner: 13,
  moved: 14,
  type: 15,
} as const;
const PROFILE_WORDS = 16;

/** By number: to find it by its name takes longer than all else that is done with it. */
export type ProfileTime = (typeof TIME)[keyof typeof TIME];
export type ProfileWord = (typeof WORD)[keyof typeof WORD];

export class Profiles {
  readonly #records = new Packed(PROFILE_WORDS);

  /** Makes room for so many addresses. Before they are asked about or added to. */
  reach(subjects: number): void {
    this.#records.reach(subjects - 1);
  }

  /** How many bans an address has, its ASN, and the number of a name plus 1. */
  of(subject: number, word: ProfileWord): number {
    // Unsigned: an ASN may take all of its 32 bits.
    return (this.#records.ints[subject * PROFILE_WORDS + word] ?? 0) >>> 0;
  }

  put(subject: number, word: ProfileWord, value: number): void {
    this.#records.ints[subject * PROFILE_WORDS + word] = value;
  }

  time(subject: number, time: ProfileTime): number {
    return this.#records.floats[(subject * PROFILE_WORDS) / 2 + time] ?? 0;
  }

  /** Counts the bans of some rows, by the addresses of all rows. */
  addTimes(subjects: Int32Array, { from: beginnings, until: ends }: BanPage, first: number, end: number): void {
    const { ints, floats } = this.#records;
    for (let row = first; row < end; row++) {
      const profile = (subjects[row] ?? 0) * PROFILE_WORDS;
      const times = profile / 2;
      const [from, until] = [beginnings[row] ?? 0, ends[row] ?? 0];
      const bans = ints[profile + WORD.bans] ?? 0;
      ints[profile + WORD.bans] = bans + 1;
      if (bans === 0 || from < (floats[times + TIME.first] ?? 0)) floats[times + TIME.first] = from;
      if (bans === 0 || from > (floats[times + TIME.last] ?? 0)) floats[times + TIME.last] = from;
      if (bans === 0 || until > (floats[times + TIME.end] ?? 0)) floats[times + TIME.end] = until;
      floats[times + TIME.length] = (floats[times + TIME.length] ?? 0) + until - from;
    }
  }
}
