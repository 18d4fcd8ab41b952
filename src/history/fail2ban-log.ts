/** fail2ban's log: its bans, how they ended, and the failures that it found. */
import type { Problem } from '../base/problem.ts';
import { detach, fromLog } from '../base/text.ts';
import { dayOf, UTC } from '../base/zone.ts';
import type { Query } from '../ledger/database.ts';
import type { Chunk } from '../model.ts';
import { type Entry, entryOf } from './fail2ban-line.ts';
import { LogClock } from './log-clock.ts';
import { jailName, subjectOf, timeFault } from './past-ban.ts';
import { type HistorySource, isWanted, type Reading, recallLine, unreadable } from './source.ts';

const FORM = 'fail2ban-log';
/** What is read of one is three times shorter; what is longer quotes somebody. */
const LINE_CHARACTERS = 1_024;
/** `Network.bits` of one address: attempts are of addresses. */
const SINGLE = 128;
/** Addresses between their first failure and their ban; when there are more, counting begins anew. */
const WAITING_MAX = 100_000;
/** More jails than a server has. */
const JAILS_MAX = 10_000;
/** Sums of failures that are kept until they are written. */
const SUMS_MAX = 50_000;

/** A log with its rotated parts, oldest first. */
export interface LogParts {
  readonly name: string;
  readonly size: number;
  chunks(): AsyncIterable<Chunk>;
  /** What was wrong with each part; complete behind the last chunk. */
  outcomes(): ReadonlyArray<{ readonly problems: readonly Problem[] }>;
}

export function fail2banLog(log: LogParts): HistorySource {
  return {
    form: FORM,
    path: log.name,
    size: log.size,
    async read(reading) {
      const intake = new LogIntake(reading);
      for await (const chunk of log.chunks()) {
        intake.take(chunk);
        await reading.advance(chunk.bytes.length);
      }
      const problems = log.outcomes().flatMap((outcome) => outcome.problems);
      if (problems.length > 0) throw unreadable(problems);
      intake.finish();
    },
    recall: recallLine,
    close: () => undefined,
  };
}

/** Lines at a log's beginning that are looked at; the first may be the rest of what came before a rotation. */
const LOOKED_AT = 20;
const SPOKEN = /(?:^|[ :])fail2ban[\w.-]* *(?:\[\d+\])?: |^[\d :,-]+ (?:INFO|WARNING): /;

/** Whether text begins as fail2ban's log does, in whatever version. */
export function isFail2banLog(head: string): boolean {
  const clock = new LogClock(UTC, 0);
  const lines = head.split('\n').slice(0, LOOKED_AT);
  return lines.some((line) => !Number.isNaN(clock.read(line)) && SPOKEN.test(line));
}

interface Sum {
  readonly subject: string;
  readonly kind: string;
  readonly day: number;
  count: number;
  first: number;
  last: number;
}

/** From lines to events. */
class LogIntake {
  readonly #reading: Reading;
  readonly #addEvent: Query;
  readonly #addSum: Query;
  readonly #waiting = new Map<string, number>();
  #sums = new Map<string, Sum>();
  /** Milliseconds that a ban of the jail lasts, as its start said. */
  readonly #banTimes = new Map<string, number>();
  /** That the log speaks of at the moment. */
  #jail: string | undefined;
  #isStopping = false;
  #clock: LogClock | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
    const { staging } = reading;
    this.#addEvent = staging.query(
      `INSERT INTO event (jail, subject, time, what, until, failures, place, line, source)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#addSum = staging.query(
      `INSERT INTO attempts (subject, kind, day, count, first, last) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (subject, kind, day) DO UPDATE SET count = count + excluded.count,
         first = min(first, excluded.first), last = max(last, excluded.last)`,
    );
  }

  take({ bytes, offset, file }: Chunk): void {
    if (this.#clock?.modified !== file.modified) this.#clock = new LogClock(this.#reading.zone, file.modified);
    const text = bytes.toString('latin1');
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at);
      const until = end < 0 ? text.length : end;
      if (until - at <= LINE_CHARACTERS) this.#line(text.slice(at, until).replace(/\r$/, ''), offset + at, this.#clock);
      at = until + 1;
    }
  }

  finish(): void {
    for (const { subject, kind, day, count, first, last } of this.#sums.values()) {
      this.#addSum.run(subject, kind, day, count, Math.round(first), Math.round(last));
    }
    this.#sums = new Map();
  }

  #line(line: string, place: number, clock: LogClock): void {
    const time = clock.read(line);
    if (Number.isNaN(time)) return;
    const entry = entryOf(line.slice(clock.end));
    if (!entry) return;
    switch (entry.what) {
      case 'jail':
        this.#jail = detach(entry.jail);
        this.#isStopping = false;
        return;
      case 'bantime':
        if (this.#banTimes.size >= JAILS_MAX) this.#banTimes.clear();
        if (this.#jail !== undefined) this.#banTimes.set(this.#jail, banTimeOf(entry.seconds));
        return;
      case 'stopping':
      case 'started':
        this.#isStopping = entry.what === 'stopping';
        return;
      default:
        this.#event(entry, time, { line, place, clock });
    }
  }

  #event(
    entry: Extract<Entry, { address: string }>,
    time: number,
    { line, place, clock }: { line: string; place: number; clock: LogClock },
  ): void {
    const { leavings, now, jails } = this.#reading;
    const example = `${fromLog(entry.address)} (${fromLog(entry.jail)})`;
    // Slices would keep the pieces of the log that they were cut from.
    const subject = subjectOf(detach(entry.address));
    // Of a ban, and not of its end again.
    const isBan = entry.what === 'ban' || entry.what === 'restore';
    const fault = subject ? timeFault(time, now) : 'address';
    if (!subject || fault) {
      if (isBan) leavings.add(fault ?? 'address', example);
      return;
    }
    const jail = jailName(fromLog(detach(entry.jail)));
    const from = { jail, from: time };
    if (isBan ? !isWanted(from, example, { rules: this.#reading, form: FORM, leavings }) : this.#isOut(from)) {
      return;
    }
    const key = `${jail} ${subject.text}`;
    if (entry.what === 'found') {
      const kind = jails.of(jail, FORM);
      if (kind === 'skip') return;
      this.#wait(key);
      if (kind.attempts && subject.bits === SINGLE) this.#sum({ subject: subject.text, kind: kind.kind, time });
      return;
    }
    const failures = entry.what === 'ban' ? (this.#waiting.get(key) ?? 0) : 0;
    if (entry.what === 'ban') this.#waiting.delete(key);
    const what = entry.what === 'unban' && this.#isStopping ? 'lifted' : entry.what;
    const until = this.#plannedEnd(entry, time, { line, clock });
    const kept = isBan ? Buffer.from(line, 'latin1') : null;
    const end = until === undefined ? null : Math.min(until, Number.MAX_SAFE_INTEGER);
    const cells = [jail, subject.text, Math.round(time), what, end, failures, place, kept, this.#reading.source];
    this.#addEvent.run(...cells);
  }

  /** Ends of bans are wanted however late they come. */
  #isOut({ jail, from }: { jail: string; from: number }): boolean {
    return this.#reading.jails.of(jail, FORM) === 'skip' || from < this.#reading.span.from;
  }

  #plannedEnd(
    entry: Extract<Entry, { address: string }>,
    time: number,
    { line, clock }: { line: string; clock: LogClock },
  ): number | undefined {
    if (entry.what === 'increase') {
      if (entry.end < 0) return Number.POSITIVE_INFINITY;
      const end = clock.at(line, clock.end + entry.end);
      return Number.isNaN(end) ? undefined : end;
    }
    if (entry.what !== 'ban') return undefined;
    const seconds = entry.seconds;
    const length = seconds === undefined ? this.#banTimes.get(entry.jail) : banTimeOf(seconds);
    return length === undefined ? undefined : time + length;
  }

  #wait(key: string): void {
    const before = this.#waiting.get(key) ?? 0;
    if (before === 0 && this.#waiting.size >= WAITING_MAX) this.#waiting.clear();
    this.#waiting.set(key, before + 1);
  }

  #sum({ subject, kind, time }: { subject: string; kind: string; time: number }): void {
    if (time >= this.#reading.span.until) return;
    const day = dayOf(this.#reading.ledgerZone, time);
    const key = `${day} ${kind} ${subject}`;
    const sum = this.#sums.get(key);
    if (sum) {
      sum.count++;
      sum.first = Math.min(sum.first, time);
      sum.last = Math.max(sum.last, time);
      return;
    }
    if (this.#sums.size >= SUMS_MAX) this.finish();
    this.#sums.set(key, { subject, kind, day, count: 1, first: time, last: time });
  }
}

function banTimeOf(seconds: number): number {
  return seconds < 0 ? Number.POSITIVE_INFINITY : seconds * 1_000;
}
