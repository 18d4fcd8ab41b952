/**
 * Long windows, for who stays below the limit of the short one: the weight of the last days, in sixteen buckets, so that an
 * address takes the same memory whatever it does. What lies in the oldest bucket goes out together, which makes the window
 * up to a sixteenth shorter than it is named, never longer.
 */
import { type Address, fromWords, type Network } from '../base/address.ts';
import { AddressTable } from '../base/address-table.ts';
import type { HostNumbers } from './hosts.ts';
import { evidenceOf, type KeptEvidence, keptOf, keyOf, type Lines, type MemoryRow, partsOf } from './memory.ts';
import type { SlowOptions } from './options.ts';
import { type Entry, HUNDREDTHS } from './window.ts';

/** A power of two. */
const BUCKETS = 16;
/** The latest lines, for the evidence. As many as a usual limit of a short window. */
const PLACES = 5;
/**
 * 220 bytes each, so 58 MB at the worst. Only a large IPv6 network has so many addresses in two weeks; when there is no
 * room, the half that was quiet the longest is forgotten.
 */
const WATCHED_MAX = 262_144;
const INITIAL = 1024;
/** Room for jails in a tag beside the host. */
const JAILS_MAX = 1024;

/** A record, in floats: times of the first and latest attempt, number of the latest bucket, places, buckets. */
const [FIRST, LATEST, BUCKET, PLACE, SUMS] = [0, 1, 2, 3, 3 + PLACES] as const;
const STRIDE = SUMS + BUCKETS;

export interface SlowWatch {
  readonly jail: string;
  /** Undefined: the jail has no long window. */
  readonly options: SlowOptions | undefined;
}

/** What is known of a subject in a long window. */
export interface SlowState {
  readonly jail: number;
  /** In hundredths. */
  readonly sum: number;
  readonly since: number;
  readonly places: readonly number[];
}

/** A jail is named by its index. */
export class SlowWindows {
  readonly #jails: readonly SlowWatch[];
  readonly #hosts: HostNumbers;
  readonly #lines: Lines;
  /** Length of a jail's bucket in milliseconds. */
  readonly #widths: readonly number[];
  #table = new AddressTable(WATCHED_MAX);
  #floats = new Float64Array(INITIAL * STRIDE);
  /** Of each record, 1 when it was not taken since it changed. */
  #changed = new Uint8Array(WATCHED_MAX);
  /** Rows that were emptied and lost their place before they were taken. */
  #emptied: MemoryRow[] = [];

  constructor(jails: readonly SlowWatch[], { hosts, lines }: { hosts: HostNumbers; lines: Lines }) {
    this.#jails = jails;
    this.#hosts = hosts;
    this.#lines = lines;
    this.#widths = jails.map(({ options }) => (options ? options.findTime / BUCKETS : 0));
  }

  /** Adds an entry; the weight of the window that ends with it, 0 where the jail has none. */
  add(jail: number, base: Address, host: number, entry: Entry): number {
    const width = this.#widths[jail] ?? 0;
    if (width <= 0) return 0;
    const at = this.#open(base, host * JAILS_MAX + jail, entry.time);
    this.#put(at, Math.floor(entry.time / width), entry.weight);
    this.#stamp(at, entry.time);
    this.#keepPlace(at, entry.place);
    this.#changed[at / STRIDE] = 1;
    return this.#sum(at, Math.floor(entry.time / width));
  }

  /** Takes weight back that was added within the last buckets. */
  subtract(jail: number, base: Address, host: number, weight: number): void {
    const index = this.#table.find(base.w0, base.w1, base.w2, base.w3, host * JAILS_MAX + jail);
    if (index < 0) return;
    const at = index * STRIDE;
    let left = weight;
    for (let back = 0; back < BUCKETS && left > 0; back++) {
      const slot = at + SUMS + slotOf((this.#floats[at + BUCKET] ?? 0) - back);
      const taken = Math.min(left, this.#floats[slot] ?? 0);
      this.#floats[slot] = (this.#floats[slot] ?? 0) - taken;
      left -= taken;
    }
    this.#changed[index] = 1;
  }

  /** Begins anew with a subject, in all jails. */
  clear(base: Address, host: number): void {
    for (let jail = 0; jail < this.#jails.length; jail++) {
      const index = this.#table.find(base.w0, base.w1, base.w2, base.w3, host * JAILS_MAX + jail);
      if (index < 0) continue;
      this.#floats.fill(0, index * STRIDE, (index + 1) * STRIDE);
      this.#changed[index] = 1;
    }
  }

  /** The windows of a subject with something in them at a time. */
  of(base: Address, host: number, now: number): SlowState[] {
    return this.#jails.flatMap((_, jail) => {
      const index = this.#table.find(base.w0, base.w1, base.w2, base.w3, host * JAILS_MAX + jail);
      const state = index < 0 ? undefined : this.#stateOf(index, now);
      return state && state.sum > 0 ? [state] : [];
    });
  }

  /** How many subjects of a network have something in a window at a time. Looks at all: 2 ms for a full table. */
  countIn(network: Network, host: number, now: number): number {
    let count = 0;
    for (const index of this.#table.within(network)) {
      const jail = this.#table.word(index, 4) - host * JAILS_MAX;
      if (jail < 0 || jail >= JAILS_MAX || this.#isEmpty(index, now)) continue;
      if (!this.#isInJailBefore(index, { jail, now })) count++;
    }
    return count;
  }

  /** Whether a jail with a smaller number has something of the same subject. */
  #isInJailBefore(index: number, { jail, now }: { jail: number; now: number }): boolean {
    const word = (number: number): number => this.#table.word(index, number);
    for (let back = 1; back <= jail; back++) {
      const other = this.#table.find(word(0), word(1), word(2), word(3), word(4) - back);
      if (other >= 0 && !this.#isEmpty(other, now)) return true;
    }
    return false;
  }

  /** The rows that changed since the last call. Looks at all: 0.1 ms for a full table. */
  take(): MemoryRow[] {
    const rows = this.#emptied;
    this.#emptied = [];
    for (let index = 0; index < this.#table.size; index++) {
      if (this.#changed[index] === 1) rows.push(this.#rowOf(index));
    }
    this.#changed.fill(0, 0, this.#table.size);
    return rows;
  }

  /** All rows that are worth keeping at a time. */
  rows(now: number): MemoryRow[] {
    const indexes = [...Array(this.#table.size).keys()];
    return indexes.filter((index) => !this.#isEmpty(index, now)).map((index) => this.#rowOf(index));
  }

  recall({ key, content }: MemoryRow): void {
    const [, name, host, w0, w1, w2, w3] = partsOf(key);
    const jail = this.#jails.findIndex((each) => each.jail === name);
    const width = this.#widths[jail] ?? 0;
    if (width <= 0 || content === undefined) return;
    const [oldWidth, first, latest, sums, kept] = readContent(content);
    const base = fromWords(Number(w0), Number(w1), Number(w2), Number(w3));
    const at = this.#open(base, this.#hosts.of(String(host)) * JAILS_MAX + jail, latest);
    // A window that is longer or shorter now has other buckets.
    for (const [bucket, sum] of sums) this.#put(at, Math.floor((bucket * oldWidth) / width), sum);
    this.#floats[at + FIRST] = first;
    this.#floats[at + LATEST] = latest;
    for (const line of kept) this.#keepPlace(at, this.#lines.keep(evidenceOf(line), String(host)));
  }

  #stateOf(index: number, now: number): SlowState {
    const at = index * STRIDE;
    const jail = this.#table.word(index, 4) % JAILS_MAX;
    const width = this.#widths[jail] ?? 1;
    const bucket = Math.floor(now / width);
    const since = Math.max(this.#floats[at + FIRST] ?? 0, (bucket - BUCKETS + 1) * width);
    return { jail, sum: this.#sum(at, bucket), since, places: this.#places(at) };
  }

  #places(at: number): number[] {
    const places = [...this.#floats.subarray(at + PLACE, at + PLACE + PLACES)].filter((place) => place > 0);
    return places.map((place) => place - 1);
  }

  #isEmpty(index: number, now: number): boolean {
    const width = this.#widths[this.#table.word(index, 4) % JAILS_MAX] ?? 1;
    return this.#sum(index * STRIDE, Math.floor(now / width)) === 0;
  }

  #rowOf(index: number): MemoryRow {
    const at = index * STRIDE;
    const tag = this.#table.word(index, 4);
    const jail = tag % JAILS_MAX;
    const { w0, w1, w2, w3 } = this.#table.addressOf(index);
    const host = this.#hosts.name(Math.floor(tag / JAILS_MAX));
    const key = keyOf(['slow', this.#jails[jail]?.jail ?? '', host, w0, w1, w2, w3]);
    const latest = this.#floats[at + LATEST] ?? 0;
    const newest = this.#floats[at + BUCKET] ?? 0;
    const sums: Array<readonly [number, number]> = [];
    for (let back = BUCKETS - 1; back >= 0; back--) {
      const sum = this.#floats[at + SUMS + slotOf(newest - back)] ?? 0;
      if (sum > 0) sums.push([newest - back, sum]);
    }
    const width = this.#widths[jail] ?? 0;
    // Of those that are half way; the others will have others by then.
    const limit = (this.#jails[jail]?.options?.maxRetry ?? 0) * HUNDREDTHS;
    const isNear = sums.reduce((sum, [, each]) => sum + each, 0) >= limit / 2;
    const lines = isNear ? this.#places(at).flatMap((place) => this.#lines.read(place) ?? []) : [];
    const content: Content = [width, this.#floats[at + FIRST] ?? 0, latest, sums, lines.map(keptOf)];
    return { key, until: latest + width * BUCKETS, content: sums.length > 0 ? JSON.stringify(content) : undefined };
  }

  #stamp(at: number, time: number): void {
    const first = this.#floats[at + FIRST] ?? 0;
    if (first === 0 || time < first) this.#floats[at + FIRST] = time;
    if (time > (this.#floats[at + LATEST] ?? 0)) this.#floats[at + LATEST] = time;
  }

  /** Zero is for none, so what is kept is one more than the place. */
  #keepPlace(at: number, place: number): void {
    const last = at + PLACE + PLACES - 1;
    // For so few, the call that copies them costs more than all else here.
    for (let i = at + PLACE; i < last; i++) this.#floats[i] = this.#floats[i + 1] ?? 0;
    this.#floats[last] = place + 1;
  }

  /** Adds to a bucket; those between the latest and a newer one are emptied. */
  #put(at: number, bucket: number, weight: number): void {
    const newest = this.#floats[at + BUCKET] ?? 0;
    if (bucket <= newest - BUCKETS) return;
    if (bucket > newest) {
      if (bucket - newest >= BUCKETS) {
        this.#floats.fill(0, at + SUMS, at + STRIDE);
        this.#floats[at + FIRST] = 0;
      } else {
        for (let each = newest + 1; each <= bucket; each++) this.#floats[at + SUMS + slotOf(each)] = 0;
      }
      this.#floats[at + BUCKET] = bucket;
    }
    const slot = at + SUMS + slotOf(bucket);
    this.#floats[slot] = (this.#floats[slot] ?? 0) + weight;
  }

  /** The weight of the sixteen buckets that end with one. */
  #sum(at: number, bucket: number): number {
    const newest = this.#floats[at + BUCKET] ?? 0;
    const gone = Math.max(0, bucket - newest);
    let sum = 0;
    if (gone === 0) for (let slot = 0; slot < BUCKETS; slot++) sum += this.#floats[at + SUMS + slot] ?? 0;
    else for (let back = 0; back < BUCKETS - gone; back++) sum += this.#floats[at + SUMS + slotOf(newest - back)] ?? 0;
    return sum;
  }

  /** Where the record of a subject begins. */
  #open({ w0, w1, w2, w3 }: Address, tag: number, now: number): number {
    let index = this.#table.index(w0, w1, w2, w3, tag);
    if (index < 0) {
      this.#makeRoom(now);
      index = this.#table.index(w0, w1, w2, w3, tag);
    }
    if ((index + 1) * STRIDE > this.#floats.length) {
      const larger = new Float64Array(this.#floats.length * 2);
      larger.set(this.#floats);
      this.#floats = larger;
    }
    return index * STRIDE;
  }

  #makeRoom(now: number): void {
    const old = this.#table;
    const latest = Float64Array.from({ length: old.size }, (_, index) => this.#floats[index * STRIDE + LATEST] ?? 0);
    const middle = latest.slice().sort()[old.size >>> 1] ?? 0;
    const kept = new AddressTable(WATCHED_MAX);
    for (let index = 0; index < old.size; index++) {
      if ((latest[index] ?? 0) <= middle || this.#isEmpty(index, now)) {
        if (latest[index] === 0 && this.#changed[index] === 1) this.#emptied.push(this.#rowOf(index));
        continue;
      }
      const word = (number: number): number => old.word(index, number);
      const to = kept.index(word(0), word(1), word(2), word(3), word(4));
      this.#floats.copyWithin(to * STRIDE, index * STRIDE, (index + 1) * STRIDE);
      this.#changed[to] = this.#changed[index] ?? 0;
    }
    this.#table = kept;
    this.#changed.fill(0, kept.size);
    this.#floats.fill(0, kept.size * STRIDE);
  }
}

type Content = readonly [
  width: number,
  first: number,
  latest: number,
  sums: ReadonlyArray<readonly [bucket: number, sum: number]>,
  lines: readonly KeptEvidence[],
];

/** Written by this program in a transaction, so it is what it was. */
function readContent(content: string): Content {
  return JSON.parse(content);
}

/** Which of the sixteen a bucket is kept in. Not by a remainder: of floats it takes as long as all the rest. */
function slotOf(bucket: number): number {
  return bucket & (BUCKETS - 1);
}
