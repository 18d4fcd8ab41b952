/**
 * One request to a web service, with a limit on everything: 10 seconds, no redirects, 64 KiB of an answer, certificates
 * always checked, no proxy of the environment. What went wrong is told by the name of the server and what it gave as the
 * reason; never by its whole address, in which many services have their secret.
 */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type Clock, systemClock } from '../../base/clock.ts';
import { errorCode } from '../../base/problem.ts';
import { DeliveryError } from '../channel.ts';
import { hasMuchTime, reasonIn, waitFor } from './answer.ts';
import { FAR, FAR_CODE, isNear, lookupNear } from './near.ts';

export interface Endpoint {
  /** http or https. */
  readonly url: URL;
  /** What must not be told to anybody: it is cut out of what a server says. */
  readonly secrets: readonly string[];
  /** That http may be used beyond this machine and private networks. */
  readonly isPlainAllowed: boolean;
  /** 10 seconds when not given. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

export interface Message {
  readonly method: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** Chats answer within one second. */
const TIMEOUT_MS = 10_000;
/** Reasons for a refusal have a line; the rest of a page that a proxy gives instead is of no use. */
const ANSWER_MAX = 65_536;

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Sends it; a service that takes it says so by its status alone. @throws DeliveryError */
export async function deliver(endpoint: Endpoint, message: Message, signal: AbortSignal): Promise<void> {
  const answer = await exchange(endpoint, message, signal);
  if (answer.status >= 200 && answer.status < 300) return;
  const { clock = systemClock } = endpoint;
  const reason = reasonIn(answer.body, endpoint.secrets);
  const what = `${endpoint.url.host} says ${answer.status}${reason === undefined ? '' : `: ${reason}`}`;
  const isElsewhere = answer.status >= 300 && answer.status < 400;
  throw new DeliveryError(isElsewhere ? `${what}, a redirect, which is not followed` : what, {
    isFinal: isFinal(answer.status),
    ...waitFor(answer.headers, answer.body, clock),
  });
}

/** Whether it would be refused again: it has moved for good, or is wrong, rather than early or too much. */
function isFinal(status: number): boolean {
  if (status === 301 || status === 308) return true;
  return status >= 400 && status < 500 && !hasMuchTime(status);
}

async function exchange(endpoint: Endpoint, message: Message, signal: AbortSignal): Promise<Answer> {
  const { url, isPlainAllowed, timeoutMs = TIMEOUT_MS } = endpoint;
  if (url.protocol === 'http:' && !isPlainAllowed && isIP(bareHost(url)) !== 0 && !isNear(bareHost(url)))
    throw new DeliveryError(`${url.host}: ${FAR}`, { isFinal: true });
  const ending = new AbortController();
  const end = (): void => ending.abort();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    if (signal.aborted) end();
    return await send(endpoint, message, ending.signal);
  } catch (error) {
    if (signal.aborted) throw new DeliveryError('interrupted');
    if (isLate) throw new DeliveryError(`${url.host} gives no answer within ${timeoutMs / 1_000} seconds`);
    throw new DeliveryError(`${url.host} cannot be reached (${faultIn(error)})`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

/** The code alone: the text of an error may have the address in it. */
function faultIn(error: unknown): string {
  const code = errorCode(error);
  if (code === FAR_CODE) return FAR;
  return code !== undefined && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'no HTTP';
}

function send({ url, isPlainAllowed }: Endpoint, message: Message, signal: AbortSignal): Promise<Answer> {
  const body = Buffer.from(message.body);
  const options: RequestOptions = {
    method: message.method,
    headers: {
      'User-Agent': 'rapsheet',
      'Content-Type': 'application/json',
      ...message.headers,
      'Content-Length': String(body.length),
      Connection: 'close',
    },
    // An agent of its own: the common one may be led through a proxy by the environment.
    agent: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage): void => resolve(answerOf(response));
    const request =
      url.protocol === 'https:'
        ? // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
          httpsRequest(url, { ...options, rejectUnauthorized: true }, take)
        : httpRequest(url, isPlainAllowed ? options : { ...options, lookup: lookupNear }, take);
    request.on('error', reject);
    request.end(body);
  });
}

/**
 * A message that was taken is sent: nothing that happens while its answer is read may say otherwise, or it would be sent
 * again. What is read of a refusal is as much as comes.
 */
async function answerOf(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const isTaken = status >= 200 && status < 300;
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    if (!isTaken)
      for await (const piece of response) {
        pieces.push(Buffer.from(piece));
        size += pieces.at(-1)?.length ?? 0;
        if (size >= ANSWER_MAX) break;
      }
  } catch {
    // It broke off, or took too long: the status says enough.
  }
  response.on('error', () => undefined);
  response.destroy();
  return { status, headers, body: Buffer.concat(pieces).subarray(0, ANSWER_MAX).toString('utf8') };
}

/** Without the brackets of IPv6. */
function bareHost({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
