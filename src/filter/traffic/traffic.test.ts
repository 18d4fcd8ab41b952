/** What is told of traffic depends on the log alone: not on the pieces in which it is read, nor on what is passed over. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UTC } from '../../base/zone.ts';
import type { Attempt } from '../../model.ts';
import { readAccess } from '../envelope/access.ts';
import { elsewhere, type FilterState } from '../filter.ts';
import { Timestamps } from '../timestamp.ts';
import { UNREAD } from './request-rate.ts';
import { accessLine, passed, passedInChunks, requests, type SampleRequest, visitors, webFilter } from './sample.ts';
import { Shares } from './shares.ts';
import { WEB_LINES, type WebLines } from './web-lines.ts';

const FLOOD = { requests: 20, withinMs: 10_000 };
const BEFORE = visitors().map(accessLine).join('');

interface Burst {
  readonly who: string;
  readonly count: number;
  readonly stepMs: number;
  /** Between it and the last one: clocks are set back, too. */
  readonly gapMs: number;
  readonly shape: 'usual' | 'CR LF' | 'long' | 'no line of a request' | 'hosted';
}

const bursts = fc.array(
  fc.record<Burst>({
    who: fc.constantFrom('203.0.113.7', '203.0.113.8', '2001:db8::7', '2001:db8::8', '10.0.0.1'),
    count: fc.integer({ min: 1, max: 300 }),
    stepMs: fc.constantFrom(0, 10, 200, 3_000),
    gapMs: fc.oneof(
      fc.integer({ min: -3_000, max: 12_000 }),
      fc.constantFrom(-20_000_000, -4_000_000, -600_000, 0, 3_700_000, 9_000_000),
    ),
    shape: fc.oneof(
      { weight: 6, arbitrary: fc.constant('usual' as const) },
      fc.constantFrom('CR LF' as const, 'long' as const, 'no line of a request' as const, 'hosted' as const),
    ),
  }),
  { maxLength: 14 },
);

function logOf(given: readonly Burst[]): string {
  let at = 0;
  const lines = given.flatMap(({ who, count, stepMs, gapMs, shape }) => {
    const made = requests(count, { address: who, at: at + gapMs, stepMs });
    at += gapMs + count * stepMs;
    return made.map((request, i) => shaped(request, shape, i));
  });
  return BEFORE + lines.join('');
}

function shaped(request: SampleRequest, shape: Burst['shape'], i: number): string {
  switch (shape) {
    case 'usual':
      return accessLine(request);
    case 'CR LF':
      return accessLine(request).replace('\n', '\r\n');
    case 'long':
      // Longer than a cell, and in part longer than a line may be.
      return accessLine(i % 3 === 0 ? { ...request, request: `GET /${'a'.repeat(8_500 + i * 20)} HTTP/1.1` } : request);
    case 'no line of a request':
      return i % 2 === 0 ? accessLine(request) : '203.0.113.7 - - [\n';
    case 'hosted':
      return `${'h'.repeat(i * 3)}.example.org:80 ${accessLine(request)}`;
  }
}

describe('traffic', () => {
  it('tells the same wherever the log is cut, also when another process goes on there', () => {
    let floods = 0;
    const cuts = fc.array(fc.double({ min: 0.4, max: 1, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(bursts, cuts, fc.boolean(), (given, places, restarts) => {
        const text = logOf(given);
        const whole = essence(passed(webFilter({ flood: FLOOD }), text));
        const pieces = cut(text, places);
        let filter = webFilter({ flood: FLOOD });
        const told: Attempt[] = [];
        for (const { at, piece } of pieces) {
          told.push(...passed(filter, piece, at));
          if (restarts) filter = webFilter({ flood: FLOOD }, reread(filter.save()));
        }
        floods += whole.length;
        expect(essence(told)).toEqual(whole);
      }),
      { numRuns: 150 },
    );
    expect(floods).toBeGreaterThan(100);
  });

  it('tells the same line by line', () => {
    fc.assert(
      fc.property(bursts, (given) => {
        const text = logOf(given.slice(0, 5));
        const lines = passedInChunks(webFilter({ flood: FLOOD }), text, 1);
        expect(essence(lines)).toEqual(essence(passedInChunks(webFilter({ flood: FLOOD }), text)));
      }),
      { numRuns: 25 },
    );
  });

  it('passes over nothing that would be told if every line were counted', () => {
    let floods = 0;
    fc.assert(
      fc.property(bursts, (given) => {
        const text = logOf(given);
        const expected = everyLineCounted(text);
        floods += expected.length;
        const told = passedInChunks(webFilter({ flood: FLOOD }), text);
        expect(told.filter(({ count }) => count > 0).map(({ offset }) => offset)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
    expect(floods).toBeGreaterThan(100);
  });

  it('begins anew in another part of the log, but knows who had which share', () => {
    const flood = requests(104, {}).map(accessLine).join('');
    const split = flood.indexOf('\n', flood.length / 2) + 1;
    const first = webFilter({ flood: FLOOD });
    expect(passed(first, BEFORE + flood.slice(0, split))).toEqual([]);
    const state = reread(first.save());
    expect(passed(webFilter({ flood: FLOOD }, state), flood.slice(split), BEFORE.length + split)).not.toEqual([]);
    expect(passed(webFilter({ flood: FLOOD }, elsewhere(state)), flood.slice(split))).toEqual([]);
    // Nobody knows that the client is new unless the log was known before.
    const more = requests(300, {}).map(accessLine).join('');
    expect(passed(webFilter({ flood: FLOOD }, elsewhere(state)), more)).not.toEqual([]);
    expect(passed(webFilter({ flood: FLOOD }), more)).toEqual([]);
  });
});

function cut(text: string, places: readonly number[]): Array<{ at: number; piece: string }> {
  const ends = places.map((place) => text.indexOf('\n', Math.floor(place * (text.length - 1))) + 1);
  const sorted = [...new Set([0, ...ends, text.length])].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => ({ at: sorted[i] ?? 0, piece: text.slice(sorted[i], end) }));
}

/** Floods only: that nearly all is one peer's is told again after a restart. */
function essence(attempts: readonly Attempt[]): unknown[] {
  return attempts
    .filter(({ count }) => count > 0)
    .map(({ time, address, offset, line, pattern }) => [time, address.text, offset, line, pattern.kind]);
}

/** As the ledger keeps it. */
function reread(state: FilterState): FilterState {
  return JSON.parse(JSON.stringify(state));
}

interface Counted {
  readonly buckets: Map<number, number>;
  readonly clients: Map<string, number>;
}

/** The rules in their plainest form: line by line, nothing passed over. The offsets of the floods. */
function everyLineCounted(text: string): number[] {
  const lines = WEB_LINES.access;
  if (!lines) throw new RangeError('there are no access logs');
  const timestamps = new Timestamps({ zone: UTC, modified: 0 });
  const shares = new Shares();
  const floods: number[] = [];
  let counted: Counted = { buckets: new Map(), clients: new Map() };
  let [next, span, last, busy] = [0, Number.NaN, Number.NaN, false];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = { text: text.slice(at, end + 1), start: 0, end: end - at };
    const request = line.end > lines.longest ? undefined : readAccess(line, timestamps);
    const time = request?.time ?? Number.NaN;
    const cell = Math.floor(at / lines.cell);
    if (cell >= next) {
      const isLate = time < span && spanOf(time) >= span - 3_600_000;
      if (!Number.isNaN(time) && !isLate) {
        busy = Math.abs(time - last) <= FLOOD.withinMs;
        last = time;
        if (spanOf(time) !== span) {
          shares.turn(time);
          span = spanOf(time);
          counted = { buckets: new Map(), clients: new Map() };
        }
      }
      if (cell % 2 === 0 && request?.access) shares.add(keyOf(request.access.address), time);
      next = busy || cell % 2 === 1 ? cell + 1 : cell + 2;
    }
    if (busy && isFlood(text, { at, end, time, span }, { lines, counted, shares })) floods.push(at);
    at = end + 1;
  }
  return floods;
}

function isFlood(
  text: string,
  { at, end, time, span }: { at: number; end: number; time: number; span: number },
  { lines, counted, shares }: { lines: WebLines; counted: Counted; shares: Shares },
): boolean {
  const bytes = Buffer.from(text.slice(at, end), 'latin1');
  const bucket = lines.bucketOf(bytes, 0, bytes.length);
  const before = counted.buckets.get(bucket) ?? 0;
  counted.buckets.set(bucket, before + 1);
  if (before < UNREAD || !(time >= span && time < span + FLOOD.withinMs)) return false;
  const address = /^(?:\S+ )?([\da-f.:]+) - - \[/.exec(bytes.toString('latin1'))?.[1];
  if (address === undefined || address.startsWith('10.')) return false;
  const key = keyOf(address);
  const count = (counted.clients.get(key) ?? 0) + 1;
  counted.clients.set(key, count < FLOOD.requests ? count : 0);
  return count === FLOOD.requests && shares.isNew(key);
}

function spanOf(time: number): number {
  return Math.floor(time / FLOOD.withinMs) * FLOOD.withinMs;
}

function keyOf(address: string): string {
  return address.includes(':') ? '2001:db8::/64' : address;
}
