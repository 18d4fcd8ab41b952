/** Which user names were tried, under which service, how often. */
import { fromLog } from '../../base/text.ts';
import type { UserTally } from '../../model.ts';
import { Names } from './names.ts';
import { Pairs } from './pairs.ts';

/** The most different names. They are free to invent; a million is more than any list of passwords names. */
const USER_NAMES = 1_000_000;

export class UserFacts {
  readonly names = new Names();
  readonly services = new Names();
  /** Which name was tried under which service, how often. */
  readonly seen = new Pairs();
  #total = 0;
  #others = 0;

  /** Attempts that named a user. */
  get total(): number {
    return this.#total;
  }

  /** Attempts with names that came after the last that there was room for. */
  get others(): number {
    return this.#others;
  }

  add(tally: UserTally): void {
    this.#total += tally.count;
    if (tally.user === undefined || this.names.size >= USER_NAMES || this.seen.full) this.#others += tally.count;
    else this.seen.add(this.names.id(readable(tally.user)), this.services.id(tally.service), tally.count);
  }
}

/** As UTF-8 where it is bytes of a log; a name that was decoded before has characters that no byte is. */
function readable(user: string): string {
  return /[^\x00-\xff]/.test(user) ? user : fromLog(user);
}
