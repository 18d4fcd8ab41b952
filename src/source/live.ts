/**
 * Logs that go on: files, the journal, syslog. What they have in common, and what the daemon needs of them. Reading is
 * pulled: whoever reads decides when, and what was read is remembered together with what came of it.
 */
import type { Problem } from '../base/problem.ts';
import type { Chunk } from '../model.ts';
import type { SourcePosition } from './position.ts';

/**
 * Where a log was left. Stored in the transaction of what was derived from the lines before it, given back at the next
 * start.
 */
export type Bookmark =
  | {
      readonly type: 'file';
      /** The same object for all bookmarks of one file, whatever it is called by now. */
      readonly part: object;
      readonly position: SourcePosition;
      /** The stored position that it was found again by, to be replaced by `position`. */
      readonly resumed: SourcePosition | undefined;
    }
  | { readonly type: 'journal'; readonly name: string; readonly cursor: string }
  /** Nothing can be read again: syslog from the network. */
  | { readonly type: 'none' };

/** Lines with the places around them. */
export interface Piece {
  /** Its bytes are valid until the log's next `read`. */
  readonly chunk: Chunk;
  readonly before: Bookmark;
  readonly after: Bookmark;
}

/** How a log is, for `status`. */
export interface LogState {
  readonly host: string;
  /** The path, `journal`, `udp://127.0.0.1:5514`. */
  readonly name: string;
  /** `waiting`: it is not there yet; `unreadable`: the problem says why. Both are looked for again. */
  readonly state: 'followed' | 'waiting' | 'unreadable';
  /** Bytes read since the start, and when the last came (epoch milliseconds, 0 for never). */
  readonly bytes: number;
  readonly last: number;
  /** Bytes that are there and not yet read, as far as known. */
  readonly behind: number;
  /** What is wrong now: not readable, gone, truncated while unread lines were in it. */
  readonly problems: readonly Problem[];
}

/** One log with its rotated parts: its lines in order. */
export interface LiveLog {
  readonly host: string;
  readonly name: string;
  /** What was logged before the start is still on its way, though there may be nothing to read at the moment. */
  readonly isCatchingUp?: boolean;
  /** The next whole lines; undefined when there are none at the moment. What goes wrong is in `state`; it never throws. */
  read(): Piece | undefined;
  state(): LogState;
}

/** Something that has logs: a list of globs, the journal, a socket. */
export interface LiveSource {
  /** The logs that there are by now; one that was in it stays the same object. */
  logs(): readonly LiveLog[];
  /** Looks for what no event told of: new files, rotation, truncation. Called once a second. */
  look(): void;
  close(): Promise<void>;
}

export interface LiveOptions {
  readonly clock: () => number;
  /** Where earlier runs left the files, in the order in which they were stored. */
  readonly positions: readonly SourcePosition[];
  /** Called when there may be something to read. Often; it must be cheap. */
  readonly onWake: () => void;
}
