/**
 * Access logs of nginx, Apache and Lighttpd: common, combined, with the virtual host in front or behind the address, with
 * an extra quoted column. They escape quotes and control characters inside fields, so a field ends where its quote does
 * and a client cannot break out of it.
 */
import { parseAddress } from '../../base/address.ts';
import type { Timestamps } from '../timestamp.ts';
import type { Envelope, Span } from './envelope.ts';

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const BRACE = 123;

export function readAccess(line: Span, timestamps: Timestamps): Envelope | undefined {
  return readLine(line, timestamps, headOf);
}

/**
 * Lighttpd's own layout: `ADDRESS HOST NAME`. The host is what the client asked for, but never with a blank in it. It may
 * be an address, and then only the log's name tells whose: some write `HOST ADDRESS NAME`.
 */
export function readLighttpd(line: Span, timestamps: Timestamps): Envelope | undefined {
  return readLine(line, timestamps, (head) => headOf(head) ?? hostBehind(head));
}

/** varnishncsa writes every request with scheme and host, as elsewhere only those stand that ask for a proxy. */
export function readVarnish(line: Span, timestamps: Timestamps): Envelope | undefined {
  const envelope = readAccess(line, timestamps);
  if (!envelope) return undefined;
  const text = envelope.field.text.replace(/^(\S+) https?:\/\/[^/ ]*\//, '$1 /');
  return { ...envelope, field: { text, start: 0, end: text.length - 1 } };
}

type Head = { readonly address: string; readonly name: string };

function readLine(line: Span, timestamps: Timestamps, head: (text: string) => Head | undefined): Envelope | undefined {
  const at = findTime(line, timestamps);
  const fields = at && head(line.text.slice(line.start, at.bracket - 1));
  return fields && readFields(line, at, fields);
}

/** Where a line says when the request came, and where the request begins. */
export interface Found {
  readonly time: number;
  /** Of the bracket before the time. */
  readonly bracket: number;
  readonly request: number;
}

export function findTime({ text, start, end }: Span, timestamps: Timestamps): Found | undefined {
  // No address and no host begins so: a JSON log whose writer does not escape, with such a line in a field.
  if (text.charCodeAt(start) === BRACE) return undefined;
  // A user name may hold a bracket, even a date; only the server's own is followed by a bare quote.
  for (let bracket = text.indexOf('[', start); bracket >= 0 && bracket < end; ) {
    const time = timestamps.common(text, bracket + 1);
    if (!Number.isNaN(time) && text.startsWith('] "', timestamps.end)) {
      return { time, bracket, request: timestamps.end + 3 };
    }
    bracket = text.indexOf('[', bracket + 1);
  }
  return undefined;
}

function readFields(line: Span, at: Found, head: Head): Envelope | undefined {
  const { text, end } = line;
  const requestEnd = endOfQuoted(line, at.request);
  const statusEnd = text.indexOf(' ', requestEnd + 2);
  if (requestEnd < 0 || statusEnd < 0 || statusEnd > end) return undefined;
  // Patterns match up to a newline, and the request ends at its quote: it gets a text of its own.
  const field = `${text.slice(at.request, requestEnd)}\n`;
  const status = text.slice(requestEnd + 2, statusEnd);
  const { agent, forwarded } = tailOf(line, statusEnd);
  return {
    time: at.time,
    field: { text: field, start: 0, end: field.length - 1 },
    process: '',
    pid: '',
    // Field by field: to spread two objects into a third takes longer than all the rest of a line.
    access: { address: head.address, name: head.name, status, agent, forwarded, isForwarded: true },
  };
}

/** What stands before the time: `ADDRESS - NAME`, `HOST[:PORT] ADDRESS - NAME`, or `ADDRESS HOST NAME`; a name may hold blanks. */
export function headOf(head: string): Head | undefined {
  const first = head.indexOf(' ');
  const second = head.indexOf(' ', first + 1);
  if (first < 0 || second < 0) return undefined;
  // The second column is the identity that nobody fills in: `-`. Where it is not, a host stands in front.
  if (second === first + 2 && head.charCodeAt(first + 1) === 45) {
    return { address: head.slice(0, first), name: head.slice(second + 1) };
  }
  const third = head.indexOf(' ', second + 1);
  if (third === second + 2 && head.charCodeAt(second + 1) === 45) {
    return { address: head.slice(first + 1, second), name: head.slice(third + 1) };
  }
  return parseAddress(head.slice(first + 1, second)) ? undefined : hostBehind(head);
}

/** `ADDRESS HOST NAME`. */
function hostBehind(head: string): Head | undefined {
  const first = head.indexOf(' ');
  const second = head.indexOf(' ', first + 1);
  const address = head.slice(0, Math.max(first, 0));
  return second > 0 && parseAddress(address) ? { address, name: head.slice(second + 1) } : undefined;
}

/** ` BYTES "REFERER" "AGENT" ["FORWARDED"]` behind the status, as far as it is there. */
function tailOf(line: Span, at: number): { agent: string; forwarded: string } {
  const fields: string[] = [];
  let open = line.text.indexOf('"', at);
  while (open >= 0 && open < line.end && fields.length < 3) {
    const close = endOfQuoted(line, open + 1);
    if (close < 0) break;
    fields.push(line.text.slice(open + 1, close));
    open = line.text.charCodeAt(close + 1) === SPACE ? close + 2 : -1;
    if (line.text.charCodeAt(open) !== QUOTE) break;
  }
  const forwarded = fields[2] ?? '';
  return { agent: fields[1] ?? '', forwarded: forwarded === '-' ? '' : forwarded };
}

/** The index of the quote that ends a field; a backslash escapes what follows. -1 when the line ends first. */
function endOfQuoted(line: Span, at: number): number {
  for (let i = at; i < line.end; i++) {
    const code = line.text.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
  }
  return -1;
}
