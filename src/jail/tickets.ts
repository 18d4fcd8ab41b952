/**
 * What one jail of fail2ban has counted, a ticket for each subject. As fail2ban counts: while the first failure lies within
 * `findTime` every failure adds one; once it is older, what was counted is estimated anew from its rate, so that who goes on
 * slowly never adds up. Or as a true window: what lies in the last `findTime`, no estimate.
 */
import type { JailOptions, TicketOptions } from './options.ts';
import type { SubjectKey } from './subject-keys.ts';

/** The same limit as for windows (counter.ts), and some 300 bytes each as well. */
const TICKETS_MAX = 1_000_000;
/** A limit in the thousands is a mistake; lines beyond this are not evidence that anybody reads. */
const LINES_MAX = 1_000;

export interface TicketLine {
  readonly time: number;
  /** What it counts. */
  weight: number;
  /** Where the attempt is kept (EvidenceRing). */
  readonly place: number;
}

export interface Ticket {
  first: number;
  /** Of the latest failure: a ban begins with it. */
  last: number;
  retry: number;
  /** The first, and the latest, oldest first. */
  lines: TicketLine[];
}

export class Tickets {
  /** Failures of subjects for which there was no room. */
  dropped = 0;
  readonly #tickets = new Map<SubjectKey, Ticket>();
  readonly #findTime: number;
  readonly #isWindow: boolean;
  readonly #keeps: number;
  #cleaned = Number.NEGATIVE_INFINITY;

  constructor({ findTime, maxRetry }: JailOptions, { counting, maxMatches }: TicketOptions) {
    this.#findTime = findTime;
    this.#isWindow = counting === 'window';
    this.#keeps = Math.min(LINES_MAX, Math.max(1, maxMatches, this.#isWindow ? maxRetry : 1));
  }

  get size(): number {
    return this.#tickets.size;
  }

  all(): Iterable<readonly [SubjectKey, Ticket]> {
    return this.#tickets;
  }

  /** The ticket of a subject at a time; undefined when it has none, or its last failure is too old. */
  at(key: SubjectKey, now: number): Ticket | undefined {
    const ticket = this.#tickets.get(key);
    return ticket && ticket.last > now - this.#findTime ? ticket : undefined;
  }

  /** Adds a failure, and returns what is counted now; 0 when there is no room. */
  add(key: SubjectKey, { time, place }: { readonly time: number; readonly place: number }): number {
    const known = this.at(key, time);
    const line: TicketLine = { time, weight: 1, place };
    if (!known) {
      if (!this.#hasRoom(key, time)) return 0;
      this.#tickets.set(key, { first: time, last: time, retry: 1, lines: [line] });
      return 1;
    }
    known.lines.push(line);
    this.#trim(known.lines);
    if (this.#isWindow) return this.#slide(known, time);
    this.#adjust(known, time);
    known.retry++;
    return known.retry;
  }

  /** Counts the last failure `by` more; what is counted now, 0 when there is no ticket. */
  boost(key: SubjectKey, by: number): number {
    const ticket = this.#tickets.get(key);
    if (!ticket) return 0;
    ticket.retry += by;
    const last = ticket.lines.at(-1);
    if (last) last.weight += by;
    return ticket.retry;
  }

  /** Puts back what was saved; a line at a time, with the whole count. */
  restore(key: SubjectKey, line: TicketLine, state: Omit<Ticket, 'lines'>): void {
    const lines = this.#tickets.get(key)?.lines ?? [];
    lines.push(line);
    this.#trim(lines);
    this.#tickets.set(key, { ...state, lines });
  }

  /** What actions are told of a ban is of its first failure, so that one is kept beside the latest. */
  #trim(lines: TicketLine[]): void {
    if (this.#isWindow) {
      if (lines.length > this.#keeps) lines.shift();
    } else if (lines.length > this.#keeps + 1) lines.splice(1, 1);
  }

  delete(key: SubjectKey): void {
    this.#tickets.delete(key);
  }

  /** Estimates what was counted within the last `findTime` from the rate since the first failure. */
  #adjust(ticket: Ticket, time: number): void {
    if (time <= ticket.last) return;
    ticket.last = time;
    if (ticket.first >= time - this.#findTime) return;
    const seconds = (time - ticket.first) / 1_000;
    ticket.retry = roundHalfEven((ticket.retry / seconds) * (this.#findTime / 1_000));
    ticket.first = time - this.#findTime;
  }

  #slide(ticket: Ticket, time: number): number {
    ticket.last = Math.max(ticket.last, time);
    ticket.lines = ticket.lines.filter((line) => line.time > ticket.last - this.#findTime);
    ticket.first = ticket.lines[0]?.time ?? time;
    ticket.retry = ticket.lines.reduce((sum, { weight }) => sum + weight, 0);
    return ticket.retry;
  }

  #hasRoom(key: SubjectKey, now: number): boolean {
    // Looked at every window, all of them are: with each failure it would be too often.
    if (Math.abs(now - this.#cleaned) >= this.#findTime) {
      this.#cleaned = now;
      for (const [each, { last }] of this.#tickets) if (last <= now - this.#findTime) this.#tickets.delete(each);
    }
    if (this.#tickets.size < TICKETS_MAX || this.#tickets.has(key)) return true;
    this.dropped++;
    return false;
  }
}

/** As Python rounds: a half goes to the even neighbor. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
