/**
 * One request over HTTP or HTTPS, with a limit on everything: no redirect is followed, no more is read than asked for, no
 * compression is understood, certificates are always checked, and no proxy of the environment is used. Whoever else
 * speaks to web servers does it through this.
 */
import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the answer's body; more is not read. */
  readonly bytesMax: number;
  /** Whether the body of an answer with such a status is wanted at all. */
  readonly isRead: (status: number) => boolean;
  /** Finds the addresses of the server's name; the system's own way without it. */
  readonly lookup?: LookupFunction;
  /** Ends it, also in the middle of an answer. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As much as came; empty when it is not wanted. */
  readonly body: Buffer;
  /** Whether that is all: `cut` at `bytesMax`, `broken` off by the server, on the way, or by the signal. */
  readonly end: 'whole' | 'cut' | 'broken';
}

/** Rejects when no status comes, with what Node says of it; that may hold the whole address. */
export function exchange(url: URL, request: HttpRequest): Promise<HttpAnswer> {
  const body = request.body === undefined ? undefined : Buffer.from(request.body);
  const length = body && { 'content-length': String(body.length) };
  const options: RequestOptions = {
    method: request.method,
    headers: { 'accept-encoding': 'identity', ...request.headers, ...length, connection: 'close' },
    signal: request.signal,
    ...(request.lookup && { lookup: request.lookup }),
    // One of its own: the common one may be led through a proxy by the environment.
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage): void => resolve(answerIn(response, request));
    const asking =
      url.protocol === 'https:'
        ? // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
          requestHttps(url, { ...options, rejectUnauthorized: true }, take)
        : requestHttp(url, options, take);
    asking.on('error', reject);
    asking.end(body);
  });
}

/** Never rejects: there is a status, and it counts whatever becomes of the rest. */
async function answerIn(response: IncomingMessage, { bytesMax, isRead }: HttpRequest): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = response;
  const pieces: Buffer[] = [];
  let size = 0;
  let end: HttpAnswer['end'] = 'whole';
  try {
    if (isRead(status))
      for await (const piece of response) {
        const bytes = Buffer.from(piece);
        size += bytes.length;
        pieces.push(bytes);
        if (size > bytesMax) break;
      }
    if (size > bytesMax) end = 'cut';
  } catch {
    end = 'broken';
  }
  response.on('error', () => undefined);
  response.destroy();
  return { status, headers, body: Buffer.concat(pieces).subarray(0, bytesMax), end };
}

/**
 * How long a server asks to be left alone, in milliseconds (`Retry-After`, RFC 9110: seconds, or a date, by the server's
 * clock where it tells it); below 0 for a date that is over; undefined where it does not ask.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, now: number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) return Number(text) * 1_000;
  const [date, told] = [Date.parse(text), Date.parse(headers.date ?? '')];
  // Ours may be wrong.
  return Number.isNaN(date) ? undefined : date - (Number.isNaN(told) ? now : told);
}
