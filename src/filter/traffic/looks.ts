/** What is read of a line of an access log without recognizing it. */
import type { Timestamps } from '../timestamp.ts';

export interface Glance {
  readonly time: number;
  /** As written; undefined when the line tells of no request. */
  readonly peer: string | undefined;
}

/** Reads of a line in a chunk, whose newline is at `end`, no more than it is asked for. One for each log. */
export interface Looks {
  /** When it was; NaN when it does not say. */
  time(bytes: Buffer, line: { at: number; end: number }, timestamps: Timestamps): number;
  /** And from which peer; undefined when it does not say. */
  glance(bytes: Buffer, line: { at: number; end: number }, timestamps: Timestamps): Glance | undefined;
}
