/**
 * The systemd journal as a log that goes on: `journalctl` writes entries as lines, and is started again where it was when
 * it ends. It reads journals of every version and compression, with the rights of this process.
 */
import { readFileSync } from 'node:fs';
import type { Problem } from '../base/problem.ts';
import { ProgramError, type RunningProgram, startProgram } from '../base/program.ts';
import type { LogFile } from '../model.ts';
import { LineCutter } from './cutter.ts';
import { JournalChild } from './journal-child.ts';
import {
  cursorOf,
  followArguments,
  formatPlace,
  isSameEntry,
  type JournalPlace,
  parsePlace,
  timeOf,
  withoutCursor,
  wrongMatches,
} from './journal-entry.ts';
import { JournalNotices, refusalIn, type Trouble } from './journal-trouble.ts';
import type { Bookmark, LiveLog, LiveSource, LogState, Piece } from './live.ts';

const NAME = 'journal';
/** Looks (one a second) before `journalctl` is started again: from the first, doubled each time, up to a minute. */
const FIRST_DELAY = 1;
const LAST_DELAY = 60;
/** It complains within these first looks, or it is well. */
const PROBATION = 3;
/** So many looks without an entry, or an entry of the last seconds: what was logged before the start has been read. */
const QUIET = 5;
const RECENT_MS = 5_000;
const NEWLINE = 10;

export interface JournalOptions {
  readonly host: string;
  /** Which entries: `_SYSTEMD_UNIT=ssh.service`; one of them must be true. All entries when there are none. */
  readonly matches: readonly string[];
  /** From the last bookmark that was stored. */
  readonly cursor: string | undefined;
  readonly clock: () => number;
  readonly onWake: () => void;
  /** Starts `journalctl` with these arguments. */
  readonly runner?: ((args: readonly string[]) => RunningProgram) | undefined;
  /** The machine whose entries are read, by default this one; without any, only those of this boot. */
  readonly machine?: string | undefined;
}

export function openJournal(options: JournalOptions): LiveSource {
  const log = new JournalLog(options);
  log.look();
  return { logs: () => [log], look: () => log.look(), close: () => log.close() };
}

class JournalLog implements LiveLog {
  readonly name = NAME;
  readonly host: string;
  readonly #options: JournalOptions;
  readonly #machine: string | undefined;
  readonly #file: LogFile;
  readonly #cutter = new LineCutter();
  readonly #notices: JournalNotices;
  #child: JournalChild | undefined;
  #ending: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** Behind the last line that was handed over. */
  #place: JournalPlace;
  /** The entry that must come first. */
  #expected: string | undefined;
  /** Bytes of the room that were handed over, and bytes of this child's lines that have no offset. */
  #handed = 0;
  #repeated = 0;
  #trouble: Trouble | undefined;
  #wait = 0;
  #delay = FIRST_DELAY;
  #age = 0;
  #quiet = 0;
  #hasCaughtUp = false;
  #bytes = 0;
  #last = 0;

  constructor(options: JournalOptions) {
    const { host, clock, cursor, matches } = options;
    this.host = host;
    this.#options = options;
    this.#machine = options.machine ?? machineId();
    this.#file = { host, path: NAME, modified: clock() };
    this.#place = parsePlace(cursor, clock());
    this.#notices = new JournalNotices(clock);
    for (const match of wrongMatches(matches)) {
      this.#notices.say(match, `"${match}" is no match`, 'like _SYSTEMD_UNIT=ssh.service');
    }
  }

  read(): Piece | undefined {
    const { room } = this.#cutter;
    this.#cutter.drop(this.#handed);
    this.#handed = 0;
    for (;;) {
      const fresh = this.#child?.take(room, this.#cutter.held) ?? 0;
      if (fresh === 0) return undefined;
      const length = this.#cutter.take(fresh);
      this.#notices.oversize(this.#cutter.oversize);
      const start = this.#afterExpected(length);
      if (start < length) return this.#pieceOf(start, length);
      this.#cutter.drop(length);
    }
  }

  /** Whether old entries are still to come, though there may be none at the moment: `journalctl` takes its time. */
  get isCatchingUp(): boolean {
    return this.#child !== undefined && !this.#hasCaughtUp;
  }

  state(): LogState {
    const { host, name } = this;
    const problems: readonly Problem[] = [...(this.#trouble ? [this.#trouble.problem] : []), ...this.#notices.list()];
    const behind = this.#child?.waiting ?? 0;
    return {
      host,
      name,
      state: this.#trouble?.state ?? 'followed',
      bytes: this.#bytes,
      last: this.#last,
      behind,
      problems,
    };
  }

  look(): void {
    if (this.#isClosed) return;
    const child = this.#child;
    if (!child) {
      if (--this.#wait <= 0) this.#start();
      return;
    }
    const refusal = refusalIn(child.complaint, child.isOver);
    if (child.isOver) this.#giveUp(refusal ?? endOf(child.complaint));
    else if (refusal) this.#giveUp(refusal);
    else if (++this.#age > PROBATION) this.#trouble = undefined;
    if (++this.#quiet > QUIET && child.waiting === 0) this.#hasCaughtUp = true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#ending, this.#child?.stop()]);
    this.#child = undefined;
  }

  #start(): void {
    const { runner = startJournalctl, matches, onWake } = this.#options;
    const { cursor, offset } = this.#place;
    // An unfinished line comes again.
    this.#cutter.begin(offset);
    this.#handed = 0;
    this.#repeated = 0;
    this.#expected = cursor;
    this.#age = 0;
    this.#quiet = 0;
    this.#hasCaughtUp = false;
    try {
      this.#child = new JournalChild(runner(followArguments(matches, this.#place, this.#machine)), onWake);
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      this.#giveUp({ state: 'unreadable', problem: { where: NAME, what: error.message, hint: NO_JOURNALCTL } });
    }
  }

  #giveUp(trouble: Trouble): void {
    const child = this.#child;
    this.#child = undefined;
    if (child) this.#ending = child.stop();
    this.#trouble = trouble;
    this.#wait = this.#delay;
    this.#delay = Math.min(LAST_DELAY, 2 * this.#delay);
    if (trouble.isLost !== true) return;
    this.#notices.lost();
    this.#place = withoutCursor(this.#place, this.#options.clock());
  }

  /** Where the lines begin that were not read before. */
  #afterExpected(length: number): number {
    const expected = this.#expected;
    if (expected === undefined || length === 0) return 0;
    this.#expected = undefined;
    const end = this.#cutter.room.indexOf(NEWLINE) + 1;
    const cursor = cursorOf(this.#cutter.room.toString('latin1', 0, end));
    if (cursor === undefined || !isSameEntry(cursor, expected)) {
      this.#notices.lost();
      return 0;
    }
    this.#repeated = end;
    return end;
  }

  #pieceOf(start: number, length: number): Piece {
    const { room } = this.#cutter;
    const bytes = room.subarray(start, length);
    const offset = this.#cutter.offset + start - this.#repeated;
    const before = this.#bookmark();
    const last = room.lastIndexOf(NEWLINE, length - 2) + 1;
    const line = room.toString('latin1', last, length);
    this.#place = { ...this.#place, cursor: cursorOf(line) ?? this.#place.cursor, offset: offset + bytes.length };
    this.#handed = length;
    this.#quiet = 0;
    this.#hasCaughtUp ||= timeOf(line) > this.#options.clock() - RECENT_MS;
    this.#bytes += bytes.length;
    this.#last = this.#options.clock();
    this.#trouble = undefined;
    this.#delay = FIRST_DELAY;
    this.#notices.search(bytes);
    return { chunk: { file: this.#file, bytes, offset }, before, after: this.#bookmark() };
  }

  #bookmark(): Bookmark {
    return { type: 'journal', name: NAME, cursor: formatPlace(this.#place) };
  }
}

const NO_JOURNALCTL = 'without systemd, set watch.journal = "no" and name the log files';

function startJournalctl(args: readonly string[]): RunningProgram {
  return startProgram('journalctl', args);
}

function endOf(complaint: string): Trouble {
  const said = complaint.trim().split('\n').at(-1) ?? '';
  const what = said === '' ? 'journalctl ended; it is started again' : `journalctl ended: ${said}`;
  return { state: 'unreadable', problem: { where: NAME, what } };
}

/** Undefined where there is none, as in some containers. */
function machineId(): string | undefined {
  try {
    return /^[\da-f]{32}/.exec(readFileSync('/etc/machine-id', 'latin1'))?.[0];
  } catch {
    return undefined; // Then only this boot is read: less, but nothing wrong.
  }
}
