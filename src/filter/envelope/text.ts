/**
 * Logs of applications: a timestamp in whatever layout, then the message. Patterns see all that stands behind the
 * timestamp, without the bracket or quote that closes it, a colon and blanks. Where something else comes first (a level,
 * other fields of logfmt), they see the whole line.
 */
import type { Timestamps } from '../timestamp.ts';
import { readAnyTime } from './any-time.ts';
import type { Envelope, Span } from './envelope.ts';

/** A timestamp that is not the first thing in a line begins before this: later it would be a client's text. */
const PREFIX_MAX = 256;

export function readText(line: Span, timestamps: Timestamps): Envelope | undefined {
  const cut = cutTime(line, timestamps) ?? findTime(line, timestamps);
  if (!cut) return undefined;
  return {
    time: cut.time,
    field: { text: line.text, start: cut.start, end: line.end },
    process: '',
    pid: '',
    // A file of the application's own: nothing on the way has cut it.
    recorded: true,
  };
}

/** The time that a line begins with, and where the message behind it starts; undefined when it begins with none. */
export function cutTime(line: Span, timestamps: Timestamps): { time: number; start: number } | undefined {
  const { text, start, end } = line;
  const opening = /^(?:\[|(?:time|timestamp|ts|t|datetime|date)=)?"?/.exec(text.slice(start, start + 12))?.[0] ?? '';
  const time = readAnyTime(text, start + opening.length, end, timestamps);
  if (Number.isNaN(time) || timestamps.end > end) return undefined;
  let at = timestamps.end;
  if (opening.endsWith('"') && text[at] === '"') at++;
  if (opening.startsWith('[') && text[at] === ']') at++;
  if (text[at] === ':') at++;
  while (at < end && (text[at] === ' ' || text[at] === '\t')) at++;
  return { time, start: at };
}

/**
 * `E, [2024-10-03T12:00:01 #12]  WARN: …`, `<W>2024-10-03 …`, `INFO 2024-10-03 …`, `160:M 03 Oct 2024 …`;
 * `level=info t=2024-10-03T12:00:01Z …`.
 */
function findTime({ text, start, end }: Span, timestamps: Timestamps): { time: number; start: number } | undefined {
  const head = text.slice(start, Math.min(end, start + PREFIX_MAX));
  const prefix =
    // Redis: its process id and role.
    /^\d{1,8}:[A-Z] (?=\d)/.exec(head)?.[0] ??
    /^[[<(]?(?:[A-Za-z]{1,8}|\d{1,8})[\])>,:|]* *\[?(?=[\dA-Z])/.exec(head)?.[0] ??
    /^[\w.]+=(?:.*? )?(?:time|timestamp|ts|t)="?(?=\d)/.exec(head)?.[0];
  if (prefix === undefined) return undefined;
  const time = readAnyTime(text, start + prefix.length, end, timestamps);
  return Number.isNaN(time) || timestamps.end > end ? undefined : { time, start };
}
