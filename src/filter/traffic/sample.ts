/** Web logs made by hand, for the tests of this folder. */
import { parseNetwork } from '../../base/address.ts';
import { UTC } from '../../base/zone.ts';
import type { Attempt, LogFile } from '../../model.ts';
import { createFilter, type FilterState, type FloodOptions, type LogFilter } from '../filter.ts';
import { samplePatterns } from '../sample.ts';

export const SAMPLE_START = Date.UTC(2024, 9, 3, 12);
const FILE: LogFile = { host: 'web1', path: '/var/log/nginx/access.log', modified: Date.UTC(2024, 10, 1) };
const PATTERNS = samplePatterns({
  ...{ format: 'access', service: 'web' },
  patterns: [{ kind: 'web.probe.env', request: '\\S+ /\\.env HTTP/\\S+' }],
});
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface SampleRequest {
  readonly address?: string;
  /** Milliseconds since `SAMPLE_START`. */
  readonly at?: number;
  readonly name?: string;
  readonly request?: string;
  readonly status?: number;
  readonly agent?: string;
  /** A column behind the agent. */
  readonly forwarded?: string;
}

/** As nginx logs a request. */
export function accessLine(given: SampleRequest): string {
  const { address = '203.0.113.7', at = 0, name = '-', request = 'GET / HTTP/1.1', status = 200 } = given;
  const { agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0', forwarded } = given;
  const time = new Date(SAMPLE_START + at);
  const day = `${String(time.getUTCDate()).padStart(2, '0')}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  const column = forwarded === undefined ? '' : ` "${forwarded}"`;
  const when = `${day}:${time.toISOString().slice(11, 19)} +0000`;
  return `${address} - ${name} [${when}] "${request}" ${status} 512 "https://example.org/" "${agent}"${column}\n`;
}

/** As Caddy logs it. */
export function caddyLine({ address = '203.0.113.7', at = 0, name = '', status = 200 }: SampleRequest): string {
  const request = { remote_ip: address, client_ip: address, proto: 'HTTP/2.0', method: 'GET', uri: '/' };
  const ts = (SAMPLE_START + at) / 1_000;
  return `${JSON.stringify({ level: 'info', ts, msg: 'handled request', request, user_id: name, size: 512, status })}\n`;
}

/** So many requests, `stepMs` apart. */
export function requests(count: number, given: SampleRequest & { readonly stepMs?: number }): SampleRequest[] {
  const { at = 0, stepMs = 20 } = given;
  return Array.from({ length: count }, (_, index) => ({ ...given, at: at + index * stepMs }));
}

/**
 * Two hours of visitors, each with an address of its own, up to `SAMPLE_START`. The last half minute is busy: where little
 * comes, it takes a while until it is noticed that more does.
 */
export function visitors(): SampleRequest[] {
  const usual = requests(1_500, { at: -7_200_000, stepMs: 4_780 });
  return [...usual, ...requests(600, { at: -30_000, stepMs: 50 })].map((request, index) => {
    return { ...request, address: `198.51.${100 + (index % 20)}.${1 + (index % 250)}`, agent: `Browser/${index % 40}` };
  });
}

export interface SampleFilter {
  readonly flood?: FloodOptions | undefined;
  readonly proxies?: readonly string[];
}

/** The filter of a web log, by default with the usual limit for floods. */
export function webFilter({ flood, proxies = [] }: SampleFilter = {}, state?: FilterState): LogFilter {
  const trustedProxies = proxies.flatMap((text) => parseNetwork(text) ?? []);
  const usual = flood ?? { requests: 200, withinMs: 10_000 };
  return createFilter({ patterns: PATTERNS, zone: UTC, trustedProxies, flood: usual, ipv6Prefix: 64 }).open(state);
}

/** What a filter makes of a log that is read in pieces of so many bytes, or cut at these lines. */
export function passed(filter: LogFilter, text: string, offset = 0): Attempt[] {
  const bytes = Buffer.from(text, 'latin1');
  return filter.attempts({ file: FILE, bytes, offset });
}

/** In chunks as the reader makes them: whole lines, 64 KiB at most. */
export function passedInChunks(filter: LogFilter, text: string, size = 65_536): Attempt[] {
  const attempts: Attempt[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.lastIndexOf('\n', Math.min(text.length, at + size) - 1) + 1;
    const next = end > at ? end : text.indexOf('\n', at) + 1;
    attempts.push(...passed(filter, text.slice(at, next), at));
    at = next;
  }
  return attempts;
}

export function floodsIn(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(({ pattern }) => pattern.kind === 'web.flood.rate');
}

export function soleIn(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(({ pattern }) => pattern.isSole);
}
