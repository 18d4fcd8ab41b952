/** What stands around the part of a line that patterns see. One reader a format; each is pure and keeps to its line. */
import type { Timestamps } from '../timestamp.ts';
import type { JsonRecord } from './record.ts';

/** A line in a text: `text[end]` is its newline. */
export interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A line taken apart. */
export interface Envelope {
  /** Epoch milliseconds. */
  readonly time: number;
  /** The field that patterns match, up to a newline: the message, the request. */
  readonly field: Span;
  /** The program that logged it, without path of the binary or process id; empty when the line does not say. */
  readonly process: string;
  /** Its process id as written; empty when the line does not say. */
  readonly pid: string;
  /** From the journal: its message was not cut on the way. */
  readonly recorded?: boolean;
  /** Access logs: the client's address, the user name, the status, the User-Agent. */
  readonly access?: AccessFields;
  /** JSON logs: the whole object. */
  readonly record?: JsonRecord;
}

export interface AccessFields {
  readonly address: string;
  readonly name: string;
  readonly status: string;
  readonly agent: string;
  /** The extra column of a proxied log (X-Forwarded-For), without quotes; empty when there is none or `-`. */
  readonly forwarded: string;
  /**
   * Whether somebody had it logged because a proxy is in front. Where all header fields are logged, a client can send it
   * as well, and then it counts only when the peer is a trusted proxy.
   */
  readonly isForwarded: boolean;
}

/** Reads a line's envelope; undefined when the line is not of the format. */
export type EnvelopeReader = (line: Span, timestamps: Timestamps) => Envelope | undefined;
