/**
 * A syslog record as one JSON object a line: `journalctl -o json`, and rsyslog's JSON templates.
 * journald gives a message that is not printable UTF-8 as an array of bytes, so both forms are read.
 */
import { toLog } from '../../base/text.ts';
import type { Timestamps } from '../timestamp.ts';
import type { Envelope, Span } from './envelope.ts';

export function readJson(line: Span, timestamps: Timestamps): Envelope | undefined {
  const record = parseObject(line.text.slice(line.start, line.end));
  if (!record) return undefined;
  const message = messageOf(record);
  const time = timeOf(record, timestamps);
  if (message === undefined || Number.isNaN(time)) return undefined;
  // An application's own JSON has a message and a time too; only syslog's names the program, and only journald's this.
  const process = textOf(record, ['SYSLOG_IDENTIFIER', '_COMM', 'prog', 'programname', 'app-name']);
  const recorded = record.has('__REALTIME_TIMESTAMP');
  if (process === '' && !recorded) return undefined;
  // A newline inside a message must not end it early: the whole of it has to match.
  const text = `${message.trim().replaceAll('\n', '\0')}\n`;
  return {
    time,
    field: { text, start: 0, end: text.length - 1 },
    process: process.replace(/\[.*$/, ''),
    pid: textOf(record, ['_PID', 'SYSLOG_PID', 'pid', 'procid']).replace(/^-$/, ''),
    recorded,
  };
}

function parseObject(text: string): Map<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'latin1').toString('utf8'));
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined; // Not JSON, then not of this format.
  }
}

/** The message in bytes (latin1), as every other text from a log. */
function messageOf(record: Map<string, unknown>): string | undefined {
  const value = record.get('MESSAGE') ?? record.get('msg') ?? record.get('message');
  if (typeof value === 'string') return toLog(value);
  if (!Array.isArray(value)) return undefined;
  const bytes = value.filter((byte): byte is number => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  return bytes.length === value.length ? Buffer.from(bytes).toString('latin1') : undefined;
}

/** journald counts microseconds since 1970; the receiving time is the trusted one, the sender may claim any. */
function timeOf(record: Map<string, unknown>, timestamps: Timestamps): number {
  const micros = Number(textOf(record, ['__REALTIME_TIMESTAMP', '_SOURCE_REALTIME_TIMESTAMP']) || Number.NaN);
  if (!Number.isNaN(micros)) return Math.floor(micros / 1000);
  const text = textOf(record, ['ts', 'timestamp', 'timereported', '@timestamp', 'time']);
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return Math.floor(Number(text) * 1000);
  return /^[A-Z]/.test(text) ? timestamps.classic(text, 0) : timestamps.rfc3339(text, 0);
}

function textOf(record: Map<string, unknown>, names: readonly string[]): string {
  for (const name of names) {
    const value = record.get(name);
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
  }
  return '';
}
