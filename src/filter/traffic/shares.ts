/**
 * Who had a large share of a log's requests, an hour and more ago. A proxy, a NAT or a monitor did; whoever begins a flood
 * now did not. Of the keys (addresses, IPv6 by network) that samples have, the few that have most are kept.
 */

/** What has a ninth of the samples, or more, is among the eight that are kept (Misra and Gries). */
const KEPT = 8;
/** Only what is older than this is the past: whoever is banned for a flood was not part of it so long ago. */
const HOUR_MS = 3_600_000;
/** Fewer samples say nothing of a log; they are 64 KiB of it, some hundreds of requests. */
const KNOWN = 4;
/** Halved beyond this: a site that moved behind a proxy is a new one within some megabytes of its log. */
const PAST_MAX = 256;
/** A large share: at least so many samples, and one in so many. */
const LARGE = 3;
const LARGE_PART = 20;

/** JSON of it. */
export interface SharesState {
  readonly since: number | null;
  readonly total: number;
  readonly counts: ReadonlyArray<readonly [string, number]>;
  readonly pastTotal: number;
  readonly past: ReadonlyArray<readonly [string, number]>;
}

export class Shares {
  /** Of the samples since the past ended: the time of the first, and how many. */
  #since = Number.NaN;
  #total = 0;
  /** Side by side, as many as `#size` says: they change with every sample where clients are many, and arrays are slow to. */
  readonly #keys: string[] = new Array(KEPT).fill('');
  readonly #counts: number[] = new Array(KEPT).fill(0);
  #size = 0;
  #pastTotal = 0;
  #past = new Map<string, number>();

  add(key: string, time: number): void {
    if (this.#total === 0 || time < this.#since) this.#since = time;
    this.#total++;
    for (let index = 0; index < this.#size; index++) {
      if (this.#keys[index] !== key) continue;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
      return;
    }
    if (this.#size < KEPT) this.#put(key, 1);
    else this.#lessenAll();
  }

  /** The log's clock moved: what is an hour old becomes the past. */
  turn(time: number): void {
    if (this.#total === 0 || time - this.#since < HOUR_MS) return;
    for (const [key, count] of this.#pairs()) this.#past.set(key, (this.#past.get(key) ?? 0) + count);
    this.#pastTotal += this.#total;
    this.#size = 0;
    this.#total = 0;
    this.#shorten();
  }

  /** Whether the past is known, and somebody had no large share in it. */
  isNew(key: string): boolean {
    if (this.#pastTotal < KNOWN) return false;
    const count = this.#past.get(key) ?? 0;
    return count < LARGE || count * LARGE_PART < this.#pastTotal;
  }

  save(): SharesState {
    const [total, pastTotal] = [this.#total, this.#pastTotal];
    const since = Number.isNaN(this.#since) ? null : this.#since;
    return { since, total, counts: this.#pairs(), pastTotal, past: [...this.#past] };
  }

  restore({ since, total, counts, pastTotal, past }: SharesState): void {
    this.#since = since ?? Number.NaN;
    this.#total = total;
    this.#size = 0;
    for (const [key, count] of counts.slice(0, KEPT)) this.#put(key, count);
    this.#pastTotal = pastTotal;
    this.#past = new Map(past);
  }

  #put(key: string, count: number): void {
    this.#keys[this.#size] = key;
    this.#counts[this.#size++] = count;
  }

  #pairs(): Array<readonly [string, number]> {
    return this.#keys.slice(0, this.#size).map((key, index) => [key, this.#counts[index] ?? 0]);
  }

  #lessenAll(): void {
    let kept = 0;
    for (let index = 0; index < this.#size; index++) {
      const count = (this.#counts[index] ?? 0) - 1;
      if (count === 0) continue;
      this.#keys[kept] = this.#keys[index] ?? '';
      this.#counts[kept++] = count;
    }
    this.#size = kept;
  }

  /** The largest are kept, each less the largest of those that are not: what came together cannot grow by chance. */
  #shorten(): void {
    const sorted = [...this.#past].sort(([, a], [, b]) => b - a);
    const [, least] = sorted[KEPT] ?? ['', 0];
    const part = this.#pastTotal > PAST_MAX ? 2 : 1;
    const left = sorted.map(([key, count]) => [key, (count - least) / part] as const).filter(([, count]) => count > 0);
    this.#past = new Map(left);
    this.#pastTotal /= part;
  }
}
