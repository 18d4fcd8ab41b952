/** What others are told, as it waits in the ledger's outbox: JSON, exactly what was shown to the person who approved it. */
import * as v from 'valibot';
import { parsedJson } from '../../base/json.ts';

/** To the abuse desk of a network, but for who sends it. */
export interface AbuseMail {
  readonly way: 'mail';
  readonly made: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly files: readonly AbuseFile[];
}

export interface AbuseFile {
  readonly name: string;
  /** JSON. */
  readonly content: string;
}

/** To a service that collects reports. */
export interface AbuseEntry {
  readonly way: 'abuseipdb' | 'blocklist.de';
  readonly address: string;
  /** When it was last seen. */
  readonly time: number;
  /** Of AbuseIPDB. */
  readonly categories: readonly number[];
  /** Of blocklist.de. */
  readonly service: string;
  readonly comment: string;
  /** Lines of logs, each with a newline. */
  readonly lines: string;
}

const file = v.object({ name: v.string(), content: v.string() });
export const letterSchema = v.object({ to: v.string(), subject: v.string(), text: v.string(), files: v.array(file) });
const mail = v.object({ way: v.literal('mail'), made: v.number(), ...letterSchema.entries });
export const entrySchema = v.object({
  ...{ way: v.picklist(['abuseipdb', 'blocklist.de']), address: v.string(), time: v.number() },
  ...{ categories: v.array(v.number()), service: v.string(), comment: v.string(), lines: v.string() },
});

/** Undefined for what is none. */
export function mailFrom(content: string): AbuseMail | undefined {
  return read(mail, content);
}

/** Undefined for what is none. */
export function entryFrom(content: string): AbuseEntry | undefined {
  return read(entrySchema, content);
}

/** Text of ours by its schema; undefined for any other, which is of a version to come, or damaged. */
export function read<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> | undefined {
  const result = v.safeParse(schema, parsedJson(text));
  return result.success ? result.output : undefined;
}
