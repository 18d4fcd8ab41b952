/**
 * One GET over HTTP or HTTPS, with a limit on everything: no redirect is followed here, no more is read than asked for, no
 * compression is understood, certificates are always checked, and no proxy of the environment is used.
 */
import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

export type HttpReply =
  | { readonly state: 'body'; readonly type: string; readonly body: Buffer }
  | { readonly state: 'redirect'; readonly to: string }
  /** 429 and 503. `retryAfter`: the header, as it is. */
  | { readonly state: 'busy'; readonly retryAfter: string | undefined }
  | { readonly state: 'refused'; readonly status: number }
  | { readonly state: 'failed'; readonly why: string };

export interface HttpOptions {
  /** What is understood, for `Accept`. */
  readonly accept: string;
  /** Who we are. */
  readonly agent: string;
  /** Of the body; more is not read. */
  readonly bytesMax: number;
  readonly lookup: LookupFunction;
  readonly signal: AbortSignal;
}

/** Never rejects. */
export function get(url: URL, options: HttpOptions): Promise<HttpReply> {
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      const why = options.signal.aborted ? 'no answer in time' : sentenceOf(error);
      resolve({ state: 'failed', why: `${url.host}: ${why}` });
    };
    try {
      const asking = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, optionsOf(url, options));
      asking.on('error', fail);
      asking.on('response', (response) => {
        response.on('error', fail);
        const reply = replyWithoutBody(response);
        if (reply) {
          resolve(reply);
          // What else it says is not heard.
          asking.destroy();
        } else read(response, { url, bytesMax: options.bytesMax, resolve });
      });
      asking.end();
    } catch (error) {
      fail(error);
    }
  });
}

function optionsOf(url: URL, { accept, agent, lookup, signal }: HttpOptions): RequestOptions {
  return {
    ...{ method: 'GET', lookup, signal },
    headers: { accept, 'user-agent': agent, 'accept-encoding': 'identity', connection: 'close' },
    // Of our own: the common one may be told of proxies, or not to check certificates.
    agent: url.protocol === 'https:' ? new HttpsAgent({ rejectUnauthorized: true }) : new HttpAgent(),
  };
}

/** Undefined for an answer whose body is wanted. */
function replyWithoutBody({ statusCode: status = 0, headers }: IncomingMessage): HttpReply | undefined {
  if (status === 200) return undefined;
  if (status === 429 || status === 503) return { state: 'busy', retryAfter: headers['retry-after'] };
  const isRedirect = [301, 302, 303, 307, 308].includes(status) && headers.location !== undefined;
  return isRedirect ? { state: 'redirect', to: headers.location ?? '' } : { state: 'refused', status };
}

function read(
  response: IncomingMessage,
  { url, bytesMax, resolve }: { url: URL; bytesMax: number; resolve: (reply: HttpReply) => void },
): void {
  const { headers } = response;
  const encoding = headers['content-encoding'] ?? 'identity';
  const pieces: Buffer[] = [];
  let size = 0;
  const refuse = (why: string): void => {
    resolve({ state: 'failed', why: `${url.host}: ${why}` });
    response.destroy();
  };
  const tooMuch = `the answer has more than ${bytesMax} bytes`;
  if (encoding !== 'identity') refuse('the answer is compressed, which was not asked for');
  else if (Number(headers['content-length']) > bytesMax) refuse(tooMuch);
  response.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size > bytesMax) refuse(tooMuch);
    else pieces.push(piece);
  });
  response.on('end', () =>
    resolve({ state: 'body', type: headers['content-type'] ?? '', body: Buffer.concat(pieces) }),
  );
  response.on('close', () => resolve({ state: 'failed', why: `${url.host}: the answer ended too early` }));
}

/** Short: what a server or a library says may be long. */
function sentenceOf(error: unknown): string {
  return (error instanceof Error ? error.message || error.name : String(error)).slice(0, 200);
}
