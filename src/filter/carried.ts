/**
 * An application's own line as the message of a line of syslog: services under systemd write to the journal what they
 * would write to a file, their own timestamp included.
 */
import type { Envelope } from './envelope/envelope.ts';
import { JsonRecord } from './envelope/record.ts';
import { cutTime } from './envelope/text.ts';
import type { Timestamps } from './timestamp.ts';

/** Where the message starts behind the application's timestamp, if it has one. Syslog's own time is the one that counts. */
export function carriedStart({ field }: Envelope, timestamps: Timestamps): number {
  return cutTime(field, timestamps)?.start ?? field.start;
}

export function carriedRecord({ field }: Envelope): JsonRecord | undefined {
  return field.text[field.start] === '{' ? JsonRecord.parse(field.text.slice(field.start, field.end)) : undefined;
}
