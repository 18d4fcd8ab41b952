/** One jail of fail2ban at work: its tickets, and whom it has banned until when. */
import type { Network } from '../base/address.ts';
import type { Attempt, Ban, Evidence } from '../model.ts';
import type { JailOptions, TicketOptions } from './options.ts';
import type { SubjectKey } from './subject-keys.ts';
import { type Ticket, Tickets } from './tickets.ts';

/** As many as there are tickets in a jail. Beyond them a ban does not keep its subject from being banned again. */
const BANNED_MAX = 1_000_000;
const HOUR_MS = 3_600_000;

interface Span {
  readonly from: number;
  readonly until: number;
}

export class TicketJail {
  readonly options: JailOptions;
  readonly ticket: TicketOptions;
  readonly tickets: Tickets;
  /** Since it was made. */
  attempts = 0;
  bans = 0;
  readonly #banned = new Map<SubjectKey, Span>();
  #cleaned = Number.NEGATIVE_INFINITY;

  constructor(options: JailOptions, ticket: TicketOptions) {
    this.options = options;
    this.ticket = ticket;
    this.tickets = new Tickets(options, ticket);
  }

  /** A ban covers its last moment, too. A log that is older than it is another matter. */
  isBanned(key: SubjectKey, time: number): boolean {
    const span = this.#banned.get(key);
    return span !== undefined && time <= span.until && time >= span.from - this.options.findTime;
  }

  ban(key: SubjectKey, { from, until }: Span): void {
    if (this.#banned.size >= BANNED_MAX && Math.abs(from - this.#cleaned) >= HOUR_MS) {
      this.#cleaned = from;
      for (const [each, span] of this.#banned) if (span.until < from) this.#banned.delete(each);
    }
    if (this.#banned.size < BANNED_MAX || this.#banned.has(key)) this.#banned.set(key, { from, until });
  }

  /** Whoever is banned stays so at least until then. */
  prolong(key: SubjectKey, until: number): void {
    const span = this.#banned.get(key);
    if (span && span.until < until) this.#banned.set(key, { from: span.from, until });
  }

  forget(key: SubjectKey): void {
    this.#banned.delete(key);
    this.tickets.delete(key);
  }

  clearSpans(): void {
    this.#banned.clear();
  }

  /** The decision; it is from the last failure on. */
  banFor(
    { file, pattern }: Attempt,
    {
      subject,
      counted,
      evidence,
      prior,
      random,
    }: { subject: Network; counted: Ticket; evidence: readonly Evidence[]; prior: number; random: number },
  ): Ban {
    const { name: jail, maxRetry: limit, findTime } = this.options;
    const kinds: Record<string, number> = Object.create(null);
    for (const { kind, count } of evidence) kinds[kind] = (kinds[kind] ?? 0) + count;
    return {
      ...{ subject, host: file.host, jail, service: pattern.service, kind: pattern.kind, from: counted.last, prior },
      until: counted.last + this.ticket.length(this.ticket.increment === 'none' ? 0 : prior, random),
      reason: { rule: 'threshold', score: counted.retry, limit, findTime, kinds },
      evidence,
    };
  }
}
