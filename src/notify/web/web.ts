/**
 * One message to a web service, within 10 seconds and without redirects (`base/http.ts`). What went wrong is told by the
 * name of the service and what it gave as the reason; never by its whole address, in which many have their secret, and
 * with the secrets that it repeats cut out.
 */
import { isIP } from 'node:net';
import { type Clock, systemClock } from '../../base/clock.ts';
import { exchange, type HttpAnswer } from '../../base/http.ts';
import { errorCode } from '../../base/problem.ts';
import { DeliveryError } from '../channel.ts';
import { hasMuchTime, reasonIn, waitFor } from './answer.ts';
import { FAR, FAR_CODE, isNear, lookupNear } from './near.ts';

export interface Endpoint {
  /** http or https. */
  readonly url: URL;
  /** What people call the service; the server's name when not given. */
  readonly name?: string;
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
  /** JSON, or fields of a form. */
  readonly body: string | URLSearchParams;
}

export interface Reply {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  readonly body: string;
  /** That nothing of the body is missing. */
  readonly isWhole: boolean;
}

/** Services answer within one second. */
const TIMEOUT_MS = 10_000;
/** Reasons for a refusal have a line; the rest of a page that a proxy gives instead is of no use. */
const ANSWER_MAX = 65_536;

/**
 * Sends it; a service that takes it says so by its status alone: nothing that happens while the rest of its answer is
 * read may say otherwise, or it would be sent again. @throws DeliveryError
 */
export async function deliver(endpoint: Endpoint, message: Message, signal: AbortSignal): Promise<void> {
  const reply = await send(endpoint, message, { signal, isRead: (status) => !isTaken(status) });
  if (!isTaken(reply.status)) throw refusal(endpoint, reply);
}

/** Sends it and reads what the service says to it, whatever the status. @throws DeliveryError when there is none */
export function ask(endpoint: Endpoint, message: Message, signal: AbortSignal): Promise<Reply> {
  return send(endpoint, message, { signal, isRead: () => true });
}

/** That a service took it. */
export function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What is said of an answer that is none of `isTaken`. */
export function refusal(endpoint: Endpoint, { status, headers, body }: Reply): DeliveryError {
  const reason = reasonIn(body, endpoint.secrets);
  const what = `${nameOf(endpoint)} answers ${status}${reason === undefined ? '' : `: ${reason}`}`;
  const isElsewhere = status >= 300 && status < 400;
  return new DeliveryError(isElsewhere ? `${what}, a redirect, which is not followed` : what, {
    isFinal: isFinal(status),
    ...waitFor(headers, body, endpoint.clock ?? systemClock),
  });
}

/** Whether it would be refused again: it has moved for good, or is wrong, rather than early or too much. */
function isFinal(status: number): boolean {
  if (status === 301 || status === 308) return true;
  return status >= 400 && status < 500 && !hasMuchTime(status);
}

interface Sending {
  readonly signal: AbortSignal;
  readonly isRead: (status: number) => boolean;
}

async function send(endpoint: Endpoint, message: Message, { signal, isRead }: Sending): Promise<Reply> {
  const { url, isPlainAllowed, timeoutMs = TIMEOUT_MS } = endpoint;
  const isPlain = url.protocol === 'http:' && !isPlainAllowed;
  if (isPlain && isIP(bareHost(url)) !== 0 && !isNear(bareHost(url)))
    throw new DeliveryError(`${nameOf(endpoint)}: ${FAR}`, { isFinal: true });
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    const { status, headers, body, end } = await exchange(url, {
      method: message.method,
      headers: { 'user-agent': 'rapsheet', 'content-type': typeOf(message), ...message.headers },
      body: String(message.body),
      bytesMax: ANSWER_MAX,
      isRead,
      ...(isPlain && { lookup: lookupNear }),
      signal: AbortSignal.any([signal, late.signal]),
    });
    return { status, headers, body: body.toString('utf8'), isWhole: end === 'whole' };
  } catch (error) {
    if (signal.aborted) throw new DeliveryError('interrupted');
    const name = nameOf(endpoint);
    if (late.signal.aborted) throw new DeliveryError(`${name} gives no answer within ${timeoutMs / 1_000} seconds`);
    throw new DeliveryError(`${name} cannot be reached (${faultIn(error)})`);
  } finally {
    clearTimeout(timer);
  }
}

function typeOf({ body }: Message): string {
  return typeof body === 'string' ? 'application/json' : 'application/x-www-form-urlencoded';
}

function nameOf({ name, url }: Endpoint): string {
  return name ?? url.host;
}

/** The code alone: the text of an error may have the address in it. */
function faultIn(error: unknown): string {
  const code = errorCode(error);
  if (code === FAR_CODE) return FAR;
  return code !== undefined && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'no HTTP';
}

/** Without the brackets of IPv6. */
function bareHost({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
