/**
 * Floods of requests: an address that makes more of them in a span of time than any visitor. The spans are those of the
 * clock (ten seconds that begin at 0, 10, 20, ...), so that what is counted where does not depend on who reads from where.
 *
 * Few lines are taken apart. A first look puts each line of a span into a bucket by its peer; only lines of buckets that
 * are well filled are read in full, and only those count. A span with fewer lines than a flood takes need not be looked
 * at at all, once its end is known.
 *
 * Not counted: requests of users that the server names, because programs that synchronize files make hundreds in a row;
 * and those of addresses that are not of the internet, because these are one's own proxies and programs. Files that belong
 * to a page (pictures, scripts, styles, tiles of a map) count a fifth.
 */
import { type Address, countedNetwork, type Network } from '../../base/address.ts';
import { isSheltered } from '../../base/sheltered.ts';
import type { Attempt, Chunk } from '../../model.ts';
import { clientOf, nameOf } from '../client.ts';
import type { Format } from '../definition.ts';
import type { Envelope, Span } from '../envelope/envelope.ts';
import { ENVELOPES } from '../envelope/index.ts';
import { withoutReturn } from '../recognize.ts';
import type { Timestamps } from '../timestamp.ts';
import { FLOOD_PATTERN } from './patterns.ts';
import { BUCKETS, spanOf, type WebLines } from './web-lines.ts';

export interface FloodOptions {
  /** So many requests, files of pages counting a fifth ... */
  readonly requests: number;
  /** ... in one span of so many milliseconds. */
  readonly withinMs: number;
}

/** The lines of a bucket in a span that are not taken apart: a page with all its pictures is about so many. */
export const UNREAD = 32;
/** Of those whose requests are counted in a span; a flooder whose turn does not come is among the first in the next one. */
const CLIENTS_MAX = 4_096;
/** Counted in fifths. */
const WHOLE = 5;
const PART = 1;
/** No line of a request is shorter, its newline included: `:: - - [03/Oct/2024:12:00:01 +0000] "" 400 `. */
const SHORTEST = 44;
const NEWLINE = 10;

/** A file that a page is made of, when there is one of that name. */
const FILE =
  /^(?:GET|HEAD) [^ ?]*\.(?:avif|bmp|css|eot|gif|ico|jpe?g|js|m4s|map|mjs|mvt|otf|pbf|png|svg|ts|ttf|vtt|webm|webp|woff2?)(?:\?[^ ]*)? HTTP\//i;
const SERVED = /^(?:2\d\d|304)$/;

/** What lines are read with. */
export interface Reading {
  readonly chunk: Chunk;
  readonly timestamps: Timestamps;
  /** What the patterns made of the chunk. */
  readonly attempts: readonly Attempt[];
  /** What is told beside them. */
  readonly told: Attempt[];
}

/** Whole lines of a chunk, all in the span that begins at `span`. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly span: number;
}

export interface RateOptions extends FloodOptions {
  readonly format: Format;
  readonly lines: WebLines;
  readonly trustedProxies: readonly Network[];
  readonly ipv6Prefix: number;
  /** Whether somebody made few requests before; it does not change within a span. */
  isNew(key: string): boolean;
}

/** JSON of it. */
export interface RateState {
  readonly lines: number;
  readonly buckets: ReadonlyArray<readonly [bucket: number, lines: number]>;
  readonly clients: ReadonlyArray<readonly [key: string, fifths: number]>;
}

/** By whom requests are counted: IPv6 by network. */
export function keyOf(address: Address, ipv6Prefix: number): string {
  return countedNetwork(address, ipv6Prefix).text;
}

export class RequestRate {
  readonly #options: RateOptions;
  /** Of the span: lines looked at, lines by bucket (no more than `UNREAD` are told apart), requests by client in fifths. */
  #lines = 0;
  readonly #buckets = new Uint8Array(BUCKETS);
  /** Which buckets have lines, and how many do. */
  readonly #filled = new Uint16Array(BUCKETS);
  #filledCount = 0;
  #clients = new Map<string, number>();

  constructor(options: RateOptions) {
    this.#options = options;
  }

  /** Counts lines; more of their span may follow in the next chunk. */
  count(reading: Reading, part: Part): void {
    const { bytes } = reading.chunk;
    const { lines } = this.#options;
    for (let at = part.from; at < part.to; ) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? part.to : newline;
      this.#lines++;
      const bucket = lines.bucketOf(bytes, at, end);
      const filled = this.#buckets[bucket] ?? 0;
      if (filled >= UNREAD) {
        const attempt = this.#read(reading, { at, end, span: part.span });
        if (attempt) reading.told.push(attempt);
      } else {
        this.#buckets[bucket] = filled + 1;
        if (filled === 0) this.#filled[this.#filledCount++] = bucket;
      }
      at = end + 1;
    }
  }

  /** Likewise the last lines of a span, which need not be counted when there are too few for a flood. */
  countLast(reading: Reading, part: Part): void {
    if (this.#mayFlood(reading.chunk.bytes, part)) this.count(reading, part);
    this.clear();
  }

  /** Another span begins. */
  clear(): void {
    if (this.#lines === 0) return;
    for (let i = 0; i < this.#filledCount; i++) this.#buckets[this.#filled[i] ?? 0] = 0;
    this.#filledCount = 0;
    // Spans are many, clients that are counted few; to clear an empty map makes a new one.
    if (this.#clients.size > 0) this.#clients.clear();
    this.#lines = 0;
  }

  save(): RateState {
    const filled = [...this.#filled.subarray(0, this.#filledCount)];
    const buckets = filled.map((bucket) => [bucket, this.#buckets[bucket] ?? 0] as const);
    return { lines: this.#lines, buckets, clients: [...this.#clients] };
  }

  restore({ lines, buckets, clients }: RateState): void {
    this.clear();
    this.#lines = lines;
    for (const [bucket, count] of buckets) {
      this.#buckets[bucket] = count;
      this.#filled[this.#filledCount++] = bucket;
    }
    this.#clients = new Map(clients);
  }

  /** Whether the span has lines enough: a flood is `requests` lines beyond the first of a bucket. */
  #mayFlood(bytes: Buffer, { from, to }: Part): boolean {
    const missing = this.#options.requests - this.#lines;
    if (to - from < missing * SHORTEST) return false;
    let lines = -UNREAD;
    for (let at = bytes.indexOf(NEWLINE, from); at >= 0 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) {
      if (++lines >= missing) return true;
    }
    return false;
  }

  #read({ chunk, timestamps, attempts }: Reading, { at, end, span }: { at: number; end: number; span: number }) {
    const { format, lines, withinMs, requests } = this.#options;
    if (end - at > lines.longest) return undefined;
    const line = spanOf(chunk.bytes, { at, end });
    const envelope = ENVELOPES[format](line, timestamps);
    // Lines have times of their own: the first ones behind a pause belong to another span than the last look.
    if (!envelope || !(envelope.time >= span && envelope.time < span + withinMs)) return undefined;
    const client = this.#clientOf(envelope);
    if (!client) return undefined;
    const key = keyOf(client, this.#options.ipv6Prefix);
    const before = this.#clients.get(key);
    if (before === undefined && this.#clients.size >= CLIENTS_MAX) return undefined;
    const fifths = (before ?? 0) + (isFile(envelope) ? PART : WHOLE);
    this.#clients.set(key, fifths);
    const offset = chunk.offset + at;
    // One line makes one attempt: where the daemon goes on after a crash is known by lines.
    if (fifths < requests * WHOLE || attempts.some((attempt) => attempt.offset === offset)) return undefined;
    this.#clients.delete(key);
    return this.#options.isNew(key) ? attemptOf(line, { envelope, client, offset, chunk }) : undefined;
  }

  /** Whose request it is, where it counts. */
  #clientOf({ access }: Envelope): Address | undefined {
    if (!access) return undefined;
    // A name that was refused is anybody's.
    if (nameOf(access) !== undefined && access.status !== '401') return undefined;
    const client = clientOf(access, this.#options.trustedProxies);
    return client === undefined || client === 'withheld' || isSheltered(client) ? undefined : client;
  }
}

function isFile({ field, access }: Envelope): boolean {
  return access !== undefined && SERVED.test(access.status) && FILE.test(field.text);
}

function attemptOf(
  line: Span,
  { envelope, client, offset, chunk }: { envelope: Envelope; client: Address; offset: number; chunk: Chunk },
): Attempt {
  return {
    time: envelope.time,
    address: client,
    pattern: FLOOD_PATTERN,
    user: undefined,
    target: envelope.field.text.slice(0, -1),
    file: chunk.file,
    offset,
    count: 1,
    session: '',
    line: line.text.slice(0, withoutReturn(line)),
  };
}
