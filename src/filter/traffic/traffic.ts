/**
 * What all lines of a web log tell together, beside its hostile ones: floods of requests, and that everybody seems to have
 * one address.
 *
 * Whatever is told depends on the bytes of the log and their offsets alone, not on the pieces in which they are read. The
 * log is divided into cells (web-lines.ts), and the first line that begins in a cell is looked at. The times of these lines
 * are the log's clock, and all lines up to the next look are in the span that it shows. So the ends of spans are known
 * without reading what lies between. Where looks are further apart than a span is long, nothing is counted, and every
 * other cell is looked at; where they are nearer, spans with fewer lines than a flood takes are passed over unread.
 */
import { type Network, parseAddress } from '../../base/address.ts';
import type { Attempt, Chunk } from '../../model.ts';
import { clientOf, isTrusted } from '../client.ts';
import type { Format } from '../definition.ts';
import type { AccessFields, Span } from '../envelope/envelope.ts';
import { ENVELOPES } from '../envelope/index.ts';
import type { Timestamps } from '../timestamp.ts';
import { type ClockState, LogClock } from './log-clock.ts';
import type { Glance, Looks } from './looks.ts';
import { SOLE_PEER_PATTERN } from './patterns.ts';
import { type FloodOptions, keyOf, type RateState, type Reading, RequestRate } from './request-rate.ts';
import { Shares, type SharesState } from './shares.ts';
import { SolePeer, type SolePeerState } from './sole-peer.ts';
import { spanOf, WEB_LINES, type WebLines } from './web-lines.ts';

export interface TrafficOptions {
  readonly trustedProxies: readonly Network[];
  readonly ipv6Prefix: number;
  /** Undefined: floods are not looked for. */
  readonly flood: FloodOptions | undefined;
}

/** Of one log, as JSON. */
export interface TrafficState {
  /** The last cell of which a line was looked at, null before the first. */
  readonly cell: number | null;
  readonly clock: ClockState | null;
  readonly rate: RateState | null;
  readonly shares: SharesState;
  readonly sole: SolePeerState | null;
}

const NEWLINE = 10;
/** Of so many cells one is looked at while little comes, and of one the peer is looked at. */
const COARSE = 2;
/** Of a clock where floods are not looked for. */
const USUAL_MS = 10_000;

export class Traffic {
  readonly #format: Format;
  readonly #lines: WebLines;
  readonly #looks: Looks;
  readonly #options: TrafficOptions;
  readonly #rate: RequestRate | undefined;
  readonly #shares = new Shares();
  readonly #sole = new SolePeer();
  /** The last cell of which a line was looked at. */
  #cell = Number.NEGATIVE_INFINITY;
  #clock: LogClock;

  /** Undefined for formats that are not of web logs. */
  static of(format: Format, options: TrafficOptions): Traffic | undefined {
    const lines = WEB_LINES[format];
    return lines && new Traffic(format, lines, options);
  }

  private constructor(format: Format, lines: WebLines, options: TrafficOptions) {
    this.#format = format;
    this.#lines = lines;
    this.#looks = lines.looks();
    this.#options = options;
    const { flood, trustedProxies, ipv6Prefix } = options;
    const isNew = (key: string): boolean => this.#shares.isNew(key);
    this.#clock = new LogClock(flood?.withinMs ?? USUAL_MS);
    this.#rate = flood && new RequestRate({ ...flood, format, lines, trustedProxies, ipv6Prefix, isNew });
  }

  /** Another part of the log begins, with offsets of its own. Who had which share of the requests is known on. */
  begin(): void {
    this.#cell = Number.NEGATIVE_INFINITY;
    this.#clock = new LogClock(this.#options.flood?.withinMs ?? USUAL_MS);
    this.#rate?.clear();
  }

  /** The attempts of a chunk and what is told beside them, in the order of the lines. */
  pass(chunk: Chunk, attempts: Attempt[], timestamps: Timestamps): Attempt[] {
    const told: Attempt[] = [];
    const reading: Reading = { chunk, attempts, timestamps, told };
    let from = 0;
    for (let at = this.#nextLook(chunk, 0); at >= 0; at = this.#nextLook(chunk, at)) {
      const newline = chunk.bytes.indexOf(NEWLINE, at);
      const line = { at, end: newline < 0 ? chunk.bytes.length : newline };
      if (line.end - at > this.#lines.longest) continue;
      const glance = this.#cell % COARSE === 0 ? this.#looks.glance(chunk.bytes, line, timestamps) : undefined;
      const time = glance?.time ?? this.#looks.time(chunk.bytes, line, timestamps);
      if (Number.isNaN(time)) continue;
      if (this.#reach(time, { from, to: at }, reading)) from = at;
      const sole = glance && this.#see(glance, line, reading);
      if (sole) told.push({ ...sole, offset: chunk.offset + at });
    }
    if (this.#clock.isBusy) this.#rate?.count(reading, { from, to: chunk.bytes.length, span: this.#clock.span });
    if (told.length === 0) return attempts;
    // What is told of a line comes before the attempt that it makes: told twice after a crash, it does no harm.
    return [...told, ...attempts].sort((a, b) => a.offset - b.offset);
  }

  save(): TrafficState {
    return {
      cell: Number.isFinite(this.#cell) ? this.#cell : null,
      clock: this.#clock.save(),
      rate: this.#rate?.save() ?? null,
      shares: this.#shares.save(),
      sole: this.#sole.save() ?? null,
    };
  }

  restore({ cell, clock, rate, shares, sole }: TrafficState): void {
    this.#cell = cell ?? Number.NEGATIVE_INFINITY;
    if (clock) this.#clock.restore(clock);
    if (rate) this.#rate?.restore(rate);
    this.#shares.restore(shares);
    if (sole) this.#sole.restore(sole);
  }

  /** The place in a chunk, behind the last one, of the next line to be looked at; -1 when it is not in the chunk. */
  #nextLook({ bytes, offset }: Chunk, behind: number): number {
    const { cell } = this.#lines;
    const next = this.#clock.isBusy ? this.#cell + 1 : (Math.floor(this.#cell / COARSE) + 1) * COARSE;
    const wanted = Math.max(behind, next * cell - offset);
    const newline = wanted > 0 ? bytes.indexOf(NEWLINE, wanted - 1) : -1;
    if (wanted > 0 && newline < 0) return -1;
    const at = newline + 1;
    if (at >= bytes.length) return -1;
    this.#cell = Math.floor((offset + at) / cell);
    return at;
  }

  /** A look tells the time; the lines since the last one are counted. Whether those behind it are others. */
  #reach(time: number, { from, to }: { from: number; to: number }, reading: Reading): boolean {
    const { span, isBusy } = this.#clock;
    const move = this.#clock.read(time);
    if (move === 'moves') {
      if (isBusy) this.#rate?.countLast(reading, { from, to, span });
      this.#shares.turn(time);
    }
    return move === 'moves' || !isBusy;
  }

  /** Takes note of whose request it is. */
  #see({ time, peer }: Glance, line: { at: number; end: number }, { timestamps, chunk }: Reading): Attempt | undefined {
    if (peer === undefined) return undefined;
    const { trustedProxies, ipv6Prefix } = this.#options;
    let address = peer.includes(':') || trustedProxies.length > 0 ? parseAddress(peer) : undefined;
    let isDirect = true;
    if (isTrusted(address, trustedProxies)) {
      const access = this.#accessOf(spanOf(chunk.bytes, line), timestamps);
      const client = access && clientOf(access, trustedProxies);
      if (!client || client === 'withheld') return undefined;
      isDirect = access.forwarded === '';
      address = client;
    }
    const key = address ? keyOf(address, ipv6Prefix) : peer;
    this.#shares.add(key, time);
    const sole = this.#sole;
    sole.see(isDirect ? key : undefined, time);
    if (sole.wantsAgent) sole.addAgent(this.#accessOf(spanOf(chunk.bytes, line), timestamps)?.agent ?? '');
    if (!sole.isDue(time)) return undefined;
    address ??= parseAddress(peer);
    return address && { ...NOTHING, time, address, file: chunk.file };
  }

  #accessOf(line: Span, timestamps: Timestamps): AccessFields | undefined {
    return ENVELOPES[this.#format](line, timestamps)?.access;
  }
}

/** Of what is no attempt. */
const NOTHING = {
  ...{ pattern: SOLE_PEER_PATTERN, user: undefined, target: undefined },
  ...{ offset: 0, count: 0, session: '', line: '' },
};
