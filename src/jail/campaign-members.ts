/**
 * Who tried which account, in flat typed arrays: a campaign has tens of thousands of addresses, and as objects in maps they
 * took a third of the time of a replay. A member is named by a number that holds until the next one is added.
 */
import type { Address } from '../base/address.ts';
import { AddressTable } from '../base/address-table.ts';

/** Of the lines of a member, the latest, for the evidence: two of each say enough, a campaign has hundreds of members. */
const PLACES = 2;
/**
 * Members and those that were let go, 80 bytes each. More than twice as many as campaigns keep (campaign.ts), so that
 * making room, which looks at all of them, comes after as many were let go again.
 */
const ENTRIES_MAX = 262_144;
const INITIAL = 1_024;
const NONE = -1;
/** What an entry is: somebody who counts, somebody whom a row was written of, somebody whose row is to be written. */
const [MEMBER, SAVED, CHANGED] = [1, 2, 4] as const;

/** An account that is tried. Its members are a list, in the order in which they came. */
export interface Account {
  readonly host: string;
  readonly service: string;
  readonly user: string;
  readonly number: number;
  since: number;
  isCampaign: boolean;
  /** The step of time up to which old members were let go. */
  step: number;
  size: number;
  first: number;
  newest: number;
}

export class CampaignMembers {
  total = 0;
  #table = new AddressTable(ENTRIES_MAX, INITIAL);
  #tries: Float64Array = new Float64Array(INITIAL);
  #last: Float64Array = new Float64Array(INITIAL);
  #places: Float64Array = new Float64Array(INITIAL * PLACES);
  #states: Int32Array = new Int32Array(INITIAL);
  /** The neighbors in the list of the account. */
  #before: Int32Array = new Int32Array(INITIAL);
  #after: Int32Array = new Int32Array(INITIAL);
  /** By number, which becomes part of the key. */
  readonly #accounts: Array<Account | undefined> = [];
  readonly #free: number[] = [];

  openAccount({ host, service, user, since }: Pick<Account, 'host' | 'service' | 'user' | 'since'>): Account {
    const number = this.#free.pop() ?? this.#accounts.length;
    const list = { size: 0, first: NONE, newest: NONE };
    const account = { host, service, user, number, since, isCampaign: false, step: 0, ...list };
    this.#accounts[number] = account;
    return account;
  }

  /** Its number is another's then. It has no members any more. */
  closeAccount({ number }: Account): void {
    this.#accounts[number] = undefined;
    this.#free.push(number);
  }

  /** A member that is known; -1 when there is none. */
  find({ number }: Account, { w0, w1, w2, w3 }: Address): number {
    const entry = this.#table.find(w0, w1, w2, w3, number);
    return entry >= 0 && this.isMember(entry) ? entry : NONE;
  }

  /** The member, who is made when missing. */
  open(account: Account, { w0, w1, w2, w3 }: Address): number {
    let entry = this.#table.index(w0, w1, w2, w3, account.number);
    if (entry < 0) {
      this.#makeRoom();
      entry = this.#table.index(w0, w1, w2, w3, account.number);
    }
    if (entry >= this.#states.length) this.#grow();
    if (!this.isMember(entry)) this.#begin(account, entry);
    return entry;
  }

  isMember(entry: number): boolean {
    return ((this.#states[entry] ?? 0) & MEMBER) !== 0;
  }

  /** In the order in which they came. */
  of({ first }: Account): number[] {
    const entries: number[] = [];
    for (let entry = first; entry >= 0; entry = this.#after[entry] ?? NONE) entries.push(entry);
    return entries;
  }

  /** Who of an account was not seen since a time. */
  quietSince({ first }: Account, time: number): number[] {
    const entries: number[] = [];
    for (let entry = first; entry >= 0; entry = this.#after[entry] ?? NONE) {
      if ((this.#last[entry] ?? 0) < time) entries.push(entry);
    }
    return entries;
  }

  /** Notes a line that stands for so many tries. */
  add(entry: number, { count, time, place }: { count: number; time: number; place: number }): void {
    this.#tries[entry] = (this.#tries[entry] ?? 0) + count;
    if (time > (this.#last[entry] ?? 0)) this.#last[entry] = time;
    const at = entry * PLACES;
    for (let i = at; i < at + PLACES - 1; i++) this.#places[i] = this.#places[i + 1] ?? NONE;
    this.#places[at + PLACES - 1] = place;
    this.#change(entry);
  }

  /** It begins anew. */
  spend(entry: number): void {
    this.#tries[entry] = 0;
    if (this.isMember(entry)) this.#change(entry);
  }

  /** As a row has it. */
  restore(entry: number, { tries, last, places }: { tries: number; last: number; places: readonly number[] }): void {
    this.#tries[entry] = tries;
    this.#last[entry] = last;
    this.#places.fill(NONE, entry * PLACES, (entry + 1) * PLACES);
    this.#places.set(places.slice(-PLACES), (entry + 1) * PLACES - Math.min(PLACES, places.length));
    this.#states[entry] = MEMBER | SAVED;
    this.#change(entry);
  }

  tries(entry: number): number {
    return this.#tries[entry] ?? 0;
  }

  /** When it was tried last. */
  last(entry: number): number {
    return this.#last[entry] ?? 0;
  }

  /** Of its lines, the latest. */
  places(entry: number): number[] {
    return [...this.#places.subarray(entry * PLACES, (entry + 1) * PLACES)].filter((place) => place >= 0);
  }

  hasPlace(entry: number): boolean {
    return (this.#places[entry * PLACES + PLACES - 1] ?? NONE) >= 0;
  }

  baseOf(entry: number): Address {
    return this.#table.addressOf(entry);
  }

  accountOf(entry: number): Account | undefined {
    return this.#accounts[this.#table.word(entry, 4)];
  }

  /** One of the four words of its address. */
  word(entry: number, word: number): number {
    return this.#table.word(entry, word);
  }

  isSaved(entry: number): boolean {
    return ((this.#states[entry] ?? 0) & SAVED) !== 0;
  }

  /** What is known of it stays to be read until the next one is added. */
  remove(account: Account, entry: number): void {
    const [before, after] = [this.#before[entry] ?? NONE, this.#after[entry] ?? NONE];
    if (before >= 0) this.#after[before] = after;
    else account.first = after;
    if (after >= 0) this.#before[after] = before;
    else account.newest = before;
    account.size--;
    this.total--;
    this.#states[entry] = 0;
  }

  /** Those that changed since the last call; there will be a row of each. Looks at all: 0.2 ms for a full table. */
  takeChanged(): number[] {
    const changed: number[] = [];
    for (let entry = 0; entry < this.#table.size; entry++) {
      if (((this.#states[entry] ?? 0) & CHANGED) === 0) continue;
      this.#states[entry] = MEMBER | SAVED;
      changed.push(entry);
    }
    return changed;
  }

  #change(entry: number): void {
    this.#states[entry] = (this.#states[entry] ?? 0) | CHANGED;
  }

  #begin(account: Account, entry: number): void {
    this.#states[entry] = MEMBER;
    this.#tries[entry] = 0;
    this.#last[entry] = Number.NEGATIVE_INFINITY;
    this.#places.fill(NONE, entry * PLACES, (entry + 1) * PLACES);
    this.#before[entry] = account.newest;
    this.#after[entry] = NONE;
    if (account.newest >= 0) this.#after[account.newest] = entry;
    else account.first = entry;
    account.newest = entry;
    account.size++;
    this.total++;
  }

  #grow(): void {
    this.#tries = larger(this.#tries, Float64Array);
    this.#last = larger(this.#last, Float64Array);
    this.#places = larger(this.#places, Float64Array);
    this.#states = larger(this.#states, Int32Array);
    this.#before = larger(this.#before, Int32Array);
    this.#after = larger(this.#after, Int32Array);
  }

  #move(entry: number, to: number): void {
    this.#tries[to] = this.#tries[entry] ?? 0;
    this.#last[to] = this.#last[entry] ?? 0;
    this.#states[to] = this.#states[entry] ?? 0;
    this.#before[to] = this.#before[entry] ?? NONE;
    this.#after[to] = this.#after[entry] ?? NONE;
    for (let i = 0; i < PLACES; i++) this.#places[to * PLACES + i] = this.#places[entry * PLACES + i] ?? NONE;
  }

  /** Forgets those that were let go. */
  #makeRoom(): void {
    const old = this.#table;
    const kept = new AddressTable(ENTRIES_MAX, INITIAL);
    const moved = new Int32Array(old.size).fill(NONE);
    for (let entry = 0; entry < old.size; entry++) {
      if (!this.isMember(entry)) continue;
      const word = (number: number): number => old.word(entry, number);
      const to = kept.index(word(0), word(1), word(2), word(3), word(4));
      moved[entry] = to;
      this.#move(entry, to);
    }
    const newNumber = (entry: number): number => (entry < 0 ? NONE : (moved[entry] ?? NONE));
    for (let entry = 0; entry < kept.size; entry++) {
      this.#before[entry] = newNumber(this.#before[entry] ?? NONE);
      this.#after[entry] = newNumber(this.#after[entry] ?? NONE);
    }
    for (const account of this.#accounts) {
      if (!account) continue;
      account.first = newNumber(account.first);
      account.newest = newNumber(account.newest);
    }
    this.#states.fill(0, kept.size);
    this.#table = kept;
  }
}

function larger<A extends Int32Array | Float64Array>(array: A, make: new (length: number) => A): A {
  const more = new make(array.length * 2);
  more.set(array);
  return more;
}
