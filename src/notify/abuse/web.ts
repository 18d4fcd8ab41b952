/** Asks a service by HTTP: no redirects, a bounded answer, a time to give up; secrets are in no error. */
import { printable } from '../../base/text.ts';
import { DeliveryError } from '../channel.ts';

export interface Answer {
  readonly status: number;
  /** The beginning of the body, harmless to show. */
  readonly text: string;
  /** Milliseconds that the service asks to be left alone. */
  readonly waitMs: number | undefined;
}

export interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Who does not answer a form for so long does not answer. */
const TIMEOUT_MS = 10_000;
/** An answer is a line of JSON. */
const ANSWER_MAX = 65_536;
const SHOWN_MAX = 200;

/** @throws DeliveryError when there is no answer */
export async function ask({ url, headers, form, signal }: Question): Promise<Answer> {
  const host = new URL(url).host;
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'application/json', ...headers },
      body: new URLSearchParams(form),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const { status } = response;
    const text = await beginningOf(response);
    return { status, text: printable(text), waitMs: waitOf(response.headers.get('retry-after')) };
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError(`${host} does not answer: ${whyOf(error)}`);
  }
}

/** What a service said, for a person: short, and harmless to show. */
export function said(text: string): string {
  const one = text.replace(/\s+/g, ' ').trim();
  return one === '' ? '' : `: ${one.slice(0, SHOWN_MAX)}`;
}

/** The rest is not waited for. */
async function beginningOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > ANSWER_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_MAX).toString('utf8');
}

/** `Retry-After` in seconds; as a date, which neither service uses, it is not heeded. */
function waitOf(given: string | null): number | undefined {
  return given !== null && /^\d{1,7}$/.test(given) ? Number(given) * 1_000 : undefined;
}

/** The codes of sockets say enough, and the messages of `fetch` do not. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'not in time';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}
