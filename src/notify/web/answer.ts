/** What a web service says when it refuses a message: why, and how long to leave it alone. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { retryAfterMs } from '../../base/http.ts';
import { jsonFields } from '../../base/json.ts';
import { ellipsis, printable } from '../../base/text.ts';

/** Request timeout, too early, too many: the same request may be taken later. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

export function hasMuchTime(status: number): boolean {
  return LATER.has(status);
}

/** Where the services have the reason, in the order in which it tells the most. */
const REASONS = ['description', 'errorDescription', 'detail', 'error', 'errors', 'message', 'errcode'];
const REASON_MAX = 200;
/** AbuseIPDB's are in objects in a list in an object; nobody's are deeper. */
const DEPTH_MAX = 4;

/**
 * The reason in an answer, made harmless; undefined where there is none in a form that a service is known to have. Secrets
 * that the service repeats are cut out.
 */
export function reasonIn(body: string, secrets: readonly string[]): string | undefined {
  const json = jsonFields(body);
  const text = json === undefined ? plainReason(body) : reasonOf(json, DEPTH_MAX);
  if (text === undefined) return undefined;
  const clean = secrets.filter((secret) => secret !== '').reduce(withoutSecret, text);
  return ellipsis(printable(clean), REASON_MAX);
}

/** A text, or the first one where reasons are known to be: in a list, in an object, by the name of what is wrong. */
function reasonOf(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  if (Array.isArray(value)) return reasonOf(value[0], depth - 1);
  const fields = new Map<string, unknown>(Object.entries(value));
  for (const name of REASONS) {
    const found = reasonOf(fields.get(name), depth - 1);
    if (found !== undefined) return found;
  }
  const [name, first] = [...fields][0] ?? [];
  // blocklist.de says {"error":{"apikey":"unknown"}}; of a whole answer, any field may come first.
  return depth < DEPTH_MAX && typeof first === 'string' && first !== '' ? `${name}: ${first}` : undefined;
}

/**
 * Slack answers with a word such as `invalid_blocks`, others with a sentence. Pages of proxies are of no use, and what
 * begins as JSON and is none was cut.
 */
function plainReason(body: string): string | undefined {
  const text = body.replace(/[ \t\r\n]+/g, ' ').trim();
  return text === '' || /^[<[{"]|^null$/.test(text) ? undefined : text;
}

function withoutSecret(text: string, secret: string): string {
  return [secret, encodeURIComponent(secret)].reduce((rest, form) => rest.split(form).join('[secret]'), text);
}

/** How long it asks to be left alone; nothing where it does not. */
export function waitFor(headers: IncomingHttpHeaders, body: string, clock: Clock): { readonly waitMs?: number } {
  const waitMs = retryAfterMs(headers, clock()) ?? bodyWait(body);
  return waitMs === undefined || !(waitMs > 0) || !Number.isFinite(waitMs) ? {} : { waitMs: Math.ceil(waitMs) };
}

/** As Discord (seconds), Telegram (seconds, in `parameters`) and Matrix (milliseconds) say it in the body. */
function bodyWait(body: string): number | undefined {
  const json = jsonFields(body);
  if (!json) return undefined;
  const { retry_after: seconds, retry_after_ms: ms, parameters } = json;
  if (typeof ms === 'number') return ms;
  if (typeof seconds === 'number') return seconds * 1_000;
  const nested: unknown = Reflect.get(Object(parameters), 'retry_after');
  return typeof nested === 'number' ? nested * 1_000 : undefined;
}
