/** One GET of a public service: what its answer amounts to. No redirect is followed here. */
import type { LookupFunction } from 'node:net';
import { exchange, type HttpAnswer } from '../../base/http.ts';

export type HttpReply =
  | { readonly state: 'body'; readonly type: string; readonly body: Buffer }
  | { readonly state: 'redirect'; readonly to: string }
  /** 429 and 503: when it wishes to be asked again is in the headers. */
  | { readonly state: 'busy'; readonly headers: HttpAnswer['headers'] }
  | { readonly state: 'refused'; readonly status: number }
  | { readonly state: 'failed'; readonly why: string };

export interface HttpOptions {
  /** What is understood, for `Accept`. */
  readonly accept: string;
  /** Who we are. */
  readonly agent: string;
  /** Of the body; an answer with more is none. */
  readonly bytesMax: number;
  readonly lookup: LookupFunction;
  readonly signal: AbortSignal;
}

/** Never rejects. */
export async function get(url: URL, { accept, agent, bytesMax, lookup, signal }: HttpOptions): Promise<HttpReply> {
  const failed = (why: string): HttpReply => ({
    state: 'failed',
    why: `${url.host}: ${signal.aborted ? 'no answer in time' : why}`,
  });
  try {
    const headers = { accept, 'user-agent': agent };
    const isRead = (status: number): boolean => status === 200;
    const answer = await exchange(url, { method: 'GET', headers, bytesMax, isRead, lookup, signal });
    const fault = answer.status === 200 ? faultOf(answer, bytesMax) : undefined;
    return fault === undefined ? replyOf(answer) : failed(fault);
  } catch (error) {
    return failed(sentenceOf(error));
  }
}

function faultOf({ headers, end }: HttpAnswer, bytesMax: number): string | undefined {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return 'the answer is compressed, which was not asked for';
  if (end === 'cut') return `the answer has more than ${bytesMax} bytes`;
  return end === 'broken' ? 'the answer ended too early' : undefined;
}

function replyOf({ status, headers, body }: HttpAnswer): HttpReply {
  if (status === 200) return { state: 'body', type: headers['content-type'] ?? '', body };
  if (status === 429 || status === 503) return { state: 'busy', headers };
  const isRedirect = [301, 302, 303, 307, 308].includes(status) && headers.location !== undefined;
  return isRedirect ? { state: 'redirect', to: headers.location ?? '' } : { state: 'refused', status };
}

/** Short: what a server or a library says may be long. */
function sentenceOf(error: unknown): string {
  return (error instanceof Error ? error.message || error.name : String(error)).slice(0, 200);
}
