/**
 * Logs of applications with one JSON object a line. The time is looked for under the usual names. A record that tells of
 * a web request (nginx with `escape=json`, Caddy, Traefik, and who names things as they do) has the fields of an access
 * log, so that the patterns for access logs see it too.
 */
import type { Timestamps } from '../timestamp.ts';
import { epochTime, readAnyTime } from './any-time.ts';
import type { Envelope, Span } from './envelope.ts';
import { accessOf, peerOf } from './json-access.ts';
import { JsonRecord } from './record.ts';

const TIMES: readonly string[] = [
  ...['ts', 'time', 'timestamp', '@timestamp', 'Timestamp', 'StartUTC', 'StartLocal', 'datetime', 'date', '@t'],
  ...[
    't.$date',
    't',
    'time_iso8601',
    'iso8601',
    'msec',
    'time_local',
    'time_msec',
    'eventTime',
    'event_time',
    'asctime',
  ],
  ...['record.time.timestamp', 'created', 'instant.epochSecond', 'timeMillis', 'start_time', 'request_time_iso8601'],
];

export function readJsonLog(line: Span, timestamps: Timestamps): Envelope | undefined {
  const record = recordOf(line);
  if (!record) return undefined;
  const time = timeOf(record, timestamps);
  if (time === undefined) return undefined;
  const envelope = { time, process: '', pid: '', recorded: true, record };
  const access = accessOf(record);
  if (!access) return { ...envelope, field: { text: `\n`, start: 0, end: 0 } };
  const field = `${access.request}\n`;
  return { ...envelope, field: { text: field, start: 0, end: field.length - 1 }, access: access.fields };
}

/** When it was, and no more; NaN when the line does not say. */
export function timeOfJsonLog(line: Span, timestamps: Timestamps): number {
  const record = recordOf(line);
  return (record && timeOf(record, timestamps)) ?? Number.NaN;
}

/** When, and the peer of a web request as far as a glance tells: undefined when the line tells of none. */
export function glanceAtJsonLog(
  line: Span,
  timestamps: Timestamps,
): { time: number; peer: string | undefined } | undefined {
  const record = recordOf(line);
  const time = record && timeOf(record, timestamps);
  return record && time !== undefined ? { time, peer: peerOf(record) } : undefined;
}

function recordOf({ text, start, end }: Span): JsonRecord | undefined {
  const source = text.slice(start, end);
  return source.trimStart().startsWith('{') ? JsonRecord.parse(source) : undefined;
}

function timeOf(record: JsonRecord, timestamps: Timestamps): number | undefined {
  for (const path of TIMES) {
    const value = record.raw(path);
    const time = typeof value === 'number' ? timeOfNumber(value) : timeOfText(value, timestamps);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** Seconds, milliseconds, microseconds or nanoseconds, by how large it is; the years 2001 to 2286 in each. */
function timeOfNumber(value: number): number | undefined {
  const whole = Math.floor(value);
  const time = epochTime(String(whole));
  return time === undefined || whole >= 1e10 ? time : Math.floor(value * 1000);
}

function timeOfText(value: unknown, timestamps: Timestamps): number | undefined {
  if (typeof value !== 'string') return undefined;
  const time = readAnyTime(value, 0, value.length, timestamps);
  return Number.isNaN(time) ? undefined : time;
}
